package judge

import (
	"fmt"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
	"assay/fixtures/mechanisms"
)

// Document is a manifest that was found in the registry.
type Document struct {
	Config   digest.Digest
	Layers   []digest.Digest
	Children []digest.Digest
	// DiffIDs are the digests of the uncompressed layers, from the config.
	DiffIDs []digest.Digest
	// Data has the bytes of the manifest.
	Data []byte
}

const dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"

func isIndex(mediaType string) bool {
	return mediaType == ocispec.MediaTypeImageIndex || mediaType == dockerList
}

// Manifests returns the manifests of pushes and all their children, each of them once.
func Manifests(pushes ...[]mechanisms.Push) []fixtures.Manifest {
	var all []fixtures.Manifest
	var add func(m fixtures.Manifest)
	add = func(m fixtures.Manifest) {
		if slices.ContainsFunc(all, func(o fixtures.Manifest) bool { return o.Digest == m.Digest }) {
			return
		}
		all = append(all, m)
		for _, c := range m.Children {
			add(c)
		}
	}
	for _, list := range pushes {
		for _, p := range list {
			add(p.Manifest)
		}
	}
	return all
}

// manifests returns every manifest of the content.
func (e Evidence) manifests() []fixtures.Manifest {
	return Manifests(e.Content.Before, e.Content.After)
}

// known says whether the manifest is one of the content.
func (e Evidence) known(d digest.Digest) bool { _, ok := e.lookup(d); return ok }

func (e Evidence) lookup(d digest.Digest) (fixtures.Manifest, bool) {
	all := e.manifests()
	i := slices.IndexFunc(all, func(m fixtures.Manifest) bool { return m.Digest == d })
	if i < 0 {
		return fixtures.Manifest{}, false
	}
	return all[i], true
}

// namesIndex says whether the tool was asked for an index.
func (e Evidence) namesIndex() bool {
	m, ok := e.lookup(e.Named)
	return ok && isIndex(m.MediaType)
}

// parts returns the config and the layers of the image.
func (e Evidence) parts() (config fixtures.Blob, layers []fixtures.Blob) {
	blobs := e.Content.Image.Blobs
	if len(blobs) == 0 {
		return fixtures.Blob{}, nil
	}
	return blobs[0], blobs[1:]
}

// ofImage says whether d is a part of the image.
func (e Evidence) ofImage(d digest.Digest) bool {
	return slices.ContainsFunc(e.Content.Image.Blobs, func(b fixtures.Blob) bool { return b.Digest == d })
}

// unknown is the description of a digest that is not one of the content.
const unknown = "unknown"

// what describes a digest in words.
func (e Evidence) what(d digest.Digest) string {
	config, _ := e.parts()
	switch d {
	case e.Content.Image.Digest:
		return "the image"
	case config.Digest:
		return "the image's config"
	}
	for _, a := range e.Content.Attached {
		if a.Descriptor.Digest == d {
			return "the attached " + e.attachment(d)
		}
	}
	m, ok := e.lookup(d)
	switch {
	case ok && isIndex(m.MediaType):
		return "the index"
	case ok:
		if m.ArtifactType == ocispec.MediaTypeImageConfig {
			return "another image"
		}
		return fmt.Sprintf("another manifest (%s)", m.ArtifactType)
	}
	for _, m := range e.manifests() {
		if slices.ContainsFunc(m.Blobs, func(b fixtures.Blob) bool { return b.Digest == d }) {
			return "a part of " + e.what(m.Digest)
		}
	}
	return unknown
}

// subjectOf returns the subject of a manifest of the content; empty if it has none.
func (e Evidence) subjectOf(d digest.Digest) digest.Digest {
	if m, ok := e.lookup(d); ok && m.Subject != nil {
		return m.Subject.Digest
	}
	return ""
}

// Brief shortens a digest, so that a reader can still tell it from others.
func Brief(d digest.Digest) string {
	if d.Validate() != nil {
		return d.String()
	}
	return string(d.Algorithm()) + ":" + d.Encoded()[:12]
}
