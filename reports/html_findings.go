package reports

import (
	"fmt"
	"strings"
)

// anchors are the ids of a page. Each is given once.
type anchors map[string]bool

// newAnchors has the ids of the page's own sections.
func newAnchors() anchors {
	used := anchors{}
	for _, id := range []string{"findings", "workflows", "further", "blocked", "observations", "features", "requirements", "about", "matrix", "scenarios", "mechanisms", "cells", "filter", "found"} {
		used[id] = true
	}
	return used
}

// id makes an id of the name, so that a link can be sent to others: it is the same in
// each report. A name that was already used gets a number.
func (a anchors) id(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-@/", r):
			return r
		}
		return '-'
	}, name)
	id := clean
	for n := 2; a[id]; n++ {
		id = fmt.Sprintf("%s-%d", clean, n)
	}
	a[id] = true
	return id
}

// htmlFinding is a finding with its id.
type htmlFinding struct {
	Result
	ID string
	// Place is the id of a cell's evidence; empty if the page has none.
	Place string
	// Repeat is the path of the script beside the report that repeats a cell; empty if
	// there is none.
	Repeat string
}

// Titles are the titles of the specs that have the finding.
func (f htmlFinding) Titles() []string {
	if len(f.Situations) > 0 {
		return f.Situations
	}
	return []string{f.Spec}
}

// showFindings gives each finding its id, which begins with "finding-".
func showFindings(findings []Result, ids anchors, m *htmlMatrix) []htmlFinding {
	var shown []htmlFinding
	for _, res := range findings {
		f, name := htmlFinding{Result: res}, res.Requirement
		if res.Cell != nil {
			name = res.Cell.Tool() + "/" + res.Cell.Verb
			f.Place = m.place(*res.Cell)
			if res.Script != "" {
				f.Repeat = ScriptsFolder + "/" + fileName(res.Requirement) + ".sh"
			}
		}
		name = "finding-" + name
		if ids[name] { // the requirement has a worse outcome, too
			name += "-" + string(res.Outcome)
		}
		f.ID = ids.id(name)
		shown = append(shown, f)
	}
	return shown
}

// targets says for the name of each requirement where on the page it is: at its
// finding, or else among the requirements.
func targets(findings []htmlFinding, groups []htmlGroup) map[string]string {
	at := map[string]string{}
	for _, g := range groups {
		for _, r := range g.Requirements {
			at[r.Name] = r.ID
		}
	}
	for i := len(findings) - 1; i >= 0; i-- { // the worst is the last to be set
		at[findings[i].Requirement] = findings[i].ID
	}
	return at
}
