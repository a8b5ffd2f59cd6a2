package conformance

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"assay/conformance/suite"
	"assay/reports"
	"assay/wire"
)

// A registry may start to refuse pushes in the middle of a run, for example because of
// a quota, a full disk or rights that have expired. This is not a defect of the
// registry, but one reason for all specs that could not push.

// refusals gives this reason to the results of refused pushes, if ordinary pushes,
// which succeeded before, are refused now.
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
	again := x.run.Again(suite.Manner{})
	defer again.End()
	now, before := again.RefusesPushes(ctx)
	if now == nil || now.Err != nil || now.Throttled || lostUpload(now) {
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

// lostUpload says whether an upload that was just started does not exist. No quota and no
// missing right does this: the registry gave a Location that leads nowhere.
func lostUpload(ex *wire.Exchange) bool {
	return ex.Status == http.StatusNotFound && ex.Method != http.MethodPost && !strings.Contains(ex.URL.Path, "/manifests/")
}
