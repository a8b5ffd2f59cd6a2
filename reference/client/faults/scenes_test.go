package faults_test

import (
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
}

// step is one call of the client. fails says that a client without a fault cannot
// succeed, and either that it may do both.
type step struct {
	verb     string
	content  string // the layout that push pushes
	digestOf string // the content whose digest is the reference
	env      map[string]string
	fails    bool
	ends     bool // the step is ended after a short time
}

type env = map[string]string

func scenes() []scene {
	var all []scene
	for _, part := range [][]scene{pullScenes(), blobScenes(), uploadScenes(), chunkScenes(), listScenes(), fallbackScenes(), accessScenes()} {
		all = append(all, part...)
	}
	return all
}

// image is an image with a config and two layers of its own.
func image(nonce string, opts ...fixtures.Option) fixtures.Manifest {
	return fixtures.NewImage(nonce, append([]fixtures.Option{
		fixtures.WithConfig(fixtures.NewBlob("config "+nonce, 100).As("application/vnd.oci.image.config.v1+json")),
		fixtures.WithLayers(
			fixtures.NewBlob("layer "+nonce, 300).As("application/vnd.oci.image.layer.v1.tar"),
			fixtures.NewBlob("second "+nonce, 200_000).As("application/vnd.oci.image.layer.v1.tar")),
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

// refused is a step that has to fail.
func (s step) refused() step { s.fails = true; return s }
