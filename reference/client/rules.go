package client

import (
	"fmt"
	"mime"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/wire"
)

// Rules are the decisions for which the specifications leave no choice. [Right] keeps
// all of them.
type Rules struct {
	// Verify checks a pulled manifest against the digest that it was asked for by
	// (distribution-spec, "Pulling manifests").
	Verify func(Pulled) error
	// VerifyHeader checks content against a Docker-Content-Digest. header is empty if
	// there was none.
	VerifyHeader func(header string, content []byte) error
	// VerifyMount checks the Docker-Content-Digest of a mount against the digest of the
	// blob.
	VerifyMount func(header string, blob digest.Digest) error
	// MatchSize checks the size of a manifest of an index against its descriptor's, in bytes.
	MatchSize func(got, want int64) error
	// MatchTypes checks a manifest's mediaType against the Content-Type of the answer.
	MatchTypes func(Pulled) error
	// Name is the digest by which a pulled manifest is known from then on.
	Name func(Pulled) digest.Digest
	// VerifyBlob checks a pulled blob ("Pulling blobs").
	VerifyBlob func(Received) error
	// Order is the order in which the chunks of a blob are sent.
	Order func([]Span) []Span
	// ReferrersTag names the tag of the list of a subject's referrers ("Referrers Tag
	// Schema").
	ReferrersTag func(subject digest.Digest) string
	// Entry describes a manifest in the list of its subject's referrers ("Pushing
	// Manifests with Subject").
	Entry func(Manifest) ocispec.Descriptor
	// Add adds an entry to a list of referrers, and returns whether the list changed.
	Add func(*List, ocispec.Descriptor) bool
	// Remove removes an entry from a list of referrers ("Deleting Manifests").
	Remove func(*List, digest.Digest) bool
	// Attached is the last word about the manifest that attach pushes.
	Attached func(*ocispec.Manifest)
	// TooLong is the error of a manifest of this many bytes; nil if it is not too long.
	TooLong func(size int) error
	// Select leaves the referrers that were asked for, each once. artifactType is empty if
	// all were.
	Select func(all []ocispec.Descriptor, artifactType string) []ocispec.Descriptor
	// Last is the tag after which the next page of tags begins.
	Last func(tags []string) string
}

// Pulled is a manifest as it was pulled.
type Pulled struct {
	Manifest
	// Asked is the reference of the request.
	Asked string
	// Child says that the manifest was found in an index.
	Child    bool
	Exchange *wire.Exchange
}

// Received is a blob as it was pulled.
type Received struct {
	Want ocispec.Descriptor
	// Content may be longer than the descriptor says, but it is never without end.
	Content []byte
	// Config says that a manifest has the blob as its config.
	Config   bool
	Resumed  bool
	Exchange *wire.Exchange // the last one
}

// Span is a chunk of a blob: Size bytes from the offset Start.
type Span struct{ Start, Size int64 }

// Right are the rules as the specifications have them.
func Right() Rules {
	return Rules{
		Verify: func(p Pulled) error { return check(p.Asked, p.Body) },
		VerifyHeader: func(header string, content []byte) error {
			if err := check(header, content); err != nil {
				return fmt.Errorf("the Docker-Content-Digest: %w", err)
			}
			return nil
		},
		VerifyMount:  verifyMount,
		MatchSize:    matchSize,
		MatchTypes:   matchTypes,
		Name:         name,
		VerifyBlob:   verifyBlob,
		Order:        func(s []Span) []Span { return s },
		ReferrersTag: referrersTag,
		Entry:        entryOf,
		Add: func(l *List, entry ocispec.Descriptor) bool {
			return !slices.Contains(l.Digests(), entry.Digest) && l.Append(entry)
		},
		Remove:   (*List).Remove,
		Attached: func(*ocispec.Manifest) {},
		TooLong:  func(int) error { return nil },
		Select:   selected,
		Last:     func(tags []string) string { return tags[len(tags)-1] },
	}
}

// check compares content with a digest. What is no digest, such as a tag, or has an
// algorithm that is not known here, cannot be compared.
func check(reference string, content []byte) error {
	want, ok := known(reference)
	if !ok {
		return nil
	}
	if got := want.Algorithm().FromBytes(content); got != want {
		return fmt.Errorf("the content of %s has the digest %s", want, got)
	}
	return nil
}

// verifyMount can compare digests of the same algorithm only: the content stays in the
// registry.
func verifyMount(header string, blob digest.Digest) error {
	if got, ok := known(header); ok && got.Algorithm() == blob.Algorithm() && got != blob {
		return fmt.Errorf("the mount of %s answers with the digest %s", blob, got)
	}
	return nil
}

func matchSize(got, want int64) error {
	if got != want {
		return fmt.Errorf("it has %d bytes, and its descriptor says %d", got, want)
	}
	return nil
}

// matchTypes ignores the parameters of the Content-Type, and a field or a header that is
// not there.
func matchTypes(p Pulled) error {
	header := p.Exchange.Header.Get("Content-Type")
	if got := p.Exchange.MediaType(); p.MediaType != "" && header != "" && !strings.EqualFold(got, p.MediaType) {
		return fmt.Errorf("the manifest %s is sent as %s, and says that it is %s", p.Asked, got, p.MediaType)
	}
	return nil
}

func name(p Pulled) digest.Digest {
	if d, ok := known(p.Asked); ok {
		return d
	}
	return digest.FromBytes(p.Body)
}

func verifyBlob(r Received) error {
	if int64(len(r.Content)) != r.Want.Size {
		return fmt.Errorf("the blob %s is not %d bytes long", r.Want.Digest, r.Want.Size)
	}
	if _, ok := known(r.Want.Digest.String()); !ok {
		return fmt.Errorf("the blob %s cannot be checked: its digest is of no algorithm known here", r.Want.Digest)
	}
	return check(r.Want.Digest.String(), r.Content)
}

// referrersTag shortens both parts of the digest, and replaces what a tag may not have.
func referrersTag(subject digest.Digest) string {
	algorithm, encoded, _ := strings.Cut(subject.String(), ":")
	tag := algorithm[:min(len(algorithm), 32)] + "-" + encoded[:min(len(encoded), 64)]
	return strings.Map(func(r rune) rune {
		if r < 128 && (r == '_' || r == '.' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return r
		}
		return '-'
	}, tag)
}

func entryOf(m Manifest) ocispec.Descriptor {
	d := m.Descriptor()
	d.ArtifactType, d.Annotations = m.ArtifactType, m.Annotations
	if d.ArtifactType == "" && m.Config != nil {
		d.ArtifactType = m.Config.MediaType
	}
	return d
}

func selected(all []ocispec.Descriptor, artifactType string) []ocispec.Descriptor {
	var chosen []ocispec.Descriptor
	seen := map[digest.Digest]bool{}
	for _, d := range all {
		if !seen[d.Digest] && (artifactType == "" || d.ArtifactType == artifactType) {
			chosen = append(chosen, d)
		}
		seen[d.Digest] = true
	}
	return chosen
}

// mediaTypeOf is a media type without its parameters, in lower case.
func mediaTypeOf(value string) string {
	if t, _, err := mime.ParseMediaType(value); err == nil {
		return t
	}
	return value
}
