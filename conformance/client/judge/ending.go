package judge

import (
	"fmt"

	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	"assay/conformance/spec"
)

// kind says how a spec ended, if it did not reach its last line.
type kind int

const (
	notKept kind = iota
	blocked
	unsupported
	skipped
	failed
)

// ending is the value with which a spec ends.
type ending struct {
	kind               kind
	message            string
	expected, received string
	by                 require.ID
	exchange           *traffic.Exchange // the judged one; nil if there is none
	played             *stage.Played
}

// NotKept ends the spec: the client did not keep the requirement. The exchange shows it;
// it is nil if what is missing has none.
//
// If the registry refused a request because it breaks a rule on every request, then this
// rule names the defect, and the spec is blocked by it.
func NotKept(p *stage.Played, ex *traffic.Exchange, expected, format string, args ...any) {
	for _, rule := range traffic.Rules() {
		if _, broken := rule.Look(p.Traffic()); broken != nil && broken.Exchange.Status >= 400 && broken.Exchange.Status < 500 {
			Blocked(rule.Requirement, broken.Exchange, "the client sent a request that breaks %s", rule.Requirement)
		}
	}
	broken(p, ex, expected, format, args...)
}

// broken is NotKept for the rules themselves.
func broken(p *stage.Played, ex *traffic.Exchange, expected, format string, args ...any) {
	spec.End(ending{kind: notKept, expected: expected, received: fmt.Sprintf(format, args...), exchange: ex, played: p})
}

// Blocked ends the spec: it cannot be judged, because another requirement is broken.
func Blocked(by require.ID, ex *traffic.Exchange, format string, args ...any) {
	spec.End(ending{kind: blocked, by: by, message: fmt.Sprintf(format, args...), exchange: ex})
}

// Unsupported ends the spec: the client does nothing that the requirement is about.
func Unsupported(format string, args ...any) {
	spec.End(ending{kind: unsupported, message: fmt.Sprintf(format, args...)})
}

func tooLong(p *stage.Played, step stage.Taken) {
	spec.End(ending{kind: blocked, by: require.ClientAccessEnds, played: p,
		message: fmt.Sprintf("%s did not end in %s, and was ended", step.Job.Verb, step.Job.Timeout)})
}

// last is the last exchange of a step; nil if it has none.
func last(p *stage.Played, step int) *traffic.Exchange {
	own := p.Of(step)
	if len(own) == 0 {
		return nil
	}
	return own[len(own)-1]
}

// Last is the last exchange of the last step; nil if there is none.
func Last(p *stage.Played) *traffic.Exchange { return last(p, len(p.Steps)-1) }
