package suite

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"assay/conformance/matchers"
	"assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/reports"
	"assay/wire"
)

// conclusion is how a spec ended that came to no judgement of its own.
type conclusion struct {
	outcome  reports.Outcome
	message  string
	by       requirements.ID // what is broken, where that is known
	exchange *wire.Exchange  // what it builds on; nil where it is no exchange
}

// Blocked ends the spec: it cannot be judged because the exchange that it
// builds on failed. By names the requirement that is broken, where one is
// known.
func Blocked(by requirements.ID, ex *wire.Exchange, format string, args ...any) {
	c := conclusion{outcome: reports.Blocked, message: fmt.Sprintf(format, args...), by: by, exchange: ex}
	if ex != nil {
		c.message += ": " + ex.String()
		if reason := ex.Reason(); reason != "" {
			c.message += " (" + reason + ")"
		}
	}
	spec.End(c)
}

// Must ends the spec as blocked unless the exchange succeeded (2xx); by names
// the requirement that is broken otherwise.
func Must(ex *wire.Exchange, by requirements.ID) *wire.Exchange {
	if !ex.OK() {
		Blocked(by, ex, "a step before did not succeed")
	}
	return ex
}

// judgement is what a result says of how its spec ended.
type judgement struct {
	outcome                              reports.Outcome
	message, expected, received, blocked string
	exchange                             *wire.Exchange
	// silent says that no answer came, or that there was no asking any more.
	silent bool
}

// judge turns the end of a spec into a judgement. Whether what was found is a
// failure, a warning or an observation follows from the requirement's level.
func (r *Run) judge(ctx context.Context, end spec.Ending, level requirements.Level, exchanges []*wire.Exchange) judgement {
	j := judgement{outcome: reports.Pass}
	switch value := end.Value.(type) {
	case matchers.Mismatch:
		j = judgement{
			outcome: NotKept(level), message: value.Message,
			expected: value.Expected, received: value.Received, exchange: value.Exchange,
		}
		if value.Expected != "" {
			j.message = fmt.Sprintf("%s: expected %s, received %s", value.Exchange, value.Expected, value.Received)
		}
	case conclusion:
		j = judgement{outcome: value.outcome, message: value.message, blocked: string(value.by), exchange: value.exchange}
	}
	if end.Panic != "" {
		j = judgement{outcome: reports.Error, message: end.Panic}
	}
	if j.outcome == reports.Pass || j.outcome == reports.Unsupported {
		return j
	}
	throttled := slices.IndexFunc(exchanges, func(ex *wire.Exchange) bool { return ex.Throttled })
	switch {
	case ctx.Err() != nil: // a request that the end of the run cut off is no answer
		j = judgement{outcome: reports.Skipped, message: "interrupted"}
	case throttled >= 0:
		j = notHeard(exchanges[throttled])
	case j.exchange != nil && errors.Is(j.exchange.Err, wire.ErrGivenUp):
		j = judgement{outcome: reports.Blocked, message: j.exchange.Err.Error(), exchange: j.exchange, silent: true}
	case j.exchange != nil && j.exchange.Err != nil && !r.target.answers(r.Client):
		j.outcome = reports.Error
	case j.exchange != nil:
		j.silent = errors.Is(j.exchange.Err, context.DeadlineExceeded)
	}
	return j
}

// notHeard is the judgement of a spec that was throttled: that the target was asked
// too much is no fault of its. The message is the same for all such specs.
func notHeard(ex *wire.Exchange) judgement {
	return judgement{
		outcome: reports.Blocked, exchange: ex,
		message: fmt.Sprintf("the target asks to come back later (%s), also after all the waiting that is allowed", wire.StatusText(ex.Status)),
	}
}

// NotKept is the outcome of a requirement of the level that is not kept.
func NotKept(level requirements.Level) reports.Outcome {
	switch level {
	case requirements.Should:
		return reports.Warn
	case requirements.Must:
		return reports.Fail
	}
	return reports.Observed
}
