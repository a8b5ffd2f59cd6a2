// Package spec runs Ginkgo specs in this process or, so that they share the
// work, in several processes of this executable. What the specs are is the
// caller's business, as is what becomes of their results.
package spec

import (
	"context"
	"io"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"

	"assay/reports"
)

// Listener hears of a run as it goes on.
type Listener interface {
	// Start is called with the number of specs before the first one runs.
	Start(total int)
	// Result is called as each spec ends.
	Result(reports.Result)
}

// Run is one run of a suite's specs.
type Run struct {
	// Suite is the name by which [Process] knows what a worker is to do.
	Suite string
	// Work is what a worker needs to know, as JSON.
	Work any
	// Ready makes this process ready, when it runs the specs itself.
	Ready Ready
	// Filter is the Ginkgo label filter that selects the specs.
	Filter string
	// Procs is how many processes share the specs; 1 stands for this one.
	Procs int
	// Seed shuffles the specs, unless they are to run InOrder: that of the
	// tree, as far as they are in one container.
	Seed    int64
	InOrder bool
	Timeout time.Duration
	// Planned are the specs that the filter selects, without an outcome.
	Planned []reports.Result
	// Excuse may change a result before anybody hears of it; nil changes none.
	Excuse func(reports.Result) reports.Result
	// Listener may be nil.
	Listener Listener
}

// Ready makes a process ready for the specs: it adds to the tree what belongs
// around them, and sees to it that what comes of them is reported. The function
// that it returns is called when they have run; it may be nil.
type Ready func(Reporter) (done func(), err error)

// Outcome is what came of a run.
type Outcome struct {
	Results []reports.Result
	// Requests is how many HTTP requests the processes sent, as they told.
	Requests int
	// Interrupted says why the run ended early; empty when it did not.
	Interrupted string
}

// Do runs the specs. An error says why none ran; a run that was interrupted is
// returned as far as it went.
func (r Run) Do(ctx context.Context) (Outcome, error) {
	to := &collector{run: r}
	if r.Listener != nil {
		r.Listener.Start(len(r.Planned))
	}
	if r.Procs > 1 {
		if err := r.parallel(ctx, to); err != nil {
			return Outcome{}, err
		}
	} else if err := r.here(to); err != nil {
		return Outcome{}, err
	}
	return to.outcome(), nil
}

// here runs the specs in this process.
func (r Run) here(to *collector) error {
	suiteConfig, reporterConfig := ginkgo.GinkgoConfiguration()
	suiteConfig.LabelFilter = r.Filter
	suiteConfig.RandomSeed = r.Seed
	suiteConfig.RandomizeAllSpecs = !r.InOrder
	suiteConfig.Timeout = r.Timeout
	// What Ginkgo would print is in the results.
	stdout := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard
	defer func() { formatter.ColorableStdOut = stdout }()
	return r.Ready.run(Reporter{
		Result: func(res reports.Result, requests int) { to.add(0, res, requests) },
		Ended:  to.end,
	}, suiteConfig, reporterConfig)
}

// run runs the specs in this process, with Ginkgo's configurations where they
// do not stand in its flags.
func (ready Ready) run(to Reporter, configs ...any) error {
	done, err := ready(to)
	if err != nil {
		return err
	}
	if done != nil {
		defer done()
	}
	ginkgo.RunSpecs(judge{}, "Assay", configs...)
	return nil
}

// judge is Ginkgo's testing.T: whether a run failed follows from the results.
type judge struct{}

func (judge) Fail() {}
