package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

type junitRun struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCounts struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     string `xml:"time,attr"`
}

type junitCase struct {
	Name       string          `xml:"name,attr"`
	ClassName  string          `xml:"classname,attr"`
	Time       string          `xml:"time,attr"`
	File       string          `xml:"file,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property"`
	Skipped    *junitMessage   `xml:"skipped"`
	Error      *junitMessage   `xml:"error"`
	Failure    *junitMessage   `xml:"failure"`
	Out        string          `xml:"system-out,omitempty"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes run as JUnit XML for CI systems, with a test suite per workflow.
// JUnit has fewer outcomes than a run. A warning is a failure if opts are strict;
// otherwise it is a pass with output, as an observation is. A spec that could not be
// judged is skipped.
func WriteJUnit(w io.Writer, run *Run, opts Options) error {
	out := junitRun{Name: "assay"}
	names := map[string]bool{}
	for _, workflow := range workflowNames(run) {
		suite := junitSuite{Name: Printable(workflow, 0), Timestamp: run.Started.UTC().Format(time.RFC3339)}
		seconds := 0.0
		for _, res := range run.Results {
			if res.Workflow != workflow {
				continue
			}
			c := newJUnitCase(res, opts)
			// CI systems merge cases of the same name.
			for name, n := c.Name, 2; names[c.Name]; n++ {
				c.Name = fmt.Sprintf("%s (%d)", name, n)
			}
			names[c.Name] = true
			suite.add(c)
			seconds += res.Seconds
		}
		if suite.Tests == 0 {
			continue
		}
		suite.Time = junitTime(seconds)
		out.Suites = append(out.Suites, suite)
		out.Tests += suite.Tests
		out.Failures += suite.Failures
		out.Errors += suite.Errors
		out.Skipped += suite.Skipped
	}
	out.Time = junitTime(run.Seconds)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func newJUnitCase(res Result, opts Options) junitCase {
	c := junitCase{
		Name:      Printable(res.Requirement+": "+res.Spec, 0),
		ClassName: Printable(res.Workflow, 0),
		Time:      junitTime(res.Seconds),
		File:      Printable(res.Where, 0),
		Properties: []junitProperty{
			{"requirement", Printable(res.Requirement, 0)},
			{"level", Printable(res.Level, 0)},
			{"outcome", Printable(string(res.Outcome), 0)},
		},
	}
	if res.Cell != nil {
		c.Name = Printable(res.Cell.Verb+": "+res.Cell.Mechanism, 0)
		c.Properties = append(c.Properties, junitProperty{"cell", Printable(string(res.Cell.Outcome), 0)})
	}
	message := &junitMessage{Message: Printable(oneLine(res), 0), Type: Printable(string(res.Outcome), 0)}
	switch res.Outcome {
	case Fail, UnexpectedPass:
		c.Failure = message
	case Warn:
		if opts.Strict {
			c.Failure = message
		}
	case Error:
		c.Error = message
	case Unsupported, Blocked, Skipped, KnownFailure:
		// In the schemas of JUnit, skipped has no type.
		message.Message, message.Type = string(res.Outcome)+": "+message.Message, ""
		c.Skipped = message
		return c
	}
	switch {
	case res.Outcome == Pass:
	case c.Failure != nil || c.Error != nil:
		message.Text = evidence(res)
	default:
		c.Out = evidence(res)
	}
	return c
}

// evidence is the evidence of a finding, as lines.
func evidence(res Result) string {
	lines := []string{fmt.Sprintf("%s %s (%s)", res.Outcome, res.Requirement, res.Level)}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, label+": "+text)
		}
	}
	add("wants", res.Summary)
	add("link", res.Link)
	add("message", res.Message)
	add("expected", res.Expected)
	add("received", res.Received)
	if ex, ok := judged(res); ok {
		add("request", ex.line())
	}
	add("repeat", res.Curl)
	if res.Cell != nil {
		lines = append(lines, res.Cell.lines()...)
	}
	return block(strings.Join(lines, "\n"))
}

// lines are the evidence of a cell, as lines.
func (c Cell) lines() []string {
	var lines []string
	add := func(label, text string) {
		if text = strings.TrimSpace(text); text != "" {
			lines = append(lines, label+": "+text)
		}
	}
	for _, h := range c.Harms {
		add("harm", h.Text)
	}
	for _, n := range c.Notes {
		add("note", n)
	}
	add("on the image alone", string(c.Control))
	add("ran", c.Script)
	if c.Exit != nil {
		add("exit", strconv.Itoa(*c.Exit))
	}
	add("stdout", c.Stdout)
	add("stderr", c.Stderr)
	for _, line := range c.Diff {
		add("changed", line)
	}
	return lines
}

// workflowNames lists the workflows of run, including those that only a result names.
func workflowNames(run *Run) []string {
	var names []string
	for _, w := range run.Workflows {
		names = append(names, w.Name)
	}
	for _, res := range run.Results {
		if !slices.Contains(names, res.Workflow) {
			names = append(names, res.Workflow)
		}
	}
	return names
}

func junitTime(seconds float64) string {
	return fmt.Sprintf("%.3f", seconds)
}
