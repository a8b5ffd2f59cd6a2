package state

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
	"assay/wire"
)

// referrers lists the referrers of a subject by the API. If there is no error and ok is
// false, there is no API.
func referrers(ctx context.Context, repo *wire.Repository, subject digest.Digest) (list List, ok bool, err error) {
	first := repo.ListReferrers(ctx, subject.String())
	if !first.OK() {
		return List{}, false, unanswered(first)
	}
	list.MediaType = first.MediaType()
	pages, err := allPages(ctx, repo, first)
	if err != nil {
		return List{}, false, err
	}
	for i, page := range pages {
		index, ok := indexOf(page)
		switch {
		case ok:
			list.add(index)
		case i == 0: // such as a page for browsers
			return List{}, false, nil
		default:
			return List{}, false, fmt.Errorf("%s: a further page of the list of referrers is not an index", page)
		}
	}
	return list, true, nil
}

// indexOf reads an index, or another document in the form of an index.
func indexOf(ex *wire.Exchange) (ocispec.Index, bool) {
	var index ocispec.Index
	var form struct {
		Manifests json.RawMessage `json:"manifests"`
	}
	ok := ex.JSON(&form) == nil && form.Manifests != nil && ex.JSON(&index) == nil
	return index, ok
}

// refer adds the manifest to the index under the referrers tag of its subject, unless
// the registry lists referrers itself (distribution-spec, "Pushing Manifests with
// Subject").
func (p *putter) refer(ctx context.Context, m fixtures.Manifest) error {
	if _, ok, err := referrers(ctx, p.repo, m.Subject.Digest); ok || err != nil {
		return err
	}
	return p.enlist(ctx, FallbackTag(m.Subject.Digest), m)
}

// enlist adds the manifests to the index that the referrers tag names.
func (p *putter) enlist(ctx context.Context, tag string, manifests ...fixtures.Manifest) error {
	index := ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex}
	was := p.repo.GetManifest(ctx, tag)
	if was.OK() {
		var ok bool
		if index, ok = indexOf(was); !ok {
			return fmt.Errorf("the referrers tag %s does not name an index, but %s", tag, was.MediaType())
		}
	} else if err := unanswered(was); err != nil {
		return err
	}
	listed := len(index.Manifests)
	for _, m := range manifests {
		if !slices.ContainsFunc(index.Manifests, func(d ocispec.Descriptor) bool { return d.Digest == m.Digest }) {
			index.Manifests = append(index.Manifests, m.Referrer())
		}
	}
	if len(index.Manifests) == listed {
		return nil
	}
	data, err := json.Marshal(index)
	if err != nil {
		return err
	}
	_, err = p.put(ctx, tag, fixtures.Manifest{MediaType: ocispec.MediaTypeImageIndex, Data: data, Digest: digest.FromBytes(data)})
	return err
}

// unanswered returns an error if the answer says neither that the content is there nor
// that it is not: if there is no answer, or if the registry wants a login, is
// overloaded or is broken.
func unanswered(ex *wire.Exchange) error {
	switch {
	case ex.Err != nil, ex.Status == 0, ex.Status >= http.StatusInternalServerError && ex.Status != http.StatusNotImplemented,
		ex.Status == http.StatusUnauthorized, ex.Status == http.StatusForbidden, ex.Status == http.StatusTooManyRequests:
		return fmt.Errorf("%s", said(ex))
	}
	return nil
}

// allPages returns the pages of a list. It is an error if the list breaks off.
func allPages(ctx context.Context, repo *wire.Repository, first *wire.Exchange) ([]*wire.Exchange, error) {
	pages := repo.Pages(ctx, first)
	last := pages[len(pages)-1]
	next, err := last.Next()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", last, err)
	}
	if next != nil {
		return nil, fmt.Errorf("%s: the list breaks off after %d pages", first, len(pages))
	}
	return pages, nil
}
