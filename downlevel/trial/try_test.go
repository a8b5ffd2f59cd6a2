package trial_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
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
