package state

import (
	"maps"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Snapshot is what was in a repository at one time, as far as it was asked for.
type Snapshot struct {
	// Tags are all tags that were listed.
	Tags map[string]Manifest `json:"tags"`
	// Manifests are those, of the ones that were asked for, that were there.
	Manifests map[digest.Digest]Manifest `json:"manifests"`
	// Blobs says which of the blobs of those manifests were there.
	Blobs map[digest.Digest]bool `json:"blobs"`
	// Referrers are the lists of the referrers API, by subject; those of a
	// registry without it are none.
	Referrers map[digest.Digest]List `json:"referrers"`
	// Fallbacks are the referrers tags that were there, by subject.
	Fallbacks map[digest.Digest]List `json:"fallbacks"`
}

// Manifest is a manifest as it was fetched.
type Manifest struct {
	// SHA256 is of the bytes that came, whatever they were asked for by; empty
	// when a tag was listed and could not be fetched.
	SHA256    digest.Digest `json:"sha256,omitempty"`
	MediaType string        `json:"mediaType,omitempty"` // by Content-Type
	Size      int64         `json:"size,omitempty"`
}

// List is a list of referrers.
type List struct {
	Digest    digest.Digest   `json:"digest,omitempty"` // of the index under a referrers tag
	MediaType string          `json:"mediaType"`        // by Content-Type
	Entries   []digest.Digest `json:"entries"`
}

func (l *List) add(index ocispec.Index) {
	for _, d := range index.Manifests {
		l.Entries = append(l.Entries, d.Digest)
	}
}

// IsZero says whether nothing was looked at yet.
func (s Snapshot) IsZero() bool { return s.Tags == nil }

// TagNames are the tags that name something, sorted.
func (s Snapshot) TagNames() []string {
	names := slices.Sorted(maps.Keys(s.Tags))
	return slices.DeleteFunc(names, func(name string) bool { return s.Tags[name].SHA256 == "" })
}

// TagDigest is what a tag names.
func (s Snapshot) TagDigest(tag string) (digest.Digest, bool) {
	d := s.Tags[tag].SHA256
	return d, d != ""
}

// Has says whether the manifest was there, with the bytes that its digest
// promises.
func (s Snapshot) Has(d digest.Digest) bool {
	m, ok := s.Manifests[d]
	return ok && (m.SHA256 == d || d.Algorithm() != digest.SHA256)
}

// Found is what a client finds as the referrers of a subject: by the API, or by
// the referrers tag where there is no API.
func (s Snapshot) Found(subject digest.Digest) []digest.Digest {
	if list, ok := s.Referrers[subject]; ok {
		return list.Entries
	}
	return s.Fallbacks[subject].Entries
}

// Fallback is what the referrers tag of a subject names; without a digest when
// there is none.
func (s Snapshot) Fallback(subject digest.Digest) List { return s.Fallbacks[subject] }
