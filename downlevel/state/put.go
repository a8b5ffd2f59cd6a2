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

// Put pushes the manifests one after the other, each after what it references.
// What is there already is left as it is, but for tags. A manifest that the
// registry does not take ends it with a [*Refused].
//
// Where there is no referrers API, it keeps the referrers tag of what has a
// subject, as the specification asks of clients; unless that tag is among the
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
	there map[digest.Digest]bool // blobs, and manifests by their digest
	tags  map[string]bool        // that are among the pushes
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

// has says whether the manifest is there, byte for byte.
func (p *putter) has(ctx context.Context, m fixtures.Manifest) bool {
	get := p.repo.GetManifest(ctx, m.Digest.String(), acceptAll())
	return get.OK() && bytes.Equal(get.Body, m.Data)
}

// isReferrersTag says whether the push is of the list of the referrers of
// something. A client adds to such a list what is not in it.
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

// putTries is how often a manifest is pushed whose blobs were taken away by
// somebody who shares them, as the empty blob is shared by all where the
// repositories of a registry are not kept apart.
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
