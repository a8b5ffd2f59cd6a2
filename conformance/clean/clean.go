// Package clean finds and deletes what runs left in a registry, such as one that was
// killed or that was to keep its content. It goes by the names that Assay gives, and
// touches nothing else.
package clean

import (
	"context"
	"regexp"
	"slices"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
	"assay/wire"
)

// ours are the tags that runs push: those of specs and of the pre-flight.
var ours = regexp.MustCompile(`^assay-(probe-)?[0-9a-f]{16}[0-9]*$`)

// most bounds the manifests that are followed from one tag. No spec pushes so many; a
// registry that always names another one does not keep Find from ending.
const most = 1000

// Leftover is a tag that a run left in a repository, with what belongs to it.
type Leftover struct {
	Repository, Tag string
	// Manifests are the digests of the manifest of the tag, of its referrers, and of the
	// manifests that it lists, in the order in which they can be deleted. It is empty if
	// the manifest is not one that Assay pushed.
	Manifests []string
	// Blobs are the digests of their configs and layers.
	Blobs []string
}

// Find returns what runs left in the repository. Manifests and blobs that no tag leads to
// cannot be found: no API lists them.
func Find(ctx context.Context, repo *wire.Repository) []Leftover {
	var found []Leftover
	first := repo.ListTags(ctx)
	if !first.OK() {
		return nil
	}
	for _, page := range repo.Pages(ctx, first) {
		var list struct {
			Tags []string `json:"tags"`
		}
		_ = page.JSON(&list) // what is no list names nothing of ours
		for _, tag := range list.Tags {
			if !ours.MatchString(tag) {
				continue
			}
			l := Leftover{Repository: repo.Name(), Tag: tag}
			l.follow(ctx, repo, tag)
			found = append(found, l)
		}
	}
	return found
}

// document is what a manifest refers to.
type document struct {
	Config      *ocispec.Descriptor  `json:"config"`
	Layers      []ocispec.Descriptor `json:"layers"`
	Manifests   []ocispec.Descriptor `json:"manifests"`
	Annotations map[string]string    `json:"annotations"`
}

// follow adds the manifest, if Assay pushed it, and what belongs to it.
func (l *Leftover) follow(ctx context.Context, repo *wire.Repository, reference string) {
	if len(l.Manifests) >= most {
		return
	}
	pull := repo.GetManifest(ctx, reference)
	digest := pull.BodyDigest.String()
	var doc document
	if !pull.OK() || pull.JSON(&doc) != nil || doc.Annotations[fixtures.NonceAnnotation] == "" || slices.Contains(l.Manifests, digest) {
		return
	}
	l.Manifests = append(l.Manifests, digest)
	for _, page := range repo.Pages(ctx, repo.ListReferrers(ctx, digest)) {
		var list document
		_ = page.JSON(&list)
		for _, referrer := range list.Manifests {
			l.follow(ctx, repo, referrer.Digest.String())
		}
	}
	for _, child := range doc.Manifests {
		l.follow(ctx, repo, child.Digest.String())
	}
	if doc.Config != nil {
		doc.Layers = append(doc.Layers, *doc.Config)
	}
	for _, blob := range doc.Layers {
		if d := blob.Digest.String(); blob.Digest != ocispec.DescriptorEmptyJSON.Digest && !slices.Contains(l.Blobs, d) {
			l.Blobs = append(l.Blobs, d)
		}
	}
}

// Delete deletes what was found: the tag, the manifests, then the blobs. It returns the
// answer to the first request that was refused; nil if none was. What is not there any
// more, because it went with something else, is not refused.
func (l Leftover) Delete(ctx context.Context, repo *wire.Repository) *wire.Exchange {
	var refused *wire.Exchange
	note := func(answer *wire.Exchange) {
		if refused == nil && !answer.OK() && answer.Status != 404 {
			refused = answer
		}
	}
	if untag := repo.DeleteManifest(ctx, l.Tag); len(l.Manifests) == 0 {
		note(untag) // otherwise the tag goes with its manifest
	}
	for _, d := range l.Manifests {
		note(repo.DeleteManifest(ctx, d))
	}
	for _, d := range l.Blobs {
		note(repo.DeleteBlob(ctx, d))
	}
	return refused
}
