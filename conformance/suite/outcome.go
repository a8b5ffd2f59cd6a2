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
	"assay/wire/repeat"
)

// conclusion is the end of a spec that did not judge.
type conclusion struct {
	outcome  reports.Outcome
	message  string
	by       requirements.ID // the broken requirement, if it is known
	exchange *wire.Exchange  // the failed exchange; nil if there is none
}

// Blocked ends the spec: it cannot be judged because the exchange that it builds on
// failed. By names the broken requirement, if it is known.
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

// Must ends the spec as blocked unless the exchange succeeded (2xx); by names the
// requirement that is broken if it did not.
func Must(ex *wire.Exchange, by requirements.ID) *wire.Exchange {
	if !ex.OK() {
		Blocked(by, ex, "a step before did not succeed")
	}
	return ex
}

// judgement is the part of a result that follows from the end of its spec.
type judgement struct {
	outcome                              reports.Outcome
	message, expected, received, blocked string
	exchange                             *wire.Exchange
	// silent says that no answer came, or that no request was sent any more.
	silent bool
	again  repeat.Check // how the script judges the exchange
}

// judge turns the end of a spec into a judgement. The level of the requirement decides
// whether a finding is a failure, a warning or an observation.
func (r *Run) judge(ctx context.Context, end spec.Ending, level requirements.Level, exchanges []*wire.Exchange) judgement {
	j := judgement{outcome: reports.Pass}
	switch value := end.Value.(type) {
	case matchers.Mismatch:
		j = judgement{
			outcome: NotKept(level), message: value.Message,
			expected: value.Expected, received: value.Received, exchange: value.Exchange, again: value.Again,
		}
		if value.Expected != "" {
			j.message = fmt.Sprintf("%s: expected %s, received %s", value.Exchange, value.Expected, value.Received)
		}
	case conclusion:
		j = judgement{outcome: value.outcome, message: value.message, blocked: string(value.by), exchange: value.exchange}
		if value.exchange != nil && !value.exchange.OK() {
			j.again = repeat.StatusLike("2??")
		}
	}
	if end.Panic != "" {
		j = judgement{outcome: reports.Error, message: end.Panic}
	}
	if j.outcome == reports.Pass || j.outcome == reports.Unsupported {
		return j
	}
	throttled := slices.IndexFunc(exchanges, func(ex *wire.Exchange) bool { return ex.Throttled })
	switch {
	case ctx.Err() != nil: // the end of the run has interrupted the request
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

// notHeard is the judgement of a throttled spec: too many requests are not a defect of
// the target. The message is the same for all such specs.
func notHeard(ex *wire.Exchange) judgement {
	return judgement{
		outcome: reports.Blocked, exchange: ex,
		message: fmt.Sprintf("the target still asks to wait (%s), after all the waiting that is allowed", wire.StatusText(ex.Status)),
	}
}

// NotKept returns the outcome of a broken requirement of this level.
func NotKept(level requirements.Level) reports.Outcome {
	switch level {
	case requirements.Should:
		return reports.Warn
	case requirements.Must:
		return reports.Fail
	}
	return reports.Observed
}
