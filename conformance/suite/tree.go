package suite

import (
	"fmt"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"assay/conformance/requirements"
	"assay/conformance/spec"
)

// Labels that specs carry besides the id, level and workflow of their
// requirement.
const versionLabel = "spec-"

// LargeLabel marks specs that move a lot of content. They are not run by default;
// smaller specs judge the same requirements.
const LargeLabel = "large"

// tree is the version whose tree is being built: specs are labelled with the level
// that their requirement has in it. The lock is held meanwhile.
var tree struct {
	sync.Mutex
	version requirements.Version
}

func init() { ginkgo.AddTreeConstructionNodeArgsTransformer(oneRequirement) }

// Select returns the specs of a version that a Ginkgo label filter takes, in the
// order that the seed gives them.
func Select(version requirements.Version, filter string, seed int64) ([]spec.Spec, error) {
	tree.Lock()
	defer tree.Unlock()
	tree.version = version
	return spec.Select(filter, seed)
}

// oneRequirement is the rule of the tree: an It judges exactly one requirement
// of the catalogue. It turns the requirement into labels.
func oneRequirement(node types.NodeType, _ ginkgo.Offset, text string, args []any) (string, []any, []error) {
	if node != types.NodeTypeIt {
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
	if level, ok := r.Level(tree.version); ok {
		labels = append(labels, string(level))
	}
	for v := range r.Levels {
		labels = append(labels, versionLabel+string(v))
	}
	return text, append(kept, labels), nil
}

// VersionFilter is the label filter that keeps the specs of version v.
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
