package runner_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/reports"
	"assay/runner"
)

// piece makes a piece that calls a function and passes.
func piece(name string, do func(context.Context)) runner.Piece {
	return runner.Piece{Planned: reports.Result{Spec: name}, Do: func(ctx context.Context) reports.Result {
		do(ctx)
		return reports.Result{Spec: name, Outcome: reports.Pass}
	}}
}

func lane(pieces ...runner.Piece) runner.Lane { return runner.Lane{Pieces: pieces} }

func names(results []reports.Result) []string {
	var all []string
	for _, r := range results {
		all = append(all, r.Spec+" "+string(r.Outcome))
	}
	return all
}

func nothing(context.Context) {}

func TestResultsAreInTheOrderOfThePieces(t *testing.T) {
	second := make(chan struct{})
	out := runner.Run{Limit: 2}.Do(t.Context(), []runner.Lane{
		lane(piece("a", func(context.Context) { <-second }), piece("b", nothing)),
		lane(piece("c", func(context.Context) { close(second) })), // ends while a waits for it
	})
	if want := []string{"a pass", "b pass", "c pass"}; !slices.Equal(names(out.Results), want) || out.Interrupted != "" {
		t.Errorf("got %q, interrupted %q", names(out.Results), out.Interrupted)
	}
}

func TestLimitIsTheMostLanesUnderWay(t *testing.T) {
	var (
		mu         sync.Mutex
		now, most  int
		lanes      []runner.Lane
		lanesEnded int
	)
	for range 20 {
		l := lane(piece("x", func(context.Context) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
		}), piece("y", func(context.Context) {
			mu.Lock()
			now--
			mu.Unlock()
		}))
		l.Done = func() { lanesEnded++ }
		lanes = append(lanes, l)
	}
	runner.Run{Limit: 1}.Do(t.Context(), lanes)
	if most != 1 || lanesEnded != 20 {
		t.Errorf("%d lanes at once with a limit of 1; %d of 20 were told that they ended", most, lanesEnded)
	}
}

func TestARunThatIsEndedSaysWhy(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	out := runner.Run{Limit: 1}.Do(ctx, []runner.Lane{
		lane(piece("a", func(context.Context) { cancel(runner.ErrInterrupted) })),
		lane(piece("b", func(context.Context) { t.Error("a piece began after the end") })),
	})
	if want := []string{"a pass", "b skipped"}; !slices.Equal(names(out.Results), want) || out.Interrupted != runner.ErrInterrupted.Error() {
		t.Errorf("got %q, interrupted %q", names(out.Results), out.Interrupted)
	}
}

func TestAPanicIsAnErrorOfItsPiece(t *testing.T) {
	out := runner.Run{Limit: 1}.Do(t.Context(), []runner.Lane{
		lane(piece("a", func(context.Context) { panic(errors.New("broken")) })), lane(piece("b", nothing)),
	})
	if want := []string{"a error", "b pass"}; !slices.Equal(names(out.Results), want) || !strings.Contains(out.Results[0].Message, "broken") {
		t.Errorf("got %q: %s", names(out.Results), out.Results[0].Message)
	}
}

type listener struct {
	total int
	heard []string
}

func (l *listener) Start(total int)         { l.total = total }
func (l *listener) Result(r reports.Result) { l.heard = append(l.heard, r.Message) }

func TestTheListenerHearsWhatIsExcused(t *testing.T) {
	var l listener
	excuse := func(r reports.Result) reports.Result {
		r.Message = "excused"
		return r
	}
	runner.Run{Limit: 3, Listener: &l, Revise: excuse}.Do(t.Context(), []runner.Lane{lane(piece("a", nothing)), lane(piece("b", nothing))})
	if l.total != 2 || !slices.Equal(l.heard, []string{"excused", "excused"}) {
		t.Errorf("heard of %d pieces, and %q", l.total, l.heard)
	}
}
