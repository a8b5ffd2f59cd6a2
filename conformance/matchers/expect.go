package matchers

import (
	"github.com/onsi/gomega/types"

	"assay/conformance/spec"
	"assay/wire"
)

// Mismatch is what a spec ends with when it found something wrong.
type Mismatch struct {
	// Exchange is the one that was judged; nil when something else was.
	Exchange           *wire.Exchange
	Expected, Received string
	// Message says it all in Gomega's words.
	Message string
}

// Assertion is a value that is to be judged.
type Assertion struct{ actual any }

// Expect takes what a spec judges. Unlike Gomega's own, which knows one failure at
// a time, it can be used by many specs at once: an assertion that fails ends the
// spec of its goroutine with a [Mismatch].
func Expect(actual any) Assertion { return Assertion{actual} }

// To ends the spec unless the value is as the matcher wants it.
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
	}
	spec.End(m)
}
