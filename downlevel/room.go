package downlevel

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/state"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/wire"
)

// room is the repositories of one cell, which nobody else uses.
type room struct {
	// The image is in source; target is where copies go, and other is a
	// neighbour with the same content, which nobody may touch.
	source, target, other *wire.Repository
	content               mechanisms.Content
	watched, subjects     []digest.Digest
}

// newRoom makes the room with the content; name begins the names of its
// repositories.
func newRoom(client *wire.Client, name string, content mechanisms.Content) *room {
	r := &room{
		source: client.Repository(name), target: client.Repository(name + "-copy"), other: client.Repository(name + "-other"),
		content: content,
	}
	seen := map[digest.Digest]bool{}
	for _, m := range manifestsOf(content.Before, content.After) {
		r.watched = append(r.watched, m.Digest)
		for _, subject := range []digest.Digest{m.Digest, subjectDigest(m)} {
			if subject != "" && !seen[subject] {
				seen[subject] = true
				r.subjects = append(r.subjects, subject)
			}
		}
	}
	return r
}

func subjectDigest(m fixtures.Manifest) digest.Digest {
	if m.Subject == nil {
		return ""
	}
	return m.Subject.Digest
}

// furnish pushes the image to the source and to the neighbour.
func (r *room) furnish(ctx context.Context) error {
	for _, repo := range []*wire.Repository{r.source, r.other} {
		if err := state.Put(ctx, repo, r.content.Before); err != nil {
			return err
		}
	}
	return nil
}

// attach pushes what the mechanism adds to the image.
func (r *room) attach(ctx context.Context) error { return state.Put(ctx, r.source, r.content.After) }

// snapshots are the three repositories at one time.
type snapshots struct{ source, target, other state.Snapshot }

func (r *room) look(ctx context.Context, target bool) (s snapshots, err error) {
	if s.source, err = state.Take(ctx, r.source, r.watched, r.subjects); err != nil {
		return s, err
	}
	if s.other, err = state.Take(ctx, r.other, r.watched, r.subjects); err != nil {
		return s, err
	}
	if target {
		s.target, err = state.Take(ctx, r.target, r.watched, r.subjects)
	}
	return s, err
}

// documents fetches what the tags of a repository name and the content does not
// hold: what a tool has made.
func (r *room) documents(ctx context.Context, repo *wire.Repository, s state.Snapshot, into map[digest.Digest]document) {
	known := map[digest.Digest]bool{}
	for _, d := range r.watched {
		known[d] = true
	}
	for _, tag := range s.TagNames() {
		d, _ := s.TagDigest(tag)
		if known[d] {
			continue
		}
		known[d] = true
		if doc, err := fetchDocument(ctx, repo, d); err == nil { // else it stays unknown
			into[d] = doc
		}
	}
}

func fetchDocument(ctx context.Context, repo *wire.Repository, d digest.Digest) (document, error) {
	var manifest struct {
		Config    *ocispec.Descriptor  `json:"config"`
		Layers    []ocispec.Descriptor `json:"layers"`
		Manifests []ocispec.Descriptor `json:"manifests"`
	}
	if err := repo.GetManifest(ctx, d.String()).JSON(&manifest); err != nil {
		return document{}, fmt.Errorf("%s: %w", brief(d), err)
	}
	doc := document{Layers: digestsOf(manifest.Layers), Children: digestsOf(manifest.Manifests)}
	if manifest.Config == nil {
		return doc, nil
	}
	doc.Config = manifest.Config.Digest
	var config ocispec.Image
	if json.Unmarshal(repo.GetBlob(ctx, doc.Config.String()).Body, &config) == nil {
		doc.DiffIDs = config.RootFS.DiffIDs
	}
	return doc, nil
}

func digestsOf(descriptors []ocispec.Descriptor) []digest.Digest {
	var all []digest.Digest
	for _, d := range descriptors {
		all = append(all, d.Digest)
	}
	return all
}

// leave empties the repositories again. Refusals are accepted: the registry may
// not have it any more, or not allow deleting.
func (r *room) leave(ctx context.Context, last snapshots, made map[digest.Digest]document) {
	for _, at := range []struct {
		repo *wire.Repository
		was  state.Snapshot
	}{{r.source, last.source}, {r.target, last.target}, {r.other, last.other}} {
		for _, tag := range at.was.TagNames() {
			at.repo.DeleteManifest(ctx, tag)
		}
		r.empty(ctx, at.repo, at.was, made)
	}
}

func (r *room) empty(ctx context.Context, repo *wire.Repository, was state.Snapshot, made map[digest.Digest]document) {
	for _, m := range manifestsOf(r.content.After, r.content.Before) {
		if was.Has(m.Digest) {
			repo.DeleteManifest(ctx, m.Digest.String())
			for _, b := range m.Blobs {
				repo.DeleteBlob(ctx, b.Digest.String())
			}
		}
	}
	named := map[digest.Digest]bool{}
	for _, tag := range was.TagNames() {
		d, _ := was.TagDigest(tag)
		named[d] = true
	}
	for d, doc := range made {
		if !named[d] {
			continue
		}
		repo.DeleteManifest(ctx, d.String())
		for _, blob := range append(doc.Layers, doc.Config) {
			if blob != "" {
				repo.DeleteBlob(ctx, blob.String())
			}
		}
	}
}
