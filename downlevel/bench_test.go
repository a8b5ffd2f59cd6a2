package downlevel

import (
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/reports"
)

// What does not come again is told, and does not count.
func TestWhatDoesNotComeAgain(t *testing.T) {
	times := 0
	play(t, map[string]scene{
		"with something attached": {
			verb: toolchains.Copy,
			do: func(h *hands) {
				if h.isAttached() {
					if times++; times == 1 {
						return
					}
				}
				h.copyTag()
			},
			outcome: reports.Works, says: "the first of two tries ended otherwise: the tool ended without an error", control: reports.Works,
		},
	})
	unclear := 0
	play(t, map[string]scene{
		"an end without a reason": {
			verb: toolchains.Copy,
			do: func(h *hands) {
				if h.isAttached() {
					if unclear++; unclear == 1 {
						h.exit, h.stderr = 1, "Error: EOF"
						return
					}
				}
				h.copyTag()
			},
			outcome: reports.Works, says: "the first of two tries ended otherwise: Error: EOF", control: reports.Works,
		},
	})
	alone := 0
	play(t, map[string]scene{
		"alone": {
			verb: toolchains.Copy,
			do: func(h *hands) {
				if !h.isAttached() {
					if alone++; alone == 1 {
						return
					}
				}
				h.copyTag()
			},
			outcome: reports.Works, control: reports.Works,
		},
	})
}

// No two tries share content: tools know again what they have seen.
func TestContentIsNotSeenTwice(t *testing.T) {
	seen := map[string]bool{}
	play(t, map[string]scene{
		"of a harm": {
			verb: toolchains.Copy,
			do: func(h *hands) {
				h.Expect(seen).NotTo(HaveKey(h.vars.Digest))
				seen[h.vars.Digest] = true
				if !h.isAttached() {
					h.copyTag()
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNothing}, control: reports.Works,
		},
	})
	t.Cleanup(func() { NewWithT(t).Expect(seen).To(HaveLen(3)) })
}

// Whoever reads a cell can repeat all of it.
func TestWhatIsRunFirstIsTold(t *testing.T) {
	g := NewWithT(t)
	res := scene{verb: toolchains.Verify, prepare: func(h *hands) { h.sign(".sig", true) }, do: func(*hands) {}}.play(t)
	g.Expect(res.Cell.Setup).To(Equal("wash hands\ndry hands\n"))
	g.Expect(res.Cell.Script).To(Equal("hands"))
}
