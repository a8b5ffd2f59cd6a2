// Package known reads lists of known failures, and applies them to results. A known
// failure does not fail a run; when it no longer fails, that fails the run.
package known

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"assay/reports"
)

// Failure is an entry of the list.
type Failure struct {
	// Requirement is what is not kept, as results name it, or a pattern such as
	// "push.blob.*".
	Requirement string `json:"requirement"`
	// Reason says why it is not fixed (yet); reports show it.
	Reason string `json:"reason"`
}

// Read reads a YAML list of entries whose keys are key, which names what is not
// kept, and reason. An error names the file and the line of what is wrong: an
// unknown key, a missing reason, or what check refuses.
func Read(path, key string, check func(pattern string) error) ([]Failure, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the known failures: %w", err)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, errors.New(located(path, 1, err))
	}
	var known []Failure
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		list, ok := doc.Body.(*ast.SequenceNode)
		if !ok {
			return nil, fmt.Errorf("%s:%d: want a list of entries with the keys %s and reason", path, doc.Body.GetToken().Position.Line, key)
		}
		for _, node := range list.Values {
			line := node.GetToken().Position.Line
			f, err := entry(node, key)
			if err != nil {
				return nil, fmt.Errorf("%s: want the keys %s and reason", located(path, line, err), key)
			}
			if strings.TrimSpace(f.Reason) == "" {
				return nil, fmt.Errorf("%s:%d: an entry needs a reason", path, line)
			}
			if err := check(f.Requirement); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, line, err)
			}
			known = append(known, f)
		}
	}
	return known, nil
}

// entry reads one entry.
func entry(node ast.Node, key string) (Failure, error) {
	pairs, ok := node.(ast.MapNode)
	if !ok {
		return Failure{}, &yaml.SyntaxError{Message: "no entry", Token: node.GetToken()}
	}
	var values map[string]string
	if err := yaml.NodeToValue(node, &values); err != nil {
		return Failure{}, err
	}
	for each := pairs.MapRange(); each.Next(); {
		if t := each.Key().GetToken(); t.Value != key && t.Value != "reason" {
			return Failure{}, &yaml.SyntaxError{Message: fmt.Sprintf("unknown key %q", t.Value), Token: t}
		}
	}
	return Failure{Requirement: values[key], Reason: values["reason"]}, nil
}

// located puts the file and the line in front of an error, the line that the
// error names where it names one.
func located(path string, line int, err error) string {
	text := err.Error()
	var at yaml.Error
	if errors.As(err, &at) {
		text = at.GetMessage()
		if t := at.GetToken(); t != nil {
			line = t.Position.Line
		}
	}
	return fmt.Sprintf("%s:%d: %s", path, line, text)
}

// Pattern turns a name with stars into a regular expression.
func Pattern(name string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(name), `\*`, ".*") + "$")
}

// List applies known failures to results.
type List []Failure

// reason says why the requirement is listed; empty when it is not.
func (l List) reason(requirement string) string {
	for _, f := range l {
		if Pattern(f.Requirement).MatchString(requirement) {
			return f.Reason
		}
	}
	return ""
}

// MarkKnown turns a listed failure into a known one.
func (l List) MarkKnown(res reports.Result) reports.Result {
	if res.Outcome != reports.Fail && res.Outcome != reports.Warn {
		return res
	}
	if reason := l.reason(res.Requirement); reason != "" {
		res.Outcome = reports.KnownFailure
		res.Message = reason + " (" + res.Message + ")"
	}
	return res
}

// Excuse marks the results that a listed failure keeps from being judged: they fail
// the run no more than it does.
func (l List) Excuse(results []reports.Result) {
	for i, res := range results {
		if res.Outcome == reports.Blocked && res.BlockedBy != "" && l.reason(res.BlockedBy) != "" {
			results[i].Excused = true
		}
	}
}

// ExpectFailures turns passes of what is listed into unexpected ones: those of
// requirements of which every spec that judged them passed.
func (l List) ExpectFailures(results []reports.Result) {
	if len(l) == 0 {
		return
	}
	failed := map[string]bool{}
	for _, res := range results {
		switch res.Outcome {
		case reports.KnownFailure, reports.Observed, reports.Error, reports.Blocked:
			failed[res.Requirement] = true
		}
	}
	for i, res := range results {
		if res.Outcome == reports.Pass && !failed[res.Requirement] {
			if reason := l.reason(res.Requirement); reason != "" {
				results[i].Outcome = reports.UnexpectedPass
				results[i].Message = "it is listed as a known failure, but passes: " + reason
			}
		}
	}
}
