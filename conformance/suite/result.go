package suite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/reports"
	"assay/wire"
	"assay/wire/repeat"
)

// Planned returns a result that describes the spec, without an outcome. It returns
// false for specs that do not belong to the version.
func Planned(s spec.Spec, version requirements.Version) (reports.Result, bool) {
	r, ok := requirementOf(s.Labels)
	if !ok {
		return reports.Result{}, false
	}
	level, ok := r.Level(version)
	if !ok {
		return reports.Result{}, false
	}
	return reports.Result{
		Requirement: string(r.ID), Level: string(level), Workflow: string(r.Workflow),
		Spec: s.Text, Summary: r.Summary, Link: r.Link(version), Where: where(s),
	}, true
}

// Carry runs a spec in this goroutine, starts to delete its content, and returns the
// result.
func (r *Run) Carry(ctx context.Context, s spec.Spec, planned reports.Result) reports.Result {
	res, started := planned, time.Now()
	if why := r.target.why(); why != "" {
		res.Outcome, res.Message = reports.Error, why
		return res
	}
	own := &scope{run: r, judging: requirements.ID(planned.Requirement), purpose: "judged"}
	end := s.Run(own.within(wire.WithPurpose(ctx, planned.Requirement)))
	own.mu.Lock()
	exchanges, left := own.exchanges, own.left
	own.mu.Unlock()
	level := requirements.Level(planned.Level)
	if planned.Proposal != "" {
		level = requirements.Compat // what is only proposed is observed, and fails no run
	}
	j := r.judge(ctx, end, level, exchanges)
	r.profile.chain(planned.Spec, own.chain)
	r.takeBack(left)
	res.Seconds, res.Outcome = time.Since(started).Seconds(), j.outcome
	if j.outcome == reports.Pass {
		if !r.Brief {
			res.Trail = trail(exchanges)
		}
		return res
	}
	res.Message, res.Expected, res.Received = wire.RedactText(j.message), wire.RedactText(j.expected), wire.RedactText(j.received)
	res.BlockedBy, res.Silent, res.Unclear = j.blocked, j.silent, strings.Join(own.unclear, "; ")
	if j.exchange != nil {
		res.Asked = j.exchange.Method + " " + string(j.exchange.Endpoint)
	}
	if j.outcome != reports.Unsupported && j.outcome != reports.Skipped { // these outcomes need evidence
		res.Exchanges, res.Curl = evidence(exchanges, j.exchange)
		res.Repeat = func(res reports.Result) string { return r.script(res, exchanges, j) }
	}
	return res
}

// script is the script that repeats a finding: the result with its final name and words.
func (r *Run) script(res reports.Result, exchanges []*wire.Exchange, j judgement) string {
	return repeat.Script(repeat.Story{
		Requirement: res.Requirement, Level: res.Level, Summary: res.Summary, Link: res.Link,
		Expected: res.Expected, Received: res.Received, Message: res.Message,
		Target: r.Client.Target(), Repositories: []string{r.Repository, r.Repository2},
		Exchanges: slices.DeleteFunc(slices.Clone(exchanges), unsent), Judged: j.exchange, Check: j.again,
	})
}

// where is the place of a spec in the source, without the directories of the
// machine that built it.
func where(s spec.Spec) string {
	if s.File == "" {
		return ""
	}
	file := filepath.ToSlash(s.File)
	if i := strings.LastIndex(file, "conformance/"); i >= 0 {
		file = file[i:]
	}
	return fmt.Sprintf("%s:%d", file, s.Line)
}

// Limits of the evidence that a result holds.
const (
	evidenceExchanges = 20
	evidenceBody      = 4096 // bytes
)

// evidence returns the spec's exchanges, redacted and cut, and the curl command of the
// judged one.
func evidence(exchanges []*wire.Exchange, judged *wire.Exchange) ([]reports.Exchange, string) {
	exchanges = slices.DeleteFunc(slices.Clone(exchanges), unsent)
	// The last exchanges, or those up to the judged one.
	if len(exchanges) > evidenceExchanges {
		end := len(exchanges)
		if at := slices.Index(exchanges, judged); at >= 0 && at < end-evidenceExchanges {
			end = max(at+1, evidenceExchanges)
		}
		exchanges = exchanges[end-evidenceExchanges : end]
	}
	var out []reports.Exchange
	for _, ex := range exchanges {
		e := Evidence(ex)
		e.Judged = ex == judged
		out = append(out, e)
	}
	if judged == nil || unsent(judged) {
		return out, ""
	}
	return out, judged.Curl()
}

// unsent says that no request was sent, so that the exchange is not evidence.
func unsent(ex *wire.Exchange) bool {
	return errors.Is(ex.Err, wire.ErrReadOnly) || errors.Is(ex.Err, wire.ErrGivenUp)
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
