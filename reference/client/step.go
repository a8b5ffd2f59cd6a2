package client

import (
	"errors"
	"fmt"
	"strings"

	"github.com/opencontainers/go-digest"
)

// Step is what the client is asked to do, once.
type Step struct {
	Verb string // pull, push, tags, attach, referrers, delete or copy
	// Registry is host:port. It speaks HTTP if PlainHTTP is set. Otherwise CAFile, when
	// it is not empty, is the path of its CA.
	Registry  string
	PlainHTTP bool
	CAFile    string
	// Repository and Reference are what Image consists of, without the registry.
	Repository, Reference, Image string
	// Layout is the path of an OCI image layout: what push pushes, and where pull puts
	// what it pulled. With an empty path, pull keeps nothing.
	Layout string
	// File is the path of what attach attaches, and ArtifactType its type. For
	// referrers, ArtifactType selects them, unless it is empty.
	File, ArtifactType string
	// Target is where copy copies to, in the form of Image.
	Target             string
	Username, Password string
	// DockerConfig is a directory with Docker's config.json, which has the login, too.
	// The client does not read it.
	DockerConfig string
}

// ErrUnsupported is the error of a verb that the client does not have.
var ErrUnsupported = errors.New("no such verb")

// needs are the variables that each verb needs besides those that all need.
var needs = map[string][]string{
	"pull": {"ASSAY_REFERENCE"}, "push": {"ASSAY_REFERENCE", "ASSAY_LAYOUT"}, "tags": nil,
	"attach": {"ASSAY_REFERENCE", "ASSAY_FILE", "ASSAY_ARTIFACT_TYPE"}, "referrers": {"ASSAY_REFERENCE"},
	"delete": {"ASSAY_REFERENCE"}, "copy": {"ASSAY_REFERENCE", "ASSAY_TARGET"},
}

// StepOf reads a step from the environment. The error is [ErrUnsupported], or names the
// variable that is missing.
func StepOf(getenv func(string) string) (Step, error) {
	s := Step{
		Verb: getenv("ASSAY_VERB"), Registry: getenv("ASSAY_REGISTRY"),
		PlainHTTP: getenv("ASSAY_PLAIN_HTTP") == "1", CAFile: getenv("ASSAY_CA_FILE"),
		Repository: getenv("ASSAY_REPOSITORY"), Reference: getenv("ASSAY_REFERENCE"), Image: getenv("ASSAY_IMAGE"),
		Layout: getenv("ASSAY_LAYOUT"), File: getenv("ASSAY_FILE"), ArtifactType: getenv("ASSAY_ARTIFACT_TYPE"),
		Target: getenv("ASSAY_TARGET"), Username: getenv("ASSAY_USERNAME"), Password: getenv("ASSAY_PASSWORD"),
		DockerConfig: getenv("DOCKER_CONFIG"),
	}
	if s.Verb == "" {
		return s, errors.New("ASSAY_VERB is not set")
	}
	further, known := needs[s.Verb]
	if !known {
		return s, fmt.Errorf("%s: %w", s.Verb, ErrUnsupported)
	}
	for _, name := range append([]string{"ASSAY_REGISTRY", "ASSAY_REPOSITORY"}, further...) {
		if getenv(name) == "" {
			return s, fmt.Errorf("%s needs %s, which is not set", s.Verb, name)
		}
	}
	return s, nil
}

// place is a repository and, in it, a tag or a digest.
type place struct{ registry, repository, reference string }

// placeOf reads registry/repository:tag or registry/repository@digest.
func placeOf(image string) (place, error) {
	registry, rest, found := strings.Cut(image, "/")
	p := place{registry: registry, repository: rest}
	if name, d, isDigest := strings.Cut(rest, "@"); isDigest {
		p.repository, p.reference = name, d
	} else if i := strings.LastIndex(rest, ":"); i >= 0 {
		p.repository, p.reference = rest[:i], rest[i+1:]
	}
	if !found || p.registry == "" || p.repository == "" || p.reference == "" {
		return p, fmt.Errorf("%q is not registry/repository:tag or registry/repository@digest", image)
	}
	return p, nil
}

// isDigest says whether a reference is a digest: only digests have colons.
func isDigest(reference string) bool { return strings.Contains(reference, ":") }

// known returns the digest if its algorithm can be computed.
func known(reference string) (digest.Digest, bool) {
	d := digest.Digest(reference)
	return d, d.Validate() == nil
}
