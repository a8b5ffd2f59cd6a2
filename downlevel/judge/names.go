package judge

import (
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/state"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
)

// words for what is attached, by a part of its media types. The first that matches
// counts: the payload of a signature may be inside an envelope.
var attachments = []struct{ part, word string }{
	{"simplesigning", "signature"}, {"signature", "signature"}, {"in-toto", "attestation"}, {"dsse", "attestation"},
	{"bundle", "bundle"}, {"spdx", "SBOM"}, {"cyclonedx", "SBOM"}, {"helm", "Helm chart"}, {"wasm", "Wasm module"},
}

// Attachment is the word of the field for an attached artifact: signature, attestation,
// SBOM. It is read from the media types of its manifest.
func Attachment(m fixtures.Manifest) string {
	types := m.MediaType + " " + m.ArtifactType
	for _, b := range m.Blobs {
		types += " " + b.MediaType
	}
	for _, a := range attachments {
		if strings.Contains(types, a.part) {
			return a.word
		}
	}
	if m.Subject != nil && strings.Contains(types, ocispec.MediaTypeImageConfig) {
		return "image with a subject"
	}
	return "artifact"
}

// attachment is [Attachment] of a manifest of the content.
func (e Evidence) attachment(d digest.Digest) string {
	m, _ := e.lookup(d)
	return Attachment(m)
}

// attachedTo lists the artifacts that are attached to the digest: those that name it as
// their subject, and those under cosign's tags of it.
func (e Evidence) attachedTo(d digest.Digest) []mechanisms.Attached {
	var all []mechanisms.Attached
	for _, a := range e.Content.Attached {
		if a.Kind == mechanisms.Referrer && e.subjectOf(a.Descriptor.Digest) == d ||
			a.Kind == mechanisms.Tag && strings.HasPrefix(a.Tag, mechanisms.FallbackTag(d)) {
			all = append(all, a)
		}
	}
	return all
}

// words lists what the artifacts are, each word once.
func (e Evidence) words(attached []mechanisms.Attached) string {
	var words []string
	seen := map[string]bool{}
	for _, a := range attached {
		if word := e.attachment(a.Descriptor.Digest); !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return strings.Join(words, ", ")
}

// names says what a tag of the snapshot names.
func (e Evidence) names(s state.Snapshot, tag string) string {
	m := s.Tags[tag]
	if what := e.what(m.SHA256); what != unknown {
		return what
	}
	return m.MediaType
}
