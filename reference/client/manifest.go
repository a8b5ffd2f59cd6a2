package client

import (
	"encoding/json"
	"fmt"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Manifest is a manifest of any type: its bytes, and of its fields those that a client
// has to understand.
type Manifest struct {
	Body   []byte
	Digest digest.Digest
	// Type is the media type that it is known by: its own, or the one it was sent with.
	Type string

	MediaType    string
	ArtifactType string
	Config       *ocispec.Descriptor
	Layers       []ocispec.Descriptor
	Manifests    []ocispec.Descriptor
	Subject      *ocispec.Descriptor
	Annotations  map[string]string
}

// fields are the fields of a manifest. Others stay in its bytes, which are never
// written again.
type fields struct {
	MediaType    string               `json:"mediaType"`
	ArtifactType string               `json:"artifactType"`
	Config       *ocispec.Descriptor  `json:"config"`
	Layers       []ocispec.Descriptor `json:"layers"`
	Manifests    []ocispec.Descriptor `json:"manifests"`
	Subject      *ocispec.Descriptor  `json:"subject"`
	Annotations  map[string]string    `json:"annotations"`
}

// types are the media types of manifests that the client understands.
var types = map[string]bool{
	ocispec.MediaTypeImageManifest: true, ocispec.MediaTypeImageIndex: true,
	"application/vnd.docker.distribution.manifest.v2+json":      true,
	"application/vnd.docker.distribution.manifest.list.v2+json": true,
}

// parse reads a manifest that was sent as a media type. A manifest of a type that is
// not understood has no fields, unless they can be read.
func parse(body []byte, sentAs string) (Manifest, error) {
	m := Manifest{Body: body, Digest: digest.FromBytes(body), Type: sentAs}
	var f fields
	if err := json.Unmarshal(body, &f); err != nil {
		if types[sentAs] {
			return m, fmt.Errorf("the manifest cannot be read: %w", err)
		}
		return m, nil
	}
	m.MediaType, m.ArtifactType, m.Config, m.Layers = f.MediaType, f.ArtifactType, f.Config, f.Layers
	m.Manifests, m.Subject, m.Annotations = f.Manifests, f.Subject, f.Annotations
	if m.MediaType != "" {
		m.Type = m.MediaType
	}
	return m, nil
}

// Descriptor describes the manifest.
func (m Manifest) Descriptor() ocispec.Descriptor {
	return ocispec.Descriptor{MediaType: m.Type, Digest: m.Digest, Size: int64(len(m.Body))}
}

// Index says whether the manifest is an image index.
func (m Manifest) Index() bool { return m.Type == ocispec.MediaTypeImageIndex }

// blobs are the blobs of the manifest, each once.
func (m Manifest) blobs(configLast bool) []ocispec.Descriptor {
	var all []ocispec.Descriptor
	if m.Config != nil && !configLast {
		all = append(all, *m.Config)
	}
	all = append(all, m.Layers...)
	if m.Config != nil && configLast {
		all = append(all, *m.Config)
	}
	seen := map[digest.Digest]bool{}
	var once []ocispec.Descriptor
	for _, d := range all {
		if !seen[d.Digest] {
			once = append(once, d)
		}
		seen[d.Digest] = true
	}
	return once
}
