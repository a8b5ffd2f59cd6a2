package state

import (
	"maps"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Snapshot is the content of a repository at one time, as far as it was requested.
type Snapshot struct {
	// Tags are all tags that were listed.
	Tags map[string]Manifest `json:"tags"`
	// Manifests are the requested manifests that were there.
	Manifests map[digest.Digest]Manifest `json:"manifests"`
	// Blobs says which of the blobs of those manifests were there.
	Blobs map[digest.Digest]bool `json:"blobs"`
	// Referrers are the lists of the referrers API, by subject. They are empty if the
	// registry does not have the API.
	Referrers map[digest.Digest]List `json:"referrers"`
	// Fallbacks are the referrers tags that were there, by subject.
	Fallbacks map[digest.Digest]List `json:"fallbacks"`
}

// Manifest is a manifest as it was fetched.
type Manifest struct {
	// SHA256 is the digest of the received bytes, whatever reference was requested. It
	// is empty if a tag was listed, but could not be fetched.
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

// IsZero says whether no snapshot was taken.
func (s Snapshot) IsZero() bool { return s.Tags == nil }

// TagNames returns the tags that name a manifest, sorted.
func (s Snapshot) TagNames() []string {
	names := slices.Sorted(maps.Keys(s.Tags))
	return slices.DeleteFunc(names, func(name string) bool { return s.Tags[name].SHA256 == "" })
}

// TagDigest returns the digest that a tag names.
func (s Snapshot) TagDigest(tag string) (digest.Digest, bool) {
	d := s.Tags[tag].SHA256
	return d, d != ""
}

// Has says whether the manifest was there, with the bytes of its digest.
func (s Snapshot) Has(d digest.Digest) bool {
	m, ok := s.Manifests[d]
	return ok && (m.SHA256 == d || d.Algorithm() != digest.SHA256)
}

// Found returns the referrers of a subject that a client finds: by the API or, without
// the API, by the referrers tag.
func (s Snapshot) Found(subject digest.Digest) []digest.Digest {
	if list, ok := s.Referrers[subject]; ok {
		return list.Entries
	}
	return s.Fallbacks[subject].Entries
}

// Fallback returns the list under the referrers tag of a subject. It has no digest if
// there is no such tag.
func (s Snapshot) Fallback(subject digest.Digest) List { return s.Fallbacks[subject] }
