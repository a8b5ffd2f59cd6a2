package reports

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// junitElement is what the schema allows in an element.
type junitElement struct {
	children []string // in any order and number
	required []string
	optional []string
	text     bool
}

// junitSchema has the rules of junit-10.xsd of Jenkins' xunit plugin for the elements
// that reports may use.
var junitSchema = map[string]junitElement{
	"":           {children: []string{"testsuites"}},
	"testsuites": {children: []string{"testsuite"}, optional: []string{"name", "time", "tests", "failures", "errors"}},
	"testsuite": {
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
		required: []string{"name", "tests", "failures", "errors"},
		optional: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
	},
	"testcase": {
		children: []string{"skipped", "error", "failure", "system-out", "system-err"},
		required: []string{"name"},
		optional: []string{"time", "classname", "group"},
	},
	"properties": {children: []string{"property"}},
	"property":   {required: []string{"name", "value"}},
	"failure":    {optional: []string{"type", "message"}, text: true},
	"error":      {optional: []string{"type", "message"}, text: true},
	"skipped":    {optional: []string{"type", "message"}, text: true},
	"system-out": {text: true},
	"system-err": {text: true},
}

var surefireTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)

// junitErrors returns what the schema does not allow in text.
func junitErrors(text string) []string {
	var bad []string
	complain := func(format string, values ...any) { bad = append(bad, fmt.Sprintf(format, values...)) }
	open := []string{""}
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return bad
		}
		if err != nil {
			return append(bad, err.Error())
		}
		within := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if !slices.Contains(junitSchema[within].children, name) {
				complain("%s in %q", name, within)
			}
			open = append(open, name)
			given := map[string]bool{}
			for _, a := range token.Attr {
				given[a.Name.Local] = true
				if !slices.Contains(slices.Concat(junitSchema[name].required, junitSchema[name].optional), a.Name.Local) {
					complain("attribute %s of %s", a.Name.Local, name)
				}
				if a.Name.Local == "time" && name != "testcase" && !surefireTime.MatchString(a.Value) {
					complain("time %q of %s", a.Value, name)
				}
			}
			for _, r := range junitSchema[name].required {
				if !given[r] {
					complain("%s without %s", name, r)
				}
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if !junitSchema[within].text && strings.TrimSpace(string(token)) != "" {
				complain("text in %s", within)
			}
		}
	}
}

func TestJUnitKeepsTheSchema(t *testing.T) {
	long := sample()
	long.Seconds = 123456.789
	for name, run := range map[string]*Run{"run": sample(), "downlevel": sampleMatrix(), "long": long, "empty": {}} {
		for _, strict := range []bool{false, true} {
			_, text := junit(t, run, strict)
			if bad := junitErrors(text); len(bad) > 0 {
				t.Errorf("%s: %q", name, bad)
			}
		}
	}
}

// The check finds what earlier versions of Assay wrote, and what is missing.
func TestJUnitSchemaRefuses(t *testing.T) {
	text := `<testsuites skipped="1"><testsuite name="a" tests="1" failures="0" time="1s"><testcase name="b" file="c">` +
		`<properties><property name="d"></property></properties>text</testcase></testsuite></testsuites>`
	equal(t, junitErrors(text), []string{
		"attribute skipped of testsuites", `time "1s" of testsuite`, "testsuite without errors", "attribute file of testcase",
		`properties in "testcase"`, "property without value", "text in testcase",
	})
}

// A finding is one failure, whichever of its specs is written first.
func TestJUnitFindingIsOneFailure(t *testing.T) {
	run := &Run{Results: []Result{
		{Requirement: "push.x", Outcome: Fail, Workflow: "push", Spec: "a long title"},
		{Requirement: "push.x", Outcome: Fail, Workflow: "push", Spec: "short"},
		{Requirement: "push.x", Outcome: Error, Workflow: "push", Spec: "of the network"},
		{Requirement: "push.y", Outcome: Fail, Workflow: "push", Spec: "short"},
		{Requirement: "push.x", Outcome: Fail, Workflow: "push", Spec: "another title"},
	}}
	got, _ := junit(t, run, false)
	equal(t, got.junitCounts, junitCounts{Tests: 5, Failures: 2, Errors: 1, Time: "0.000"})
	var failed []string
	for _, c := range got.Suites[0].Cases {
		switch {
		case c.Failure != nil || c.Error != nil:
			failed = append(failed, c.Name)
		case c.Skipped == nil || c.Skipped.Message != "fail: the same finding as: short":
			t.Errorf("%s is skipped as %+v", c.Name, c.Skipped)
		}
	}
	equal(t, failed, []string{"push.x: short", "push.x: of the network", "push.y: short"})
}
