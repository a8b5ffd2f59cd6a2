package faults

import (
	"slices"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/reference"
)

// scene is a registry in a state, and what a client is asked to do there.
type scene struct {
	name    string
	options reference.Options
	steer   func(*stage) []middleware
	seed    func(*stage)
	steps   []step
	slow    bool // it moves a lot, or waits
}

// step is one call of the client. fails says that a client without a fault cannot
// succeed.
type step struct {
	verb     string
	content  string // the layout that push pushes
	digestOf string // the content whose digest is the reference
	env      map[string]string
	fails    bool
	free     bool // a variant may succeed or fail
	ends     bool // the step is ended after a short time
}

type env = map[string]string

// groups are the scenes by what they are about.
var groups = map[requirements.Workflow]func() []scene{
	requirements.Pull:       func() []scene { return slices.Concat(pullScenes(), blobScenes(), contentScenes()) },
	requirements.Push:       func() []scene { return append(uploadScenes(), chunkScenes()...) },
	requirements.Discovery:  func() []scene { return append(listScenes(), pageScenes()...) },
	requirements.References: fallbackScenes,
	requirements.Access:     accessScenes,
}

// scenes are all scenes, those of the workflow first and the slow ones last.
func scenes(first requirements.Workflow) []scene {
	all := groups[first]()
	for _, w := range requirements.ClientWorkflows() {
		if w != first {
			all = append(all, groups[w]()...)
		}
	}
	slices.SortStableFunc(all, func(a, b scene) int { return boolIndex(a.slow) - boolIndex(b.slow) })
	return all
}

// image is an image with a config and two layers of its own.
func image(nonce string, opts ...fixtures.Option) fixtures.Manifest {
	return fixtures.NewImage(nonce, append([]fixtures.Option{
		fixtures.WithConfig(fixtures.NewBlob("config "+nonce, 100).As("application/vnd.oci.image.config.v1+json")),
		fixtures.WithLayers(
			fixtures.NewBlob("layer "+nonce, 300).As("application/vnd.oci.image.layer.v1.tar"),
			fixtures.NewBlob("second "+nonce, 20_000).As("application/vnd.oci.image.layer.v1.tar")),
	}, opts...)...)
}

func seedImage(s *stage) { s.push("a/b", "v1", image("one")) }

var (
	pullTag    = step{verb: "pull"}
	pullDigest = step{verb: "pull", digestOf: "v1"}
	copyTag    = step{verb: "copy"}
	attach     = step{verb: "attach"}
	pushTwo    = step{verb: "push", content: "v2", env: env{"REFERENCE": "v2"}}
)

// choice is a step in which a variant may do otherwise.
func (s step) choice() step { s.free = true; return s }

// refused is a step that has to fail.
func (s step) refused() step { s.fails = true; return s }
