package requirements

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed *.yaml notes/*.yaml
var files embed.FS

var idPattern = regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9-]+)+$`)

var catalogue = sync.OnceValue(func() []Requirement {
	all, err := load()
	if err != nil {
		panic(err) // the catalogue is part of the binary: its own test keeps it sound
	}
	return all
})

// All returns the catalogue in the order of its files, workflow by workflow.
func All() []Requirement { return slices.Clone(catalogue()) }

// Get returns the requirement called id; false when the catalogue has none.
func Get(id ID) (Requirement, bool) {
	for _, r := range catalogue() {
		if r.ID == id {
			return r, true
		}
	}
	return Requirement{}, false
}

func load() ([]Requirement, error) {
	var all []Requirement
	seen := map[ID]bool{}
	for _, workflow := range Workflows() {
		name := string(workflow) + ".yaml"
		data, err := files.ReadFile(name)
		if err != nil {
			continue // a workflow without requirements of its own has no file
		}
		var entries []Requirement
		if err := yaml.UnmarshalWithOptions(data, &entries, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, r := range entries {
			r.Workflow = workflow
			if err := r.check(); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, r.ID, err)
			}
			if seen[r.ID] {
				return nil, fmt.Errorf("%s: %s stands twice", name, r.ID)
			}
			seen[r.ID] = true
			all = append(all, r)
		}
	}
	return all, nil
}

func (r Requirement) check() error {
	switch {
	case !idPattern.MatchString(string(r.ID)):
		return fmt.Errorf("an id is lower-case words joined by dots")
	case r.Party != Registry && r.Party != Client:
		return fmt.Errorf("unknown party %q", r.Party)
	case r.Party == Registry && !strings.HasPrefix(string(r.ID), string(r.Workflow)+"."):
		return fmt.Errorf("an id begins with its workflow, %s", r.Workflow)
	case !slices.Contains(Sources(), r.Source):
		return fmt.Errorf("unknown source %q", r.Source)
	case len(r.Levels) == 0:
		return fmt.Errorf("no levels")
	case r.Summary == "":
		return fmt.Errorf("no summary")
	case r.Anchor == "":
		return fmt.Errorf("no anchor")
	}
	for v, l := range r.Levels {
		if !slices.Contains(Versions(), v) {
			return fmt.Errorf("unknown spec version %q", v)
		}
		if !slices.Contains([]Level{Must, Should, May, Compat}, l) {
			return fmt.Errorf("unknown level %q", l)
		}
	}
	return nil
}
