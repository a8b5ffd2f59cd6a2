package matchers

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"assay/conformance/spec"
	"assay/wire"
	"assay/wire/repeat"
)

// Case is one of several exchanges that are judged by the same matcher. The title says
// how it differs from the others.
type Case struct {
	Title    string
	Exchange *wire.Exchange
}

// Cases are judged together, so that one defect is one finding.
type Cases []Case

// ExpectEach takes the exchanges that a spec judges by one matcher.
func ExpectEach(cases []Case) Cases { return cases }

// To ends the spec unless every exchange satisfies the matcher, which must be one of
// this package. The finding shows the first exchange that does not, and names all.
func (c Cases) To(matcher types.GomegaMatcher) {
	over, ok := matcher.(*exchangeMatcher)
	if !ok {
		spec.End(Mismatch{Message: fmt.Sprintf("ExpectEach cannot use a %T", matcher)})
	}
	var (
		first    *wire.Exchange
		received []string                // in the order of the cases
		titles   = map[string][]string{} // titles of cases, by the received value
	)
	for _, one := range c {
		if kept, _ := over.Match(one.Exchange); kept {
			continue
		}
		if first == nil {
			first = one.Exchange
		}
		if _, known := titles[over.received]; !known {
			received = append(received, over.received)
		}
		titles[over.received] = append(titles[over.received], one.Title)
	}
	if first == nil {
		return
	}
	_, _ = over.Match(first) // for what the script compares
	again := over.repeats(first)
	for i, r := range received {
		received[i] = r + " for " + strings.Join(titles[r], ", ")
	}
	m := Mismatch{Exchange: first, Expected: over.expected, Received: strings.Join(received, "; "), Again: again}
	m.Message = fmt.Sprintf("%s\nexpected: %s\nreceived: %s", first, m.Expected, m.Received)
	spec.End(m)
}

// First is the first case whose exchange does not satisfy the matcher; nil if there
// is none.
func (c Cases) First(matcher types.GomegaMatcher) *wire.Exchange {
	for _, one := range c {
		if kept, _ := matcher.Match(one.Exchange); !kept {
			return one.Exchange
		}
	}
	return nil
}

// BeNoServerError expects a status below 500.
func BeNoServerError() types.GomegaMatcher {
	return CheckAgain(repeat.StatusLike("1??", "2??", "3??", "4??"), "a status below 500", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), ex.Status < 500
	})
}
