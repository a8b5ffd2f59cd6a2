package suite

import (
	"fmt"
	"slices"
	"sync"

	"assay/conformance/requirements"
	"assay/conformance/spec"
)

// Labels that specs carry besides the id, level and workflow of their
// requirement.
const versionLabel = "spec-"

// LargeLabel marks specs that push and pull a lot of content. They are not run by
// default; smaller specs judge the same requirements.
const LargeLabel = "large"

// tree has every spec. It is the same for every run.
var tree = sync.OnceValues(func() ([]spec.Spec, error) { return spec.Tree(oneRequirement) })

// Select returns the specs of a version that a Ginkgo label filter selects, in the
// order of the seed. Their labels have the level of their requirement in this version.
// They judge registries.
func Select(version requirements.Version, filter string, seed int64) ([]spec.Spec, error) {
	return selectOf(requirements.Registry, version, filter, seed)
}

// SelectClients is Select for the specs that judge clients.
func SelectClients(version requirements.Version, filter string, seed int64) ([]spec.Spec, error) {
	return selectOf(requirements.Client, version, filter, seed)
}

func selectOf(party requirements.Party, version requirements.Version, filter string, seed int64) ([]spec.Spec, error) {
	all, err := tree()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(s spec.Spec) bool {
		r, _ := requirementOf(s.Labels)
		return r.Party != party
	})
	return SelectFrom(all, version, filter, seed)
}

// SelectFrom is Select for specs that are not in the tree.
func SelectFrom(all []spec.Spec, version requirements.Version, filter string, seed int64) ([]spec.Spec, error) {
	labelled := make([]spec.Spec, len(all))
	for i, s := range all {
		if r, ok := requirementOf(s.Labels); ok {
			if level, ok := r.Level(version); ok {
				s.Labels = append(slices.Clone(s.Labels), string(level))
			}
		}
		labelled[i] = s
	}
	return spec.Select(labelled, filter, seed)
}

// oneRequirement is the rule of the tree: an It judges exactly one requirement
// of the catalogue, which becomes labels.
func oneRequirement(text string, args []any) (spec.Labels, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("the spec %q has %d requirements: a spec judges exactly one", text, len(args))
	}
	id, ok := args[0].(requirements.ID)
	if !ok {
		return nil, fmt.Errorf("the spec %q has an argument of the type %T: want a requirement", text, args[0])
	}
	r, ok := requirements.Get(id)
	if !ok {
		return nil, fmt.Errorf("the spec %q judges %q, which the catalogue does not have", text, id)
	}
	return LabelsOf(r.ID), nil
}

// LabelsOf are the labels of a spec that judges the requirement, which the catalogue
// has.
func LabelsOf(id requirements.ID) spec.Labels {
	r, _ := requirements.Get(id)
	labels := spec.Label(string(r.ID), string(r.Workflow))
	for v := range r.Levels {
		labels = append(labels, versionLabel+string(v))
	}
	return labels
}

// VersionFilter returns the label filter that selects the specs of version v.
func VersionFilter(v requirements.Version) string { return versionLabel + string(v) }

// requirementOf finds the requirement among a spec's labels.
func requirementOf(labels []string) (requirements.Requirement, bool) {
	for _, l := range labels {
		if r, ok := requirements.Get(requirements.ID(l)); ok {
			return r, true
		}
	}
	return requirements.Requirement{}, false
}
