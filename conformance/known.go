package conformance

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"assay/conformance/requirements"
	"assay/reports"
)

// KnownFailure is an entry of the list of failures that are known: they do not
// fail a run, and fail it when they are gone.
type KnownFailure struct {
	// Requirement is an id, or a pattern such as "push.blob.*".
	Requirement string `yaml:"requirement" json:"requirement"`
	// Reason says why it is not mended (yet); it is shown in reports.
	Reason string `yaml:"reason" json:"reason"`
}

// ReadKnownFailures reads a YAML list of known failures. An error names the
// file and the line of what is wrong: an unknown key, a missing reason, or a
// pattern that no requirement has.
func ReadKnownFailures(path string) ([]KnownFailure, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the known failures: %w", err)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, errors.New(located(path, 1, err))
	}
	var known []KnownFailure
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		list, ok := doc.Body.(*ast.SequenceNode)
		if !ok {
			return nil, fmt.Errorf("%s:%d: want a list of entries with the keys requirement and reason", path, doc.Body.GetToken().Position.Line)
		}
		for _, node := range list.Values {
			var k KnownFailure
			line := node.GetToken().Position.Line
			if err := yaml.NodeToValue(node, &k, yaml.Strict()); err != nil {
				return nil, fmt.Errorf("%s: want the keys requirement and reason", located(path, line, err))
			}
			if err := k.check(); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, line, err)
			}
			known = append(known, k)
		}
	}
	return known, nil
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

func (k KnownFailure) check() error {
	if strings.TrimSpace(k.Reason) == "" {
		return errors.New("an entry needs a reason")
	}
	pattern := patternOf(k.Requirement)
	for _, r := range requirements.All() {
		if pattern.MatchString(string(r.ID)) {
			return nil
		}
	}
	return fmt.Errorf("no requirement is called %q: see assay list --requirements", k.Requirement)
}

// patternOf turns an id with stars into a regular expression.
func patternOf(id string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(id), `\*`, ".*") + "$")
}

// knownFailures is the list at work.
type knownFailures []KnownFailure

// reason says why the requirement is listed; empty when it is not.
func (l knownFailures) reason(requirement string) string {
	for _, k := range l {
		if patternOf(k.Requirement).MatchString(requirement) {
			return k.Reason
		}
	}
	return ""
}

// excuse turns a listed failure into a known one.
func (l knownFailures) excuse(res reports.Result) reports.Result {
	if res.Outcome != reports.Fail && res.Outcome != reports.Warn {
		return res
	}
	if reason := l.reason(res.Requirement); reason != "" {
		res.Outcome = reports.KnownFailure
		res.Message = reason + " (" + res.Message + ")"
	}
	return res
}

// expectFailures turns passes of listed requirements into unexpected ones: those
// of requirements of which every spec that judged them passed.
func (l knownFailures) expectFailures(results []reports.Result) {
	if len(l) == 0 {
		return
	}
	failed := map[string]bool{}
	for _, res := range results {
		switch res.Outcome {
		case reports.KnownFailure, reports.Error, reports.Blocked:
			failed[res.Requirement] = true
		}
	}
	for i, res := range results {
		if res.Outcome == reports.Pass && !failed[res.Requirement] {
			if reason := l.reason(res.Requirement); reason != "" {
				results[i].Outcome = reports.UnexpectedPass
				results[i].Message = "it is listed as a known failure, and passes: " + reason
			}
		}
	}
}
