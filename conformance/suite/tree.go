package suite

import (
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"assay/conformance/requirements"
	"assay/spec"
)

// Labels that specs carry besides the id, level and workflow of their
// requirement.
const versionLabel = "spec-"

// oneRequirement is the rule of the tree: an It judges exactly one requirement
// of the catalogue. It turns the requirement into labels.
func oneRequirement(node types.NodeType, _ ginkgo.Offset, text string, args []any) (string, []any, []error) {
	if node != types.NodeTypeIt {
		return text, args, nil
	}
	if slices.ContainsFunc(args, isFree) {
		return text, args, nil
	}
	var ids []requirements.ID
	kept := make([]any, 0, len(args)+1)
	for _, arg := range args {
		if id, ok := arg.(requirements.ID); ok {
			ids = append(ids, id)
			continue
		}
		kept = append(kept, arg)
	}
	if len(ids) != 1 {
		return text, kept, []error{fmt.Errorf("the spec %q has %d requirements: a spec judges exactly one", text, len(ids))}
	}
	r, ok := requirements.Get(ids[0])
	if !ok {
		return text, kept, []error{fmt.Errorf("the spec %q judges %q, which the catalogue does not have", text, ids[0])}
	}
	labels := ginkgo.Label(string(r.ID), string(r.Workflow))
	if level, ok := r.Level(state.Version); ok {
		labels = append(labels, string(level))
	}
	for v := range r.Levels {
		labels = append(labels, versionLabel+string(v))
	}
	return text, append(kept, labels), nil
}

// isFree says whether an argument of an It takes it out of the rule.
func isFree(arg any) bool {
	labels, ok := arg.(ginkgo.Labels)
	return ok && slices.Contains(labels, spec.NoRequirement)
}

// VersionFilter is the label filter that keeps the specs of version v.
func VersionFilter(v requirements.Version) string { return versionLabel + string(v) }

// Judging is the requirement of the spec that runs.
func Judging() requirements.ID {
	r, _ := requirementOf(ginkgo.CurrentSpecReport().Labels())
	return r.ID
}

// requirementOf finds the requirement among a spec's labels.
func requirementOf(labels []string) (requirements.Requirement, bool) {
	for _, l := range labels {
		if r, ok := requirements.Get(requirements.ID(l)); ok {
			return r, true
		}
	}
	return requirements.Requirement{}, false
}
