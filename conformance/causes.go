package conformance

import (
	"context"
	"net/http"
	"strings"

	"assay/conformance/requirements"
	"assay/reports"
)

// One cause may make many specs fail. The functions here turn results with the same
// cause into one finding, and specs that are blocked by it.

// ordinary has, for each kind of request, the requirement that an ordinary request
// succeeds.
var ordinary = map[string]requirements.ID{
	"GET end-2":    requirements.PullBlobGetStatus,
	"HEAD end-2":   requirements.PullBlobHeadStatus,
	"GET end-3":    requirements.PullManifestGetStatus,
	"HEAD end-3":   requirements.PullManifestHeadStatus,
	"POST end-4a":  requirements.PushBlobPostPutStartStatus,
	"PATCH end-5":  requirements.PushBlobChunkStatus,
	"PUT end-6":    requirements.PushBlobPostPutStatus,
	"PUT end-7":    requirements.PushManifestStatus,
	"GET end-8":    requirements.DiscoveryTagsStatus,
	"GET end-12":   requirements.ReferencesListStatus,
	"GET end-13":   requirements.PushBlobUploadStatusStatus,
	"DELETE end-9": requirements.ManagementManifestDeleteStatus,
}

// unblock runs specs alone that are blocked by a requirement that no spec found broken:
// one spec may have deleted content that another had just pushed. If no finding says
// that, the first spec stays blocked, so that the report shows it.
func (x *execution) unblock(ctx context.Context, results []reports.Result, doubtful []int) {
	reported, stays := map[string]bool{}, map[string]bool{}
	for _, res := range results {
		if isFinding(res) {
			reported[res.Requirement] = true
		}
	}
	first, was := -1, reports.Result{}
	for _, i := range doubtful {
		res := results[i]
		if res.Outcome != reports.Blocked || res.BlockedBy == "" || reported[res.BlockedBy] || stays[res.BlockedBy] || ctx.Err() != nil {
			continue
		}
		alone := x.alone(ctx, i, true)
		switch {
		case alone.Outcome == reports.Blocked && alone.BlockedBy == res.BlockedBy:
			stays[res.BlockedBy] = true
			continue
		case isFinding(alone):
			reported[alone.Requirement] = true
		case first < 0:
			first, was = i, res
		}
		results[i] = alone
	}
	if first >= 0 && len(reported) == 0 && len(stays) == 0 {
		was.Message = "only beside other specs, not alone: " + was.Message
		results[first] = was
	}
}

// silence makes one finding of a kind of request that times out again and again. The
// finding is of the ordinary requirement, if a spec found that one broken, otherwise of
// the first one. Specs that sent no request any more, or timed out as well, are blocked
// by it.
func silence(results []reports.Result) {
	givenUp := map[string]bool{}
	for _, res := range results {
		if res.Silent && res.Outcome == reports.Blocked && res.BlockedBy == "" {
			givenUp[res.Asked] = true
		}
	}
	first := map[string]string{}
	for _, res := range results {
		if givenUp[res.Asked] && res.Silent && isFinding(res) && (first[res.Asked] == "" || res.Requirement == string(ordinary[res.Asked])) {
			first[res.Asked] = res.Requirement
		}
	}
	for i, res := range results {
		by := first[res.Asked]
		if by == "" && givenUp[res.Asked] { // only steps before the judgement timed out
			by = string(ordinary[res.Asked])
		}
		if by == "" || !res.Silent || res.Requirement == by && isFinding(res) {
			continue
		}
		if isFinding(res) || res.Outcome == reports.Blocked && res.BlockedBy == "" {
			results[i] = blockedBy(res, by)
		}
	}
}

// comesAndGoes makes one finding of server errors that ordinary requests of one kind
// get now and then. It is chance which specs get them. sometimes has the indexes of
// findings that did not appear when the spec was alone.
func comesAndGoes(results []reports.Result, sometimes []int) {
	times := map[string]int{}
	for _, res := range results {
		if failedToServe(res) {
			times[res.Asked]++
		}
	}
	for _, i := range sometimes {
		res := results[i]
		by, ok := ordinary[res.Asked]
		if ok && failedToServe(res) && times[res.Asked] > 1 && res.Requirement != string(by) {
			results[i] = blockedBy(res, string(by))
		}
	}
}

// failedToServe says whether the judged request was answered with a server error.
func failedToServe(res reports.Result) bool {
	ex, ok := judgedIn(res)
	return ok && ex.Status >= http.StatusInternalServerError
}

// refusedPush says whether the judged request is a refused push, and how it was
// refused.
func refusedPush(res reports.Result) (status int, ok bool) {
	ex, found := judgedIn(res)
	if !found || ex.Status < http.StatusBadRequest || !isFinding(res) && res.Outcome != reports.Blocked {
		return 0, false
	}
	switch ex.Method {
	case http.MethodPut, http.MethodPost, http.MethodPatch:
		return ex.Status, strings.Contains(ex.URL, "/manifests/") || strings.Contains(ex.URL, "/blobs/uploads/")
	}
	return 0, false
}

func judgedIn(res reports.Result) (reports.Exchange, bool) {
	for _, ex := range res.Exchanges {
		if ex.Judged {
			return ex, true
		}
	}
	return reports.Exchange{}, false
}

func blockedBy(res reports.Result, by string) reports.Result {
	res.Outcome, res.BlockedBy = reports.Blocked, by
	res.Expected, res.Received = "", ""
	return res
}
