package matchers

import (
	"github.com/onsi/gomega/types"

	"assay/conformance/spec"
	"assay/wire"
	"assay/wire/repeat"
)

// Mismatch is the value with which a spec ends if its requirement is not kept.
type Mismatch struct {
	// Exchange is the judged exchange; nil if something else was judged.
	Exchange           *wire.Exchange
	Expected, Received string
	// Again is how the script of the finding judges the exchange.
	Again repeat.Check
	// Message is the whole finding, as Gomega writes it.
	Message string
}

// Assertion has the value that is judged.
type Assertion struct{ actual any }

// Expect takes the value that a spec judges. Many specs can use it at once, unlike
// Gomega's own Expect, which handles one failure at a time: an assertion that fails
// ends the spec of its own goroutine with a [Mismatch].
func Expect(actual any) Assertion { return Assertion{actual} }

// To ends the spec unless the value satisfies the matcher.
func (a Assertion) To(matcher types.GomegaMatcher) {
	ok, err := matcher.Match(a.actual)
	switch {
	case err != nil:
		spec.End(Mismatch{Message: err.Error()})
	case ok:
		return
	}
	m := Mismatch{Message: matcher.FailureMessage(a.actual)}
	if over, isOver := matcher.(*exchangeMatcher); isOver {
		m.Exchange, m.Expected, m.Received = a.actual.(*wire.Exchange), over.expected, over.received
		m.Again = over.repeats(m.Exchange)
	}
	spec.End(m)
}
