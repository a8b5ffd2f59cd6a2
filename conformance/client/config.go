// Package client judges clients: it plays scenarios with a client, and runs the specs on
// what came of them.
package client

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/reports/known"
)

// Config says which client is judged, and by what.
type Config struct {
	Driver stage.Driver
	// Spec is the version of the distribution-spec; empty is 1.1.
	Spec requirements.Version
	// Requirements are ids or the beginnings of ids; Workflows and Scenarios are names.
	// Empty means all.
	Requirements, Workflows, Scenarios []string
	// Jobs is the number of scenarios at the same time; 0 means 8.
	Jobs int
	// Timeout is how long a step may take; 0 means 30 seconds.
	Timeout time.Duration
	// Seed makes the content; 0 takes the time.
	Seed int64
	// Dir is a directory for the private directories of the client; empty is the
	// system's.
	Dir           string
	KnownFailures []known.Failure
	// Version is the version of Assay.
	Version string
}

// Defaults of a run.
const (
	DefaultJobs    = 8
	DefaultTimeout = 30 * time.Second
)

func (c Config) withDefaults() Config {
	if c.Spec == "" {
		c.Spec = requirements.V1_1
	}
	if c.Jobs == 0 {
		c.Jobs = DefaultJobs
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Seed == 0 {
		c.Seed = time.Now().UnixNano()
	}
	return c
}

// filter is the label filter that selects the specs. An error names what does not exist.
func (c Config) filter() (string, error) {
	parts := []string{suite.VersionFilter(c.Spec)}
	var labels []string
	for _, w := range c.Workflows {
		if !slices.Contains(requirements.ClientWorkflows(), requirements.Workflow(w)) {
			return "", fmt.Errorf("unknown workflow %q: want one of %s", w, joined(requirements.ClientWorkflows()))
		}
		labels = append(labels, w)
	}
	if len(labels) > 0 {
		parts = append(parts, "("+strings.Join(labels, " || ")+")")
	}
	var ids []string
	for _, wanted := range c.Requirements {
		found := false
		for _, r := range requirements.OfClients() {
			if string(r.ID) == wanted || strings.HasPrefix(string(r.ID), strings.TrimSuffix(wanted, ".")+".") {
				ids, found = append(ids, string(r.ID)), true
			}
		}
		if !found {
			return "", fmt.Errorf("unknown requirement %q: assay client --list shows them", wanted)
		}
	}
	if len(ids) > 0 {
		parts = append(parts, "("+strings.Join(ids, " || ")+")")
	}
	for _, name := range c.Scenarios {
		if _, ok := scenarios.Get(name); !ok {
			return "", fmt.Errorf("unknown scenario %q: assay client --list shows them", name)
		}
	}
	return strings.Join(parts, " && "), nil
}

func joined[S ~string](values []S) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return strings.Join(texts, ", ")
}
