package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"time"
)

// The types have only what the schema of Jenkins' xunit plugin (junit-10.xsd) allows:
// there testsuites has no skipped, and testcase has neither a file nor properties.

type junitRun struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCounts struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Time     string `xml:"time,attr"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"`
	Skipped   *junitMessage `xml:"skipped"`
	Error     *junitMessage `xml:"error"`
	Failure   *junitMessage `xml:"failure"`
	Out       string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes run as JUnit XML for CI systems: a test suite for each workflow, a
// test case for each spec, and a failure or an error for each finding. If several specs
// have one finding, the simplest fails, and the others are skipped and name it.
// JUnit has fewer outcomes than a run. A warning is a failure if opts are strict;
// otherwise it is a pass with output, as an observation is. A spec that could not be
// judged is skipped.
func WriteJUnit(w io.Writer, run *Run, opts Options) error {
	out := junitRun{Name: "assay"}
	names := map[string]bool{}
	findings := newJUnitFindings(run)
	for _, workflow := range workflowNames(run) {
		suite := junitSuite{Name: Printable(workflow, 0), Timestamp: run.Started.UTC().Format(time.RFC3339)}
		seconds := 0.0
		for _, res := range run.Results {
			if res.Workflow != workflow {
				continue
			}
			c := newJUnitCase(res, opts)
			if first := findings.before(res); first != "" && (c.Failure != nil || c.Error != nil) {
				c.Failure, c.Error = nil, nil
				c.Skipped = &junitMessage{Message: Printable(string(res.Outcome)+": the same finding as: "+first, 0)}
			}
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

// junitFindings has the title of the spec that stands for each finding.
type junitFindings map[[2]string]*junitFinding

type junitFinding struct {
	spec string
	seen bool // its case has been written
}

func newJUnitFindings(run *Run) junitFindings {
	f := junitFindings{}
	for _, res := range run.Findings() {
		f[res.junitFinding()] = &junitFinding{spec: res.Spec}
	}
	return f
}

// junitFinding is equal for results that are one finding.
func (r Result) junitFinding() [2]string { return [2]string{r.cause(), string(r.Outcome)} }

// before returns the title of the spec that stands for the finding of res, if that is
// not res itself.
func (f junitFindings) before(res Result) string {
	finding := f[res.junitFinding()]
	if finding == nil {
		return ""
	}
	if finding.spec == res.Spec && !finding.seen {
		finding.seen = true
		return ""
	}
	return finding.spec
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
	}
	if res.Cell != nil {
		c.Name = Printable(res.Cell.Verb+": "+res.Cell.Mechanism, 0)
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
		// In most schemas of JUnit, skipped has no type.
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
