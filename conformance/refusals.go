package conformance

import (
	"context"
	"fmt"

	"assay/conformance/suite"
	"assay/reports"
	"assay/wire"
)

// A registry may come to refuse pushes in the middle of a run, for reasons of its
// own: a quota, a disk that is full, rights that ended. That is no fault of its, and
// one reason for all specs that could not push.

// refusals turns what came of pushes that were refused into that one reason, when
// ordinary pushes, of which the run made many, are refused by now.
func (x *execution) refusals(ctx context.Context, results []reports.Result) {
	var places []int
	for i, res := range results {
		if _, ok := refusedPush(res); ok {
			places = append(places, i)
		}
	}
	if len(places) == 0 || ctx.Err() != nil {
		return
	}
	again := x.run.Again(suite.Trusting)
	defer again.End()
	now, before := again.RefusesPushes(ctx)
	if now == nil || now.Err != nil || now.Throttled {
		return
	}
	why := fmt.Sprintf("the registry accepts no pushes any more; it accepted %d before: %s returned %s", before, now.Method, wire.StatusText(now.Status))
	if reason := now.Reason(); reason != "" {
		why += " (" + reason + ")"
	}
	for _, i := range places {
		if status, _ := refusedPush(results[i]); status == now.Status {
			results[i] = blockedBy(results[i], "")
			results[i].Message = why
		}
	}
}
