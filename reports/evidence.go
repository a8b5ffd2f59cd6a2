package reports

import (
	"fmt"
	"strconv"
	"strings"
)

// Evidence is what the result shows, as lines: the demand of the specification, what
// was expected, what came, and the command that repeats the request.
func (r Result) Evidence() string { return evidence(r) }

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
	add("spec", res.Where)
	add("repeat", res.Curl)
	for _, step := range res.Steps {
		add("step", step.line())
	}
	if res.Cell != nil {
		lines = append(lines, res.Cell.lines()...)
	}
	return block(strings.Join(lines, "\n"))
}

// line says what the client was asked for, and how that ended.
func (s Step) line() string {
	end := "exit " + strconv.Itoa(s.Exit)
	if s.TimedOut {
		end = "took too long, and was ended"
	}
	return s.Verb + " " + s.Image + ": " + end
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
