package reference

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// manifest is what the registry keeps about a manifest, without its bytes.
type manifest struct {
	mediaType    string // the media type of its push
	size         int64
	subject      string
	artifactType string // as a list of referrers gives it
	annotations  map[string]string
	children     []ocispec.Descriptor // of an index
	push         int                  // its place in the order of pushes
	foreign      bool                 // its type is one of [Options.ManifestTypes]
}

// parseManifest reads a manifest. It refuses three kinds that the engine accepts: a
// document that is neither an image manifest nor an index; a document that is both, so
// that two clients would read it differently (image-spec, CVE-2021-41190); and a
// document that contradicts its Content-Type. Parameters of Content-Type are ignored. A
// manifest of a foreign type may lack any field.
func parseManifest(contentType string, body []byte, foreign []string) (manifest, error) {
	var doc struct {
		SchemaVersion int                 `json:"schemaVersion"`
		MediaType     string              `json:"mediaType"`
		ArtifactType  string              `json:"artifactType"`
		Config        *ocispec.Descriptor `json:"config"`
		Layers        json.RawMessage     `json:"layers"`
		Manifests     json.RawMessage     `json:"manifests"`
		Subject       *ocispec.Descriptor `json:"subject"`
		Annotations   map[string]string   `json:"annotations"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return manifest{}, errors.New("the manifest is not of the form that JSON and image-spec give it")
	}
	isImage, isIndex := doc.Config != nil || doc.Layers != nil, doc.Manifests != nil
	mediaType, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	mediaType = strings.TrimSpace(mediaType)
	isForeign := slices.Contains(foreign, cmp.Or(mediaType, doc.MediaType))
	switch {
	case isForeign:
		isIndex = false
	case doc.SchemaVersion != 2:
		return manifest{}, errors.New("the manifest's schemaVersion is not 2")
	case isImage == isIndex:
		return manifest{}, errors.New("the manifest is not exactly one of an image manifest and an index")
	}
	switch {
	case mediaType != "" && doc.MediaType != "" && mediaType != strings.ToLower(doc.MediaType):
		return manifest{}, errors.New("the manifest's mediaType is not its Content-Type")
	case mediaType == "" && doc.MediaType != "":
		mediaType = doc.MediaType
	case mediaType == "" && isIndex:
		mediaType = ocispec.MediaTypeImageIndex
	case mediaType == "":
		mediaType = ocispec.MediaTypeImageManifest
	}
	m := manifest{
		mediaType:    mediaType,
		size:         int64(len(body)),
		artifactType: doc.ArtifactType,
		annotations:  doc.Annotations,
		foreign:      isForeign,
	}
	if isIndex {
		if err := json.Unmarshal(doc.Manifests, &m.children); err != nil {
			return manifest{}, errors.New("the index's manifests are not a list of descriptors")
		}
	}
	if doc.Subject != nil {
		m.subject = doc.Subject.Digest.String()
	}
	if m.artifactType == "" && doc.Config != nil {
		m.artifactType = doc.Config.MediaType
	}
	return m, nil
}
