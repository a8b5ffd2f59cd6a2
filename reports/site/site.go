// Package site makes a static site of many results: who keeps which requirement, and how
// that was before. Its pages need no server and no network.
package site

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"assay/reports"
)

// Entry is one result of a target. Several entries with one name are its history.
type Entry struct {
	Name string
	Run  *reports.Run
}

// site is everything that the pages show.
type site struct {
	Targets []target // whose registry was judged
	Tools   []target // with which tools were tried
	Rows    []row    // of requirements
	Kits    []kit    // of tools
	// Workflows are those of all targets.
	Workflows []string
}

// target is what has results under one name.
type target struct {
	Name string
	File string // the name of its page, without a folder
	// Runs are its results, the newest first.
	Runs []*reports.Run
}

// Newest is the result that counts.
func (t target) Newest() *reports.Run { return t.Runs[0] }

// newSite sorts the entries. It fails if there are none.
func newSite(entries []Entry) (*site, error) {
	if len(entries) == 0 {
		return nil, fmt.Errorf("nothing to show: want results")
	}
	s := &site{}
	for _, e := range entries {
		list, suffix := &s.Targets, ""
		if e.Run.Matrix != nil {
			list, suffix = &s.Tools, "-downlevel"
		}
		i := slices.IndexFunc(*list, func(t target) bool { return t.Name == e.Name })
		if i < 0 {
			i = len(*list)
			*list = append(*list, target{Name: e.Name, File: fileName(e.Name + suffix)})
		}
		(*list)[i].Runs = append((*list)[i].Runs, e.Run)
	}
	for _, list := range [][]target{s.Targets, s.Tools} {
		slices.SortStableFunc(list, func(a, b target) int { return cmp.Compare(a.Name, b.Name) })
		for _, t := range list {
			slices.SortStableFunc(t.Runs, func(a, b *reports.Run) int { return b.Started.Compare(a.Started) })
		}
	}
	for _, t := range s.Targets {
		for _, w := range t.Newest().Workflows {
			if !slices.Contains(s.Workflows, w.Name) {
				s.Workflows = append(s.Workflows, w.Name)
			}
		}
	}
	s.Rows, s.Kits = requirementRows(s.Targets), kits(s.Tools)
	return s, nil
}

// unsafeInNames matches what file names of pages must not have.
var unsafeInNames = regexp.MustCompile(`[^a-z0-9.@_-]+`)

// fileName makes a name of a page from a name in results. Different names have different
// pages; a name that had to be changed ends with its hash.
func fileName(name string) string {
	safe := strings.Trim(unsafeInNames.ReplaceAllString(strings.ToLower(name), "-"), ".")
	if len(safe) > 80 {
		safe = safe[:80]
	}
	if safe != name || safe == "" {
		safe += "-" + shortHash(name)
	}
	return safe + ".html"
}
