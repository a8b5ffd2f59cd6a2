package faults

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/conformance/requirements"
	"assay/reference/client"
	"assay/reference/client/faults/behaviour"
)

// play runs the steps of a scene. It returns all that a client sent and what came of it.
func play(t *testing.T, sc scene, change behaviour.Change) (trace []string, problems []string) {
	t.Helper()
	s := newStage(t, sc)
	sc.seed(s)
	for _, st := range sc.steps {
		code, stdout, stderr := s.run(change, st)
		if wrong := (code == client.Done) == st.fails; wrong && (!st.free || change == nil) {
			problems = append(problems, fmt.Sprintf("%s: %s ended with %d: %s", sc.name, st.verb, code, stderr))
		}
		s.mu.Lock()
		s.lines = append(s.lines, fmt.Sprintf("%s %d %s", st.verb, code, stdout))
		s.mu.Unlock()
	}
	return s.lines, problems
}

func TestTheClientWithoutFaultsSucceeds(t *testing.T) {
	for _, sc := range scenes(requirements.Pull) {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			trace, problems := play(t, sc, nil)
			for _, p := range problems {
				t.Error(p)
			}
			// What differs must be a fault's work.
			if again, _ := play(t, sc, nil); !sc.slow && !slices.Equal(trace, again) {
				t.Errorf("a second time it is\n%s\nnot\n%s", strings.Join(again, "\n"), strings.Join(trace, "\n"))
			}
		})
	}
}

// rightly are the traces of the client without faults, by scene.
type rightly struct {
	mu     sync.Mutex
	traces map[string][]string
}

func (r *rightly) trace(t *testing.T, sc scene) []string {
	r.mu.Lock()
	trace, ok := r.traces[sc.name]
	r.mu.Unlock()
	if !ok {
		trace, _ = play(t, sc, nil)
		r.mu.Lock()
		r.traces[sc.name] = trace
		r.mu.Unlock()
	}
	return trace
}

func TestFaultsAreVisible(t *testing.T) {
	right := &rightly{traces: map[string][]string{}}
	for _, f := range Faults() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			r, _ := requirements.Get(f.Requirements[0])
			for _, sc := range scenes(r.Workflow) {
				if trace, _ := play(t, sc, f.Change); !slices.Equal(trace, right.trace(t, sc)) {
					return
				}
			}
			t.Error("no scene shows it")
		})
	}
}

func TestVariantsSucceed(t *testing.T) {
	right := &rightly{traces: map[string][]string{}}
	for _, w := range workflows {
		for i, v := range w.variants() {
			t.Run(v.Name, func(t *testing.T) {
				t.Parallel()
				differs := false
				for at, sc := range groups[w.name]() {
					// All scenes for each variant would take minutes.
					if differs && (sc.slow || at%3 != i%3) {
						continue
					}
					trace, problems := play(t, sc, v.Change)
					for _, p := range problems {
						t.Error(p)
					}
					differs = differs || !slices.Equal(trace, right.trace(t, sc))
				}
				if !differs {
					t.Error("no scene shows it")
				}
			})
		}
	}
}
