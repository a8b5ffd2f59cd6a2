package reports

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// isFinding says whether o counts as a finding. An observation is shown, but breaks no
// requirement.
func isFinding(o Outcome) bool {
	switch o {
	case Fail, UnexpectedPass, Error, Warn:
		return true
	}
	return false
}

// oneLine is the message of a result, or a text in its place.
func oneLine(res Result) string {
	switch {
	case res.Message != "":
		return res.Message
	case res.Expected != "" || res.Received != "":
		return fmt.Sprintf("expected %s, received %s", cmp.Or(res.Expected, "nothing"), cmp.Or(res.Received, "nothing"))
	}
	return res.Summary
}

// judged returns the exchange that res is about.
func judged(res Result) (Exchange, bool) {
	for _, ex := range res.Exchanges {
		if ex.Judged {
			return ex, true
		}
	}
	return Exchange{}, false
}

// line is the exchange in one line: METHOD url: status.
func (e Exchange) line() string {
	answer := strconv.Itoa(e.Status)
	if e.Status == 0 {
		answer = cmp.Or(e.Error, "no response")
	}
	return e.Method + " " + e.URL + ": " + answer
}

// kept is the number of kept requirements among the judged ones, as "12/14".
func kept(c Counts) string {
	if c.Judged() == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", c.Kept(), c.Judged())
}

// Total is the number of MUSTs and SHOULDs with outcome o.
func (w Workflow) Total(o Outcome) int {
	return w.Must[o] + w.Should[o]
}

// count is n with the noun in singular or plural.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Conclusion is the verdict of the run and its figures, on one line.
func (r *Run) Conclusion() string { return string(r.Verdict()) + ": " + conclude(r, r.Findings()) }

// conclude gives the figures of a run, which follow its verdict: "5 of 5 workflows, 0
// findings (312 specs, 1204 requests, 4.1 s)".
func conclude(run *Run, findings []Result) string {
	if run.Shard != nil {
		return run.Shard.String() + ", " + figures(run, findings)
	}
	return figures(run, findings)
}

// figures is conclude without what a shard lacks.
func figures(run *Run, findings []Result) string {
	if run.Matrix != nil {
		return concludeMatrix(run, findings)
	}
	verdicts := map[Verdict]int{}
	for _, w := range run.Workflows {
		verdicts[w.Verdict]++
	}
	total := len(run.Workflows) - verdicts[NotTested]
	parts := []string{fmt.Sprintf("%d of %s conformant", verdicts[Conformant], count(total, "workflow"))}
	switch run.Verdict() {
	case Conformant:
		parts[0] = fmt.Sprintf("%d of %s", verdicts[Conformant], count(total, "workflow"))
	case Partial: // "0 of 4 conformant" reads as if all had failed, though none did
		parts[0] = fmt.Sprintf("nothing failed, %d of %s judged in full", verdicts[Conformant], count(total, "workflow"))
	}
	judgedOnly := total == 0 && len(run.Proposals) > 0
	if judgedOnly { // no workflow was selected: "0 of 0 workflows" says nothing
		parts[0] = "no workflow was judged, only " + count(len(run.Proposals), "proposal")
	}
	if n := verdicts[NoSupport]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d unsupported", n))
	}
	if n := verdicts[NotTested]; n > 0 && !judgedOnly {
		parts = append(parts, fmt.Sprintf("%d not tested", n))
	}
	observations, specs := 0, 0
	for _, res := range findings {
		if !isFinding(res.Outcome) {
			observations++
		}
	}
	outcomes := Counts{}
	for _, res := range run.Results {
		outcomes[res.Outcome]++
		if res.Outcome != Skipped {
			specs++
		}
	}
	parts = append(parts, count(len(findings)-observations, "finding"))
	if observations > 0 {
		parts = append(parts, count(observations, "observation"))
	}
	// Without these, a run that is not conformant could seem to have no reason.
	if n := outcomes[KnownFailure]; n > 0 {
		parts = append(parts, count(n, "known failure"))
	}
	if n := outcomes[Blocked]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d blocked", n)+excused(run.Results, n))
	}
	if n := outcomes[Skipped]; n > 0 && run.Verdict() == Partial {
		parts = append(parts, count(n, "spec")+" skipped")
	}
	return fmt.Sprintf("%s (%s, %s, %.1f s)", strings.Join(parts, ", "), count(specs, "spec"), count(run.Requests, "request"), run.Seconds)
}

// excused says how many of the blocked results are blocked by known failures.
func excused(results []Result, blocked int) string {
	n := 0
	for _, res := range results {
		if res.Excused {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case blocked:
		return " by known failures"
	}
	return fmt.Sprintf(" (%d by known failures)", n)
}

// situations are the titles of the specs of a finding, the simplest first.
func situations(res Result) string {
	titles := []string{res.Spec}
	for _, title := range res.Situations {
		if title != res.Spec {
			titles = append(titles, title)
		}
	}
	return strings.Join(titles, "; ")
}

// restrained says why fewer requests were sent at the same time than the user allowed.
// It is empty if there were not fewer.
func restrained(run *Run) string {
	l := run.Load
	if l == nil || l.LowestBound >= l.MaxInFlight && l.Throttled == 0 {
		return ""
	}
	text := fmt.Sprintf("sent at most %s at a time", count(l.LowestBound, "request"))
	if l.LowestBound >= l.MaxInFlight {
		text = "sent requests again"
	}
	why := l.Why
	if why == "" {
		why = count(l.Throttled, "answer") + " of 429 or 503"
	}
	return text + ", because of: " + why
}
