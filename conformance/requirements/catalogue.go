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

//go:embed *.yaml client/*.yaml notes/*.yaml
var files embed.FS

var idPattern = regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9-]+)+$`)

var catalogue = sync.OnceValue(func() []Requirement {
	all, err := load()
	if err != nil {
		panic(err) // the catalogue is part of the binary: its own test keeps it sound
	}
	return all
})

// All returns what is asked of registries, in the order of its files, workflow by
// workflow.
func All() []Requirement { return of(Registry) }

// OfClients returns what is asked of clients, in the order of its files, workflow by
// workflow.
func OfClients() []Requirement { return of(Client) }

func of(party Party) []Requirement {
	return slices.DeleteFunc(slices.Clone(catalogue()), func(r Requirement) bool { return r.Party != party })
}

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
	for _, workflow := range Workflows() {
		entries, err := read(string(workflow)+".yaml", Registry, workflow)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	for _, workflow := range ClientWorkflows() {
		entries, err := read("client/"+string(workflow)+".yaml", Client, workflow)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	seen := map[ID]bool{}
	for _, r := range all {
		if seen[r.ID] {
			return nil, fmt.Errorf("%s stands twice", r.ID)
		}
		seen[r.ID] = true
	}
	return all, nil
}

// read returns the requirements of a file: those on one party, in one workflow.
func read(name string, party Party, workflow Workflow) ([]Requirement, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var entries []Requirement
	if err := yaml.UnmarshalWithOptions(data, &entries, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i := range entries {
		r := &entries[i]
		r.Workflow = workflow
		if r.Party != party {
			return nil, fmt.Errorf("%s: %s binds the %s, but the file is about the %s", name, r.ID, r.Party, party)
		}
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, r.ID, err)
		}
	}
	return entries, nil
}

func (r Requirement) check() error {
	switch {
	case !idPattern.MatchString(string(r.ID)):
		return fmt.Errorf("an id is lower-case words joined by dots")
	case r.Party != Registry && r.Party != Client:
		return fmt.Errorf("unknown party %q", r.Party)
	case !strings.HasPrefix(string(r.ID), r.prefix()):
		return fmt.Errorf("an id begins with %s", r.prefix())
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

// prefix is the beginning of the id: the workflow, and for clients a word before it.
func (r Requirement) prefix() string {
	if r.Party == Client {
		return "client." + string(r.Workflow) + "."
	}
	return string(r.Workflow) + "."
}
