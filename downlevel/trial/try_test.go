package trial_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/fixtures/mechanisms"
	"assay/reference"
	"assay/reports"
)

// What does not come again is told, and does not count.
func TestWhatDoesNotComeAgain(t *testing.T) {
	times := 0
	faketool.Check(t, map[string]faketool.Case{
		"with something attached": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					if times++; times == 1 {
						return
					}
				}
				call.CopyTag()
			},
			Outcome: reports.Works, Says: "the first of two tries had another result: the tool ended without an error", Control: reports.Works,
		},
	})
	unclear := 0
	faketool.Check(t, map[string]faketool.Case{
		"an end without a reason": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					if unclear++; unclear == 1 {
						call.Exit, call.Stderr = 1, "Error: EOF"
						return
					}
				}
				call.CopyTag()
			},
			Outcome: reports.Works, Says: "the first of two tries had another result: Error: EOF", Control: reports.Works,
		},
	})
	alone := 0
	faketool.Check(t, map[string]faketool.Case{
		"alone": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					if alone++; alone == 1 {
						return
					}
				}
				call.CopyTag()
			},
			Outcome: reports.Works, Control: reports.Works,
		},
	})
}

// No two tries share content: tools know again what they have seen.
func TestContentIsNotSeenTwice(t *testing.T) {
	seen := map[string]bool{}
	faketool.Check(t, map[string]faketool.Case{
		"of a harm": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				call.Expect(seen).NotTo(HaveKey(call.Vars.Digest))
				seen[call.Vars.Digest] = true
				if !call.IsAttached() {
					call.CopyTag()
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNothing}, Control: reports.Works,
		},
	})
	t.Cleanup(func() { NewWithT(t).Expect(seen).To(HaveLen(3)) })
}

// Whoever reads a cell can repeat all of it.
func TestWhatIsRunFirstIsTold(t *testing.T) {
	g := NewWithT(t)
	res := faketool.Case{Verb: toolchains.Verify, Prepare: func(call *faketool.Call) { call.Sign(".sig", true) }, Do: func(*faketool.Call) {}}.Try(t)
	g.Expect(res.Cell.Setup).To(Equal("fake login\nfake prepare\n"))
	g.Expect(res.Cell.Script).To(Equal("fake"))
}

// Cells that only read share what was pushed. A cell that changes it has its own, and so
// has the next one.
func TestCellsThatReadShareTheirContent(t *testing.T) {
	g := NewWithT(t)
	run := faketool.NewRun(t, reference.Options{})
	var seen []string
	run.Start = func(context.Context, trial.Tool, toolchains.Place) (trial.Session, error) {
		return &faketool.Session{Client: run.Client, Registry: run.Registry, Dir: t.TempDir(), Done: func(call *faketool.Call, a toolchains.Action) {
			if !call.IsAttached() { // the image alone
				call.CopyTag()
				return
			}
			seen = append(seen, call.Vars.Image+" "+call.Vars.Digest)
			call.Expect(call.Has(call.Target, call.Vars.Tag)).To(BeFalse(), "each cell has a target of its own")
			call.CopyTag()
			if a.Run == "changes" {
				call.Remove(call.Source, "v2")
			}
		}}, nil
	}
	actions := map[toolchains.Verb]toolchains.Actions{
		toolchains.Copy: {{Run: "copies"}}, toolchains.PushAgain: {{Run: "changes"}}, toolchains.CopyReferrers: {{Run: "copies", Brings: []mechanisms.Kind{mechanisms.Tag}}},
	}
	tool := trial.Tool{Installed: toolchains.Installed{Toolchain: &toolchains.Toolchain{Name: "fake", Verbs: actions}, Version: "1.0.0"}}
	lane := faketool.NewLane(t, run, tool)
	m, _ := mechanisms.Get("subject-manifest")
	try := func(v toolchains.Verb) reports.CellOutcome {
		return lane.Try(t.Context(), trial.Cell{Tool: tool, Mechanism: m, Verb: v}).Cell.Outcome
	}
	g.Expect(try(toolchains.Copy)).To(Equal(reports.Works))
	g.Expect(try(toolchains.CopyReferrers)).To(Equal(reports.Works))
	g.Expect(try(toolchains.PushAgain)).To(Equal(reports.SilentHarm)) // tried twice
	g.Expect(try(toolchains.Copy)).To(Equal(reports.Works))
	g.Expect(seen).To(HaveLen(5))
	g.Expect(seen[:3]).To(HaveEach(seen[0]))
	g.Expect(seen[3]).NotTo(Equal(seen[0]))
	g.Expect(seen[4]).NotTo(BeElementOf(seen[:4]))
}

// A registry may have one store of blobs for all repositories. What is deleted after a copy
// is not what the next cell reads.
func TestCellsShareTheirContentInOneStore(t *testing.T) {
	g := NewWithT(t)
	run := faketool.NewRun(t, reference.Options{Middleware: []func(http.Handler) http.Handler{oneStore}})
	run.Start = func(context.Context, trial.Tool, toolchains.Place) (trial.Session, error) {
		return &faketool.Session{Client: run.Client, Registry: run.Registry, Dir: t.TempDir(), Done: func(call *faketool.Call, _ toolchains.Action) {
			call.CopyTag()
		}}, nil
	}
	tool := trial.Tool{Installed: toolchains.Installed{Version: "1.0.0", Toolchain: &toolchains.Toolchain{Name: "fake", Verbs: map[toolchains.Verb]toolchains.Actions{
		toolchains.Copy: {{Run: "copies"}}, toolchains.PushAgain: {{Run: "copies"}},
	}}}}
	lane := faketool.NewLane(t, run, tool)
	m, _ := mechanisms.Get("subject-manifest")
	for _, v := range []toolchains.Verb{toolchains.Copy, toolchains.PushAgain} {
		res := lane.Try(t.Context(), trial.Cell{Tool: tool, Mechanism: m, Verb: v})
		cell := res.Cell
		g.Expect(cell.Outcome).To(Equal(reports.Works), "%s: %s", v, res.Message)
		g.Expect(cell.Notes).NotTo(ContainElement(ContainSubstring("the first of two tries")), string(v))
	}
}

// oneStore makes all repositories of a registry share their blobs: they are deleted from
// all, and they are seen in a repository that nobody has pushed to.
func oneStore(next http.Handler) http.Handler {
	var mu sync.Mutex
	blob, repositories := regexp.MustCompile(`^/v2/(.+)/blobs/(sha256:.+)$`), map[string]bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		if found := blob.FindStringSubmatch(r.URL.Path); found != nil {
			repositories[found[1]] = true
			for name := range repositories {
				if r.Method == http.MethodDelete || strings.HasSuffix(found[1], "/elsewhere") {
					other := r.Clone(r.Context())
					other.URL.Path = "/v2/" + name + "/blobs/" + found[2]
					second := httptest.NewRecorder()
					if next.ServeHTTP(second, other); second.Code < 300 {
						answer = second
					}
				}
			}
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// An engine keeps what it has fetched while the image stays the same. It forgets that
// before it gets another image, before it runs one, and after it failed.
func TestToolsForgetOtherImages(t *testing.T) {
	g := NewWithT(t)
	var story []string
	run := faketool.NewRun(t, reference.Options{})
	run.Start = func(context.Context, trial.Tool, toolchains.Place) (trial.Session, error) {
		return &faketool.Session{
			Client: run.Client, Registry: run.Registry, Dir: t.TempDir(),
			Done: func(call *faketool.Call, a toolchains.Action) {
				story = append(story, a.Run)
				if a.Run == "inspect" && call.IsAttached() {
					call.Exit, call.Stderr = 1, "Error: no artifacts"
				}
			},
			Forgot: func() { story = append(story, "forget") },
		}, nil
	}
	verbs := []toolchains.Verb{toolchains.PullTag, toolchains.Inspect, toolchains.PullDigest, toolchains.Run}
	chain := &toolchains.Toolchain{Name: "fake", Verbs: map[toolchains.Verb]toolchains.Actions{}}
	for _, v := range verbs {
		chain.Verbs[v] = toolchains.Actions{{Run: string(v)}}
	}
	tool := trial.Tool{Installed: toolchains.Installed{Toolchain: chain, Version: "1.0.0"}}
	lane := faketool.NewLane(t, run, tool)
	try := func(m mechanisms.Mechanism) string {
		story = nil
		for _, v := range verbs {
			lane.Try(t.Context(), trial.Cell{Tool: tool, Mechanism: m, Verb: v})
		}
		return strings.Join(story, " ")
	}
	g.Expect(try(mechanisms.None())).To(Equal("pull-tag inspect pull-digest forget run"))
	m, _ := mechanisms.Get("subject-manifest")
	g.Expect(try(m)).To(Equal("forget pull-tag inspect forget pull-digest forget run"))
}
