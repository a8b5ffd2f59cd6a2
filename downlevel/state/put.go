package state

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/wire"
)

// FallbackTag is [mechanisms.FallbackTag].
func FallbackTag(subject digest.Digest) string { return mechanisms.FallbackTag(subject) }

// Put pushes the manifests one after the other. Before each manifest it pushes
// everything that the manifest references. It does not push content again that is there
// already, except tags. If the registry refuses a manifest, the error is a [*Refused].
//
// If there is no referrers API, it updates the referrers tag for each manifest with a
// subject, as the specification demands of clients, unless this tag is one of the
// pushes.
func Put(ctx context.Context, repo *wire.Repository, pushes []mechanisms.Push) error {
	p := putter{repo: repo, there: map[digest.Digest]bool{}, tags: map[string]bool{}}
	for _, push := range pushes {
		p.tags[push.Tag] = true
	}
	for _, push := range pushes {
		if err := p.push(ctx, push); err != nil {
			return err
		}
	}
	return nil
}

type putter struct {
	repo  *wire.Repository
	there map[digest.Digest]bool // the digests of blobs and manifests that are there
	tags  map[string]bool        // the tags of the pushes
}

func (p *putter) push(ctx context.Context, push mechanisms.Push) error {
	m, reference := push.Manifest, push.Tag
	if reference == "" {
		reference = m.Digest.String()
		if p.there[m.Digest] || p.has(ctx, m) {
			return nil
		}
	}
	if err := p.blobs(ctx, m); err != nil {
		return err
	}
	for _, child := range m.Children {
		if err := p.push(ctx, mechanisms.Push{Manifest: child}); err != nil {
			return err
		}
	}
	if isReferrersTag(push) && p.repo.HeadManifest(ctx, push.Tag).OK() {
		return p.enlist(ctx, push.Tag, m.Children...)
	}
	put, err := p.put(ctx, reference, m)
	if err != nil {
		return err
	}
	p.there[m.Digest] = true
	if m.Subject == nil || put.Header.Get("OCI-Subject") != "" || p.tags[FallbackTag(m.Subject.Digest)] {
		return nil
	}
	return p.refer(ctx, m)
}

// has says whether the manifest is there, with the same bytes.
func (p *putter) has(ctx context.Context, m fixtures.Manifest) bool {
	get := p.repo.GetManifest(ctx, m.Digest.String(), acceptAll())
	return get.OK() && bytes.Equal(get.Body, m.Data)
}

// isReferrersTag says whether the push is an index of referrers under a referrers tag.
// A client adds missing entries to such an index.
func isReferrersTag(push mechanisms.Push) bool {
	return len(push.Manifest.Children) > 0 && !slices.ContainsFunc(push.Manifest.Children, func(m fixtures.Manifest) bool {
		return m.Subject == nil || push.Tag != FallbackTag(m.Subject.Digest)
	})
}

func (p *putter) blobs(ctx context.Context, m fixtures.Manifest) error {
	for _, b := range m.Blobs {
		if p.there[b.Digest] {
			continue
		}
		if !p.repo.HeadBlob(ctx, b.Digest.String()).OK() {
			if last, ok := p.repo.UploadBlob(ctx, b); !ok {
				return fmt.Errorf("the blob %s (%s) of the manifest %s cannot be pushed: %s", brief(b.Digest), b.MediaType, brief(m.Digest), said(last))
			}
		}
		p.there[b.Digest] = true
	}
	return nil
}

// putTries is the number of times that a manifest is pushed if its blobs disappear. In
// a registry that does not separate repositories, another run may delete a blob that
// both use, such as the empty blob.
const putTries = 3

func (p *putter) put(ctx context.Context, reference string, m fixtures.Manifest) (*wire.Exchange, error) {
	var put *wire.Exchange
	for range putTries {
		put = p.repo.PutManifest(ctx, reference, m.MediaType, m.Data)
		if put.OK() {
			return put, nil
		}
		missing := false
		for _, b := range m.Blobs {
			if !p.repo.HasBlob(ctx, b) {
				missing, p.there[b.Digest] = true, false
			}
		}
		if !missing {
			break
		}
		if err := p.blobs(ctx, m); err != nil {
			return nil, err
		}
	}
	if put.Status == 0 {
		return nil, fmt.Errorf("the manifest %s (%s) cannot be pushed: %s", brief(m.Digest), m.MediaType, said(put))
	}
	return nil, &Refused{Manifest: m, Status: put.Status, Message: message(put)}
}
