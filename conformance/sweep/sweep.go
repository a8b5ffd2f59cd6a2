// Package sweep judges what binds every answer, whatever was asked: it looks at each
// exchange of a run as it is recorded, and says in the end what none of the specs
// found.
package sweep

import (
	"fmt"
	"net/url"
	"strings"
	"sync"

	"assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/conformance/suite"
	"assay/reports"
	"assay/wire"
	"assay/wire/repeat"
)

// Sweep is what was seen in one run.
type Sweep struct {
	target       *url.URL // of the registry: what other hosts answer is not judged
	repositories []string // of the run

	mu     sync.Mutex
	seen   []tally // for each of the checks
	memory *memory
}

// tally is what a check saw.
type tally struct {
	about, wrong int // answers
	first        *violation
	doubts       []*violation // what the end of the run decides
	kept         []string     // some of the answers that keep the requirement
}

// keptShown is the number of answers that a pass shows, of the many that it judged.
const keptShown = 3

// violation is an answer that breaks a requirement, without its whole body.
type violation struct {
	exchange       reports.Exchange
	received, curl string
	// judged is the last of the exchanges that repeat it.
	judged    *wire.Exchange
	exchanges []*wire.Exchange
}

// New is the sweep of a run against the registry.
func New(target *url.URL, repositories ...string) *Sweep {
	return &Sweep{target: target, repositories: repositories, seen: make([]tally, len(checks)), memory: newMemory()}
}

// Look judges an exchange, and the answers on the way to it. before returns the earlier
// exchanges of the same spec.
func (s *Sweep) Look(ex *wire.Exchange, before func() []*wire.Exchange) {
	for _, hop := range ex.Hops {
		s.look(&wire.Exchange{
			Endpoint: ex.Endpoint, Repository: ex.Repository, Method: hop.Method, URL: hop.URL, Request: ex.Request,
			Status: hop.Status, Header: hop.Header, Body: hop.Body, BodySize: int64(len(hop.Body)), Err: hop.Err,
			Started: ex.Started, Duration: hop.Duration,
		}, before)
	}
	s.look(ex, before)
}

func (s *Sweep) look(ex *wire.Exchange, before func() []*wire.Exchange) {
	if ex.Status == 0 || ex.URL.Host != s.target.Host || ex.Err != nil && ex.Status < 400 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, c := range checks {
		about, wrong := c.judge(s.memory, ex)
		if !about {
			continue
		}
		t := &s.seen[i]
		t.about++
		if wrong == "" {
			if len(t.kept) < keptShown {
				t.kept = append(t.kept, suite.Line(ex))
			}
			continue
		}
		if c.later != nil {
			if len(t.doubts) < doubtsKept {
				t.doubts = append(t.doubts, violationOf(ex, wrong, before))
			}
			continue
		}
		t.wrong++
		if t.first == nil {
			t.first = violationOf(ex, wrong, before)
		}
	}
	s.memory.learn(ex)
}

// doubtsKept is the number of doubts that are kept for each check.
const doubtsKept = 20

func violationOf(ex *wire.Exchange, wrong string, before func() []*wire.Exchange) *violation {
	evidence := suite.Evidence(ex)
	evidence.Judged = true
	return &violation{evidence, wire.RedactText(wrong), ex.Curl(), ex, append(before(), ex)}
}

// decided returns the tally with the doubts that the whole run confirms.
func (s *Sweep) decided(i int) tally {
	t := s.seen[i]
	for _, v := range t.doubts {
		if checks[i].later(s.memory, v.judged) {
			t.wrong++
			if t.first == nil {
				t.first = v
			}
		}
	}
	return t
}

// prefix begins the titles of what the sweep judges.
const prefix = "Every response · "

// Specs are the checks as specs, for what selects specs; they cannot be carried out.
func Specs() []spec.Spec {
	var all []spec.Spec
	for _, c := range checks {
		all = append(all, spec.Spec{Text: prefix + c.title, Labels: suite.LabelsOf(c.requirement)})
	}
	return all
}

// Results are what came of the checks that are planned. results are those of the
// specs: what one of them reported is not reported again.
func (s *Sweep) Results(planned, results []reports.Result) []reports.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	reported, requests := map[string]bool{}, map[string]bool{}
	for _, res := range results {
		switch res.Outcome {
		case reports.Fail, reports.Warn, reports.Observed, reports.KnownFailure:
			reported[res.Requirement] = true
			for _, ex := range res.Exchanges {
				if ex.Judged && res.Outcome != reports.Observed { // an observation explains no broken MUST
					requests[kind(ex)] = true
				}
			}
		}
	}
	var all []reports.Result
	for i, c := range checks {
		for _, res := range planned {
			if res.Spec != prefix+c.title || reported[res.Requirement] {
				continue
			}
			t := s.decided(i)
			if t.wrong > 0 && c.doubtful && requests[kind(t.first.exchange)] {
				continue
			}
			all = append(all, s.script(c, c.result(res, t), t))
		}
	}
	return all
}

func (c check) result(res reports.Result, t tally) reports.Result {
	switch {
	case t.about == 0:
		res.Outcome, res.Message = reports.Unsupported, c.absent
		return res
	case t.wrong == 0:
		res.Outcome, res.Trail = reports.Pass, t.kept
		return res
	}
	first := t.first
	res.Outcome, res.Occurrences = suite.NotKept(requirements.Level(res.Level)), t.wrong
	res.Expected, res.Received = c.expected, first.received
	res.Message = fmt.Sprintf("%d of the %d responses that this requirement is about, the first to %s %s: expected %s, received %s",
		t.wrong, t.about, first.exchange.Method, first.exchange.URL, c.expected, first.received)
	res.Exchanges, res.Curl = []reports.Exchange{first.exchange}, first.curl
	return res
}

// script adds the script that repeats the first answer that was wrong.
func (s *Sweep) script(c check, res reports.Result, t tally) reports.Result {
	if t.wrong == 0 {
		return res
	}
	keeps := func(ex *wire.Exchange) bool { _, wrong := c.judge(s.memory, ex); return wrong == "" }
	res.Script = repeat.Script(repeat.Story{
		Requirement: res.Requirement, Level: res.Level, Summary: res.Summary, Link: res.Link,
		Expected: res.Expected, Received: res.Received, Target: s.target, Repositories: s.repositories,
		Exchanges: t.first.exchanges, Judged: t.first.judged,
		Check: repeat.Learn(t.first.judged, keeps, res.Expected, res.Received),
	})
	return res
}

// kind is what requests have in common that may fail for one reason.
func kind(ex reports.Exchange) string {
	for _, part := range []string{"/manifests/", "/blobs/uploads/", "/blobs/", "/tags/", "/referrers/"} {
		if strings.Contains(ex.URL, part) {
			return ex.Method + " " + part
		}
	}
	return ex.Method
}
