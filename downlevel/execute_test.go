package downlevel

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"assay/downlevel/faketool"
	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/reference"
	"assay/reports"
	"assay/runner"
)

// This binary is also the fake tools.
func TestMain(m *testing.M) {
	faketool.Program()
	os.Exit(m.Run())
}

// execute runs the fakes at a registry of its own, which has to be empty
// afterwards.
func execute(t *testing.T, cfg Config, opts reference.Options, listener *heard) *reports.Run {
	t.Helper()
	return executeUntil(t.Context(), t, cfg, opts, listener)
}

// executeUntil is execute that is interrupted by the end of ctx.
func executeUntil(ctx context.Context, t *testing.T, cfg Config, opts reference.Options, listener *heard) *reports.Run {
	t.Helper()
	g := NewWithT(t)
	server, err := reference.Start(t.Context(), "", opts)
	g.Expect(err).NotTo(HaveOccurred())
	defer server.Close()
	cfg.Target, cfg.Embedded, cfg.Seed, cfg.RequestTimeout = server.Addr(), true, 1, 5*time.Minute
	if listener == nil {
		listener = &heard{}
	}
	run, err := Execute(ctx, cfg, listener)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(listener.total).To(Equal(len(run.Results)))
	if run.Interrupted == "" {
		g.Expect(server.Registry().Inventory()).To(Equal(reference.Inventory{}), "left behind")
	}
	var written bytes.Buffer
	g.Expect(reports.WriteJSON(&written, run)).To(Succeed())
	g.Expect(reports.Validate(written.Bytes())).To(Succeed())
	return run
}

// heard is what a listener heard.
type heard struct {
	mu      sync.Mutex
	total   int
	results []reports.Result
}

func (call *heard) Start(total int) { call.total = total }

func (call *heard) Result(res reports.Result) {
	call.mu.Lock()
	defer call.mu.Unlock()
	call.results = append(call.results, res)
}

// outcomes are those of the cells, by their names.
func outcomes(run *reports.Run) map[string]reports.CellOutcome {
	all := map[string]reports.CellOutcome{}
	for _, res := range run.Results {
		all[res.Cell.ID()] = res.Cell.Outcome
	}
	return all
}

// What each tool does wrong is one finding, and nothing else is any.
func TestFakes(t *testing.T) {
	g := NewWithT(t)
	folder := faketool.Install(t, faketool.Names()...)
	listener := &heard{}
	run := execute(t, Config{
		Declarations: folder, Mechanisms: []string{"subject-manifest", "oras-artifact"}, start: faketool.Start, Jobs: 2,
		Toolchains: faketool.Names(), Verbs: []string{"pull-tag", "list-tags", "copy", "copy-referrers", "delete-tag"},
	}, reference.Options{}, listener)

	findings := map[string]string{}
	for _, f := range run.Findings() {
		what := []string{string(f.Cell.Outcome)}
		for _, h := range f.Cell.Harms {
			what = append(what, h.Kind)
		}
		g.Expect(findings).NotTo(HaveKey(f.Cell.Toolchain + " " + f.Cell.Verb))
		findings[f.Cell.Toolchain+" "+f.Cell.Verb] = strings.Join(append(what, f.Cell.Alike...), " ")
	}
	g.Expect(findings).To(Equal(map[string]string{
		"forgetful copy-referrers": "silent harm attached-lost subject-manifest",
		"hanging copy":             "unclear refusal subject-manifest",
		"babbling list-tags":       "silent harm tags-lost tags-lost tags-lost subject-manifest",
		"careless delete-tag":      "silent harm tags-lost subject-manifest",
		"crashing pull-tag":        "unclear refusal subject-manifest",
		"lazy copy":                "silent harm nothing image-alone",
		"lazy pull-tag":            "silent harm nothing image-alone",
	}))
	got := outcomes(run)
	for _, name := range faketool.Names() {
		for cell, want := range map[string]reports.CellOutcome{
			"list-tags/image-alone":        reports.Works,
			"copy-referrers/oras-artifact": reports.NotApplicable,
		} {
			g.Expect(got[name+"@1.2.3/"+cell]).To(Equal(want), "%s %s", name, cell)
		}
	}
	for cell, want := range map[string]reports.CellOutcome{
		"lazy@1.2.3/copy/image-alone": reports.SilentHarm, "lazy@1.2.3/copy/subject-manifest": reports.Baseline,
		"lazy@1.2.3/pull-tag/subject-manifest": reports.Baseline,
		"honest@1.2.3/copy/subject-manifest":   reports.Works, "honest@1.2.3/pull-tag/subject-manifest": reports.Works,
	} {
		g.Expect(got[cell]).To(Equal(want), cell)
	}
	g.Expect(run.Interrupted).To(BeEmpty())
	g.Expect(run.Failed(false)).To(BeTrue())
	g.Expect(listener.results).To(HaveLen(len(run.Results)))
	for _, res := range run.Results {
		g.Expect(len(res.Cell.Stdout)).To(BeNumerically("<", 5000))
		if res.Cell.Outcome != reports.NotApplicable {
			g.Expect(res.Cell.Script).To(ContainSubstring(res.Cell.Toolchain+" "+res.Cell.Verb), res.Cell.ID())
			g.Expect(res.Cell.Control).NotTo(BeEmpty())
		}
	}
}

// Any number of jobs comes to the same, and a tool that does everything right is
// right about every mechanism.
func TestHonestTool(t *testing.T) {
	for _, old := range []bool{false, true} {
		if testing.Short() && !old { // every verb with every mechanism
			continue
		}
		g := NewWithT(t)
		cfg := Config{Declarations: faketool.Install(t, "honest"), Toolchains: []string{"honest"}, start: faketool.Start}
		if old { // what goes by the lists of referrers
			cfg.Verbs = []string{"copy-referrers", "copy-repository", "attach", "discover", "delete-digest"}
			cfg.Mechanisms = []string{"subject-manifest", "fallback-tag", "image-with-subject", "dangling-subject", "referrers-of-referrers"}
		}
		cfg.Jobs = 3
		run := execute(t, cfg, reference.Options{DisableReferrers: old}, nil)
		for id, outcome := range outcomes(run) {
			g.Expect(outcome).To(BeElementOf(reports.Works, reports.RightPlatform, reports.NotApplicable), id)
		}
		g.Expect(run.MaxInFlight).To(Equal(32))
		tried := slices.DeleteFunc(slices.Clone(run.Results), func(res reports.Result) bool { // these are tried with some mechanisms
			v := toolchains.Verb(res.Cell.Verb)
			return v.Like() != v
		})
		g.Expect(tried).To(HaveLen(cmp.Or(len(cfg.Verbs), faketool.Verbs()) * (cmp.Or(len(cfg.Mechanisms), len(Mechanisms())) + 1)))
		g.Expect(run.Matrix.Toolchains).To(HaveLen(1))
		g.Expect(run.Matrix.Toolchains[0].String()).To(Equal("honest@1.2.3"))
		g.Expect(run.Findings()).To(BeEmpty())
		if old {
			cfg.Jobs = 1
			alone := execute(t, cfg, reference.Options{DisableReferrers: old}, nil)
			g.Expect(outcomes(alone)).To(Equal(outcomes(run)))
			for i, res := range alone.Results {
				g.Expect(res.Requirement).To(Equal(run.Results[i].Requirement), "the order of the results")
				g.Expect(res.Cell.Control).To(Equal(run.Results[i].Cell.Control), res.Requirement)
			}
		}
	}
}

// Tools are programs: they are found, run, and judged by what they leave.
func TestPrograms(t *testing.T) {
	g := NewWithT(t)
	run := execute(t, Config{
		Declarations: faketool.InstallPrograms(t, "honest", "crashing"), Toolchains: []string{"honest", "crashing"},
		Verbs: []string{"pull-tag", "copy"}, Mechanisms: []string{"subject-manifest"}, Jobs: 2, ActionTimeout: 5 * time.Minute,
	}, reference.Options{}, nil)
	g.Expect(outcomes(run)).To(Equal(map[string]reports.CellOutcome{
		"honest@1.2.3/pull-tag/image-alone": reports.Works, "honest@1.2.3/pull-tag/subject-manifest": reports.Works,
		"honest@1.2.3/copy/image-alone": reports.Works, "honest@1.2.3/copy/subject-manifest": reports.Works,
		"crashing@1.2.3/pull-tag/image-alone": reports.Works, "crashing@1.2.3/pull-tag/subject-manifest": reports.UnclearRefusal,
		"crashing@1.2.3/copy/image-alone": reports.Works, "crashing@1.2.3/copy/subject-manifest": reports.Works,
	}))
	g.Expect(run.Matrix.Toolchains[0].Programs).To(Equal([]reports.MatrixProgram{
		{Name: "honest", Version: "1.2.3", Path: filepath.Join(os.Getenv("PATH"), "honest")}}))
}

// A run that is interrupted ends, and says what it did not try.
func TestInterruptedRun(t *testing.T) {
	g := NewWithT(t)
	ctx, interrupt := context.WithCancelCause(t.Context())
	start := func(ctx context.Context, tool trial.Tool, place toolchains.Place) (trial.Session, error) {
		session, err := faketool.Start(ctx, tool, place)
		return &waiting{Session: session, wait: func(ctx context.Context) {
			interrupt(runner.ErrInterrupted)
			<-ctx.Done()
		}}, err
	}
	run := executeUntil(ctx, t, Config{
		Declarations: faketool.Install(t, "honest"), Toolchains: []string{"honest"}, Verbs: []string{"copy", "list-tags"},
		Jobs: 2, start: start,
	}, reference.Options{}, nil)
	g.Expect(run.Interrupted).To(Equal(runner.ErrInterrupted.Error()))
	came := map[reports.Outcome]int{}
	for _, res := range run.Results {
		came[res.Outcome]++
	}
	g.Expect(came).To(And(HaveKey(reports.Skipped), HaveKey(reports.Pass), HaveLen(2)))
	g.Expect(run.Results).To(HaveLen(2 * (len(Mechanisms()) + 1)))
}

// waiting is a session that waits at its fourth action.
type waiting struct {
	trial.Session
	wait    func(context.Context)
	actions int
}

func (s *waiting) Do(ctx context.Context, a toolchains.Action, v toolchains.Vars) (toolchains.Output, error) {
	if s.actions++; s.actions == 4 {
		s.wait(ctx)
		return toolchains.Output{}, context.Cause(ctx)
	}
	return s.Session.Do(ctx, a, v)
}

// With Keep the content stays, so that the commands of the report can be typed again.
func TestKeep(t *testing.T) {
	g := NewWithT(t)
	server, err := reference.Start(t.Context(), "", reference.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	defer server.Close()
	cfg := Config{
		Declarations: faketool.Install(t, "honest"), Toolchains: []string{"honest"}, start: faketool.Start, Keep: true,
		Mechanisms: []string{"cosign-tags"}, Verbs: []string{"copy"},
	}
	cfg.Target, cfg.Embedded, cfg.RequestTimeout = server.Addr(), true, 5*time.Minute
	_, err = Execute(t.Context(), cfg, &heard{})
	g.Expect(err).NotTo(HaveOccurred())
	// Three tags of the image, and three of cosign's; the same beside it; and the copy. The
	// image alone has its own three times.
	g.Expect(server.Registry().Inventory().Tags).To(Equal(6 + 3 + 1 + 3 + 3 + 1))
}
