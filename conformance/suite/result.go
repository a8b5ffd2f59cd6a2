package suite

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"assay/conformance/requirements"
	"assay/reports"
	"assay/wire"
)

// Planned lists what a preview of the tree holds: the specs that would run, as
// results without an outcome.
func Planned(preview ginkgo.Report) []reports.Result {
	var planned []reports.Result
	for _, report := range preview.SpecReports {
		if report.LeafNodeType != types.NodeTypeIt || report.State.Is(types.SpecStateSkipped) {
			continue
		}
		if res, ok := describe(report); ok {
			planned = append(planned, res)
		}
	}
	return planned
}

// describe is what a result says of its spec, whatever came of it; false for
// specs that do not belong to the version of the run.
func describe(report ginkgo.SpecReport) (reports.Result, bool) {
	r, ok := requirementOf(report.Labels())
	if !ok {
		return reports.Result{}, false
	}
	level, ok := r.Level(state.Version)
	if !ok {
		return reports.Result{}, false
	}
	return reports.Result{
		Requirement: string(r.ID), Level: string(level), Workflow: string(r.Workflow),
		Spec: report.FullText(), Summary: r.Summary, Link: r.Link(state.Version),
		Where: where(report.LeafNodeLocation),
	}, true
}

// result turns Ginkgo's report of a spec into ours; false for specs that do
// not belong to the version of the run.
func result(report ginkgo.SpecReport) (reports.Result, bool) {
	res, ok := describe(report)
	if !ok || !state.Large && slices.Contains(report.Labels(), LargeLabel) {
		return res, false
	}
	res.Seconds, res.Outcome = report.RunTime.Seconds(), reports.Pass
	j, judged := judgementOf(report)
	switch {
	case judged && !report.State.Is(types.SpecStateInterrupted):
		res.Message, res.Expected, res.Received, res.BlockedBy = wire.RedactText(j.Message), wire.RedactText(j.Expected), wire.RedactText(j.Received), j.BlockedBy
		res.Outcome = outcome(j.Kind, requirements.Level(res.Level))
	case report.State.Is(types.SpecStatePassed):
		return res, true
	case report.State.Is(types.SpecStateSkipped | types.SpecStatePending):
		res.Outcome, res.Message = reports.Skipped, "not selected"
		if report.Failure.Message != "" {
			res.Message = report.Failure.Message
		}
		return res, true
	case report.State.Is(types.SpecStateInterrupted | types.SpecStateAborted | types.SpecStateTimedout):
		res.Outcome, res.Message = reports.Skipped, "interrupted"
		return res, true
	default:
		res.Outcome, res.Message = reports.Error, wire.RedactText(report.Failure.Message+" "+report.Failure.ForwardedPanic)
	}
	if recording != nil {
		res.Exchanges, res.Curl = evidence(recording)
	}
	return res, true
}

func outcome(kind string, level requirements.Level) reports.Outcome {
	switch kind {
	case kindUnsupported:
		return reports.Unsupported
	case kindBlocked:
		return reports.Blocked
	case kindError:
		return reports.Error
	case kindSkipped:
		return reports.Skipped
	}
	return NotKept(level)
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

func judgementOf(report ginkgo.SpecReport) (judgement, bool) {
	for _, entry := range slices.Backward(report.ReportEntries) {
		if entry.Name != entryJudgement {
			continue
		}
		var j judgement
		if err := json.Unmarshal([]byte(entry.StringRepresentation()), &j); err != nil {
			return judgement{Kind: kindError, Message: fmt.Sprintf("the judgement cannot be read: %v", err)}, true
		}
		return j, true
	}
	return judgement{}, false
}

// where is the place of a spec in the source, without the directories of the
// machine that built it.
func where(location types.CodeLocation) string {
	file := filepath.ToSlash(location.FileName)
	if i := strings.LastIndex(file, "conformance/"); i >= 0 {
		file = file[i:]
	}
	return fmt.Sprintf("%s:%d", file, location.LineNumber)
}

// Limits of the evidence that a result holds.
const (
	evidenceExchanges = 20
	evidenceBody      = 4096 // bytes
)

// evidence is the spec's exchanges, redacted and cut, and the curl command of
// the one that was judged.
func evidence(t *transcript) ([]reports.Exchange, string) {
	exchanges := t.exchanges
	if len(exchanges) > evidenceExchanges {
		exchanges = exchanges[len(exchanges)-evidenceExchanges:]
	}
	var out []reports.Exchange
	for _, ex := range exchanges {
		e := Evidence(ex)
		e.Judged = ex == t.judged
		out = append(out, e)
	}
	if t.judged == nil {
		return out, ""
	}
	return out, t.judged.Curl()
}

// Evidence is an exchange as reports hold it: without secrets, its bodies cut.
func Evidence(ex *wire.Exchange) reports.Exchange {
	e := reports.Exchange{
		Method: ex.Method, URL: wire.RedactURL(ex.URL), Status: ex.Status,
		Request:  reports.Message{Header: wire.RedactHeader(ex.Request.Header), Body: bodyText(ex.Request.Body), Size: ex.Request.Size},
		Response: reports.Message{Header: wire.RedactHeader(ex.Header), Body: bodyText(ex.Body), Size: ex.BodySize},
		Started:  ex.Started, Millis: float64(ex.Duration.Microseconds()) / 1000,
	}
	if ex.Err != nil {
		e.Error = ex.Err.Error()
	}
	return e
}

func bodyText(body []byte) string {
	cut := body[:min(len(body), evidenceBody)]
	for len(cut) > 0 && len(cut) < len(body) && !utf8.Valid(cut) && utf8.Valid(cut[:len(cut)-1]) {
		cut = cut[:len(cut)-1]
	}
	if !utf8.Valid(cut) {
		return fmt.Sprintf("(%d bytes that are not text)", len(body))
	}
	return wire.RedactText(string(cut))
}
