package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	"assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/conformance/suite"
	"assay/reports"
	"assay/wire"
)

// Carry runs a spec in this goroutine and returns the result.
func (r *Run) Carry(ctx context.Context, s spec.Spec, planned reports.Result) reports.Result {
	res, started := planned, time.Now()
	own := &record{run: r}
	end := s.Run(r.within(ctx, own))
	res.Seconds = time.Since(started).Seconds()
	var how ending
	switch value := end.Value.(type) {
	case ending:
		how = value
		res.Outcome = outcomes[how.kind]
		if how.kind == notKept {
			res.Outcome = suite.NotKept(requirements.Level(res.Level))
		}
	default:
		res.Outcome = reports.Pass
	}
	if end.Panic != "" {
		res.Outcome, how = reports.Error, ending{kind: failed, message: end.Panic}
	}
	if ctx.Err() != nil && res.Outcome != reports.Pass {
		res.Outcome, res.Message = reports.Skipped, "interrupted"
		return res
	}
	r.describe(&res, how, own)
	return res
}

var outcomes = map[kind]reports.Outcome{
	blocked: reports.Blocked, unsupported: reports.Unsupported, skipped: reports.Skipped, failed: reports.Error,
}

// describe fills in what the spec looked at, and what it found.
func (r *Run) describe(res *reports.Result, how ending, own *record) {
	p := how.played
	if p == nil && len(own.played) > 0 {
		p = own.played[len(own.played)-1]
	}
	if p == nil {
		res.Message = how.message
		return
	}
	res.Scenario = p.Name
	for _, step := range p.Steps {
		res.Steps = append(res.Steps, shownStep(step))
	}
	switch res.Outcome {
	case reports.Pass:
		for _, ex := range p.All[:min(len(p.All), evidenceExchanges)] {
			res.Trail = append(res.Trail, wire.RedactText(ex.String()))
		}
		return
	case reports.Unsupported, reports.Skipped:
		res.Message, res.Steps = how.message, nil
		return
	}
	res.Expected, res.Received, res.BlockedBy = wire.RedactText(how.expected), wire.RedactText(how.received), string(how.by)
	res.Message = how.message
	if how.expected != "" {
		res.Message = fmt.Sprintf("the registry %s: expected %s, received %s", p.Does, how.expected, how.received)
		if how.exchange != nil {
			res.Message = how.exchange.String() + ", while " + res.Message
		}
	}
	res.Message = wire.RedactText(strings.TrimSpace(res.Message))
	res.Exchanges = evidence(p.All, how.exchange)
	res.Curl = repeats(p, own.played, r.player.Driver)
}

// repeats is the command that repeats the finding. It names the scenario, and the others
// that the spec compared it with.
func repeats(p *stage.Played, compared []*stage.Played, d stage.Driver) string {
	command := "assay client --scenario " + p.Name
	for _, other := range compared {
		if other != p {
			command += " --scenario " + other.Name
		}
	}
	if named, ok := d.(interface{ Flag() string }); ok {
		return command + " " + named.Flag()
	}
	return command + " -- " + d.Name()
}

const (
	evidenceExchanges = 20
	shownOutput       = 4000 // bytes
)

// evidence is the last exchanges up to the judged one, and some behind it.
func evidence(all []*traffic.Exchange, judged *traffic.Exchange) []reports.Exchange {
	end := len(all)
	if at := slices.Index(all, judged); at >= 0 {
		end = min(len(all), max(at+3, evidenceExchanges))
	}
	var shown []reports.Exchange
	for _, ex := range all[max(0, end-evidenceExchanges):end] {
		e := suite.Evidence(ex.Exchange)
		e.Judged = ex == judged
		shown = append(shown, e)
	}
	return shown
}

func shownStep(t stage.Taken) reports.Step {
	return reports.Step{
		Verb: string(t.Job.Verb), Image: t.Job.Image(), Exit: t.Exit, TimedOut: t.TimedOut, Seconds: t.Seconds,
		Stdout: cut(wire.RedactText(t.Stdout)), Stderr: cut(wire.RedactText(t.Stderr)),
	}
}

func cut(text string) string {
	text = strings.ToValidUTF8(text, "�")
	if len(text) <= shownOutput {
		return text
	}
	return strings.ToValidUTF8(text[:shownOutput/2], "") + "\n…\n" + strings.ToValidUTF8(text[len(text)-shownOutput/2:], "")
}
