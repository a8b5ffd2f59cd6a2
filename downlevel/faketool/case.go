package faketool

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/fixtures/mechanisms"
	"assay/reference"
	"assay/reports"
	"assay/wire"
	"assay/wire/access"
)

// Case is a cell in which a fake tool is tried, and the expected result.
type Case struct {
	Verb           toolchains.Verb
	Mechanism      string // by default subject-manifest
	Yields         toolchains.Yield
	Brings         []mechanisms.Kind
	NoReferrersAPI bool
	Limits         []toolchains.Limit
	// Option and With are an option of the tool, and what it does with it.
	Option string
	With   func(*Call)
	// Middleware changes the registry.
	Middleware []func(http.Handler) http.Handler
	Prepare    func(*Call)
	Do         func(*Call)

	Outcome reports.CellOutcome
	Harms   []string // the kinds, in order
	Says    string   // a part of the message of the result, of a harm or of a note
	Control reports.CellOutcome
}

// timeout is longer than anything that ends at all.
const timeout = 5 * time.Minute

// NewRun makes a run of trials at a registry of its own.
func NewRun(t *testing.T, opts reference.Options) trial.Run {
	t.Helper()
	g := NewWithT(t)
	server, err := reference.Start(context.Background(), "", opts)
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = server.Close() })
	manners := wire.Manners{RequestTimeout: timeout, MaxInFlight: wire.DefaultMaxInFlight}
	client, err := access.Connect(access.Settings{Target: server.Addr(), Embedded: true, Manners: manners})
	g.Expect(err).NotTo(HaveOccurred())
	return trial.Run{
		Client: client, Registry: server.Addr(), Embedded: true, Manners: manners, Prefix: "assay/downlevel",
		ActionTimeout: time.Minute, Seed: 1, Nonce: "nonce",
	}
}

// NewLane makes a lane for a tool.
func NewLane(t *testing.T, run trial.Run, tool trial.Tool) *trial.Lane {
	lane := run.NewLane("lane", trial.NewControls(tool, append([]mechanisms.Mechanism{mechanisms.None()}, mechanisms.All()...)))
	t.Cleanup(lane.Close)
	return lane
}

// Try tries the case.
func (c Case) Try(t *testing.T) reports.Result {
	t.Helper()
	g := NewWithT(t)
	run := NewRun(t, reference.Options{DisableReferrers: c.NoReferrersAPI, Middleware: c.Middleware})
	run.Start = func(context.Context, trial.Tool, toolchains.Place) (trial.Session, error) {
		act := func(do func(*Call)) func(*Call, toolchains.Action) {
			return func(call *Call, a toolchains.Action) {
				call.WithT = g
				if c.Option != "" && a.Run == a.Instead.Run {
					do = c.With
				}
				if do != nil {
					do(call)
				}
			}
		}
		return &Session{Client: run.Client, Registry: run.Registry, Dir: t.TempDir(), Prepared: act(c.Prepare), Done: act(c.Do)}, nil
	}
	action := toolchains.Action{Run: "fake", Yields: c.Yields, Brings: c.Brings, Limits: c.Limits}
	if c.Option != "" {
		action.Instead = toolchains.Instead{Option: c.Option, Run: "fake " + c.Option}
	}
	if c.Prepare != nil {
		action.Prepare = "fake prepare"
	}
	chain := &toolchains.Toolchain{Name: "fake", Verbs: map[toolchains.Verb]toolchains.Actions{c.Verb: {action}}}
	tool := trial.Tool{Installed: toolchains.Installed{Toolchain: chain, Version: "1.0.0"}}
	if c.Mechanism == "" {
		c.Mechanism = "subject-manifest"
	}
	m, ok := mechanisms.Get(c.Mechanism)
	g.Expect(ok).To(BeTrue(), c.Mechanism)
	return NewLane(t, run, tool).Try(t.Context(), trial.Cell{Tool: tool, Mechanism: m, Verb: c.Verb})
}

// Check tries the cases and compares the results.
func Check(t *testing.T, cases map[string]Case) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			res := c.Try(t)
			told, _ := json.MarshalIndent(res, "", "  ")
			g.Expect(res.Outcome).NotTo(Equal(reports.Error), res.Message)
			g.Expect(res.Cell.Outcome).To(Equal(c.Outcome), string(told))
			var kinds []string
			text := []string{res.Message}
			for _, h := range res.Cell.Harms {
				kinds = append(kinds, h.Kind)
				text = append(text, h.Text)
			}
			g.Expect(kinds).To(Equal(c.Harms), string(told))
			g.Expect(strings.Join(append(text, res.Cell.Notes...), "\n")).To(ContainSubstring(c.Says))
			if c.Control != "" {
				g.Expect(res.Cell.Control).To(Equal(c.Control), string(told))
			}
		})
	}
}
