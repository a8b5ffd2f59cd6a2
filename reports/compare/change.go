package compare

import (
	"slices"

	"assay/reports"
)

// Change says how a row of one side differs from the baseline.
type Change string

// The changes. Worse: it was kept, and is not kept now; or a tool does more harm.
// Better is the reverse. Differs: both were judged, and neither is worse, such as an
// optional feature that is gone. NotJudged: the baseline was judged, and this side was
// not. New: this side was judged, and the baseline was not.
const (
	Worse     Change = "worse"
	Better    Change = "better"
	Differs   Change = "different"
	New       Change = "new"
	NotJudged Change = "not judged"
	Same      Change = "same"
)

// Changes lists all changes, the most important first.
func Changes() []Change { return []Change{Worse, Better, Differs, NotJudged, New, Same} }

func rank(c Change) int { return slices.Index(Changes(), c) }

// About says what the change means.
func (c Change) About() string {
	switch c {
	case Worse:
		return "The baseline keeps it, another does not; or a tool does more harm."
	case Better:
		return "The baseline does not keep it, another does; or a tool does less harm."
	case Differs:
		return "Neither is worse, such as an optional feature that one of them does not have."
	case NotJudged:
		return "The baseline was judged, another was not: it was blocked or skipped, or its results do not know it."
	case New:
		return "The baseline was not judged, another was: the baseline was blocked or skipped, or its results do not know it."
	}
	return "All have the same outcome."
}

// state says what is known about a requirement or a cell.
type state int

const (
	unjudged state = iota // nothing is known
	absent                // an optional feature that is not there; a cell that does not apply
	kept
	broken
)

// stand is the state of a result. degree is larger for more harm; only cells have
// degrees.
func stand(res *reports.Result) (s state, degree int) {
	if res == nil {
		return unjudged, 0
	}
	if res.Cell != nil && res.Cell.Outcome != "" {
		return cellStand(*res.Cell)
	}
	switch res.Outcome {
	case reports.Pass, reports.UnexpectedPass:
		return kept, 0
	case reports.Fail, reports.Warn, reports.Observed, reports.KnownFailure:
		return broken, 0
	case reports.Unsupported:
		return absent, 0
	}
	return unjudged, 0
}

// alone is the mechanism of the cells without an artifact: the image alone.
const alone = "image-alone"

func cellStand(c reports.Cell) (s state, degree int) {
	switch c.Outcome {
	case reports.Works, reports.RightPlatform:
		return kept, 0
	case reports.ClearRefusal:
		return broken, 1
	case reports.DocumentedLimit:
		return broken, 2
	case reports.UnclearRefusal:
		return broken, 3
	case reports.WrongReason:
		return broken, 4
	case reports.Orphaned:
		return broken, 5
	case reports.SilentHarm:
		return broken, 6
	case reports.NotApplicable:
		return absent, 0
	}
	if c.Mechanism == alone { // the tool does not even work on an ordinary image
		return broken, 0
	}
	return unjudged, 0 // what goes wrong on the image alone says nothing about the artifact
}

// changeOf compares a result with that of the baseline. nil means that the side does not
// know it.
func changeOf(before, after *reports.Result) Change {
	was, wasDegree := stand(before)
	is, isDegree := stand(after)
	switch {
	case was == unjudged && is == unjudged:
		return Same
	case is == unjudged:
		return NotJudged
	case was == unjudged:
		return New
	case is == broken && was != broken, is == broken && isDegree > wasDegree:
		return Worse
	case was == broken && is == kept, is == broken && isDegree < wasDegree:
		return Better
	case was != is, is == broken && before.Level != after.Level:
		return Differs
	}
	return Same
}
