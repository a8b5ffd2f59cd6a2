package state

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures/mechanisms"
	"assay/wire"
)

// Take takes a snapshot of a repository: of all its tags, of the watched manifests with
// their blobs, and of the referrers of the subjects. If the repository does not exist,
// the snapshot is empty.
func Take(ctx context.Context, repo *wire.Repository, watched, subjects []digest.Digest) (Snapshot, error) {
	s := Snapshot{
		Tags: map[string]Manifest{}, Manifests: map[digest.Digest]Manifest{}, Blobs: map[digest.Digest]bool{},
		Referrers: map[digest.Digest]List{}, Fallbacks: map[digest.Digest]List{},
	}
	for _, look := range []func() error{
		func() error { return s.takeTags(ctx, repo) },
		func() error { return s.takeManifests(ctx, repo, watched) },
		func() error { return s.takeReferrers(ctx, repo, subjects) },
	} {
		if err := look(); err != nil {
			return Snapshot{}, fmt.Errorf("the repository %s cannot be read: %w", repo.Name(), err)
		}
	}
	return s, nil
}

// acceptAll names all types of manifests that are pushed.
func acceptAll() wire.Option {
	types := append(mechanisms.ManifestTypes(), wire.ManifestTypes...)
	return wire.WithHeader("Accept", strings.Join(types, ", "))
}

// fetch gets a manifest; ok says whether it is there.
func fetch(ctx context.Context, repo *wire.Repository, reference string) (ex *wire.Exchange, m Manifest, ok bool, err error) {
	ex = repo.GetManifest(ctx, reference, acceptAll())
	if !ex.OK() {
		return ex, Manifest{}, false, unanswered(ex)
	}
	return ex, Manifest{SHA256: ex.BodyDigest, MediaType: ex.MediaType(), Size: ex.BodySize}, true, nil
}

func (s *Snapshot) takeTags(ctx context.Context, repo *wire.Repository) error {
	first := repo.ListTags(ctx)
	if first.Status == http.StatusNotFound {
		return nil
	}
	if !first.OK() {
		return fmt.Errorf("%s", said(first))
	}
	pages, err := allPages(ctx, repo, first)
	if err != nil {
		return err
	}
	for _, page := range pages {
		var list struct {
			Name string   `json:"name"`
			Tags []string `json:"tags"`
		}
		if err := page.JSON(&list); err != nil {
			return fmt.Errorf("%s: %w", page, err)
		}
		if list.Name == "" && list.Tags == nil {
			return fmt.Errorf("%s: it is not a list of tags", page)
		}
		for _, tag := range list.Tags {
			if _, s.Tags[tag], _, err = fetch(ctx, repo, tag); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Snapshot) takeManifests(ctx context.Context, repo *wire.Repository, watched []digest.Digest) error {
	for _, d := range watched {
		ex, m, ok, err := fetch(ctx, repo, d.String())
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		s.Manifests[d] = m
		for _, b := range blobsOf(ex.Body) {
			if _, known := s.Blobs[b]; known {
				continue
			}
			if s.Blobs[b], err = hasBlob(ctx, repo, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// hasBlob asks with HEAD. If the answer does not say that the blob is there, it asks
// with GET.
func hasBlob(ctx context.Context, repo *wire.Repository, d digest.Digest) (bool, error) {
	if repo.HeadBlob(ctx, d.String()).OK() {
		return true, nil
	}
	get := repo.GetBlob(ctx, d.String())
	if get.OK() {
		return true, nil
	}
	return false, unanswered(get)
}

// blobsOf returns the blobs that a manifest of any kind references.
func blobsOf(manifest []byte) []digest.Digest {
	var doc struct {
		Config *ocispec.Descriptor  `json:"config"`
		Layers []ocispec.Descriptor `json:"layers"`
		Blobs  []ocispec.Descriptor `json:"blobs"`
	}
	_ = json.Unmarshal(manifest, &doc) // no error: other data references no blobs
	if doc.Config != nil {
		doc.Layers = append(doc.Layers, *doc.Config)
	}
	var blobs []digest.Digest
	for _, d := range append(doc.Layers, doc.Blobs...) {
		if d.Digest != "" {
			blobs = append(blobs, d.Digest)
		}
	}
	return blobs
}

func (s *Snapshot) takeReferrers(ctx context.Context, repo *wire.Repository, subjects []digest.Digest) error {
	for _, d := range subjects {
		list, ok, err := referrers(ctx, repo, d)
		if err != nil {
			return err
		}
		if ok {
			s.Referrers[d] = list
		}
		ex, m, ok, err := fetch(ctx, repo, FallbackTag(d))
		if err != nil {
			return err
		}
		if ok {
			list := List{Digest: m.SHA256, MediaType: m.MediaType}
			index, _ := indexOf(ex) // no error: other data lists nothing
			list.add(index)
			s.Fallbacks[d] = list
		}
	}
	return nil
}
