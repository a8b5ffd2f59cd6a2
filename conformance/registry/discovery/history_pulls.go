package discovery

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// pulled is a reference that was pulled after changes to other content.
type pulled struct {
	after, reference string
	exists           bool              // the tag should exist
	want             fixtures.Manifest // the manifest that was pushed last under the reference
	get              *wire.Exchange
	head             *wire.Exchange // nil if it was not requested
}

// pull pulls every tag, those that were deleted, too. It sends HEAD for tags that were
// moved or deleted: caches may keep these.
func (h *history) pull(ctx context.Context, after string) {
	var requests []func(context.Context)
	tags := slices.Sorted(maps.Keys(h.tags))
	pulls := make([]pulled, len(tags))
	for i, tag := range tags {
		p := &pulls[i]
		*p = pulled{after: after, reference: tag, exists: h.tags[tag], want: h.named[tag]}
		requests = append(requests, func(ctx context.Context) { p.get = h.repo.GetManifest(ctx, tag) })
		if tag == h.name+"two" || tag == h.name+"too" {
			requests = append(requests, func(ctx context.Context) { p.head = h.repo.HeadManifest(ctx, tag) })
		}
	}
	suite.Concurrently(ctx, requests...)
	h.pulls = append(h.pulls, pulls...)
}

// others pushes other content, and content that is refused. No tag may change by it.
// untagged is a manifest whose tag was moved.
func (h *history) others(ctx context.Context, untagged fixtures.Manifest, more ...fixtures.Manifest) {
	for _, m := range append(more, untagged) {
		if h.put(ctx, m.Digest.String(), m).OK() {
			h.pushed = append(h.pushed, m.Digest)
		}
	}
	if repo := suite.Repo(ctx); h.alone && repo.Name() != h.repo.Name() {
		same, only := fixtures.NewImage(suite.Nonce()), "assay-"+suite.Nonce()
		repo.PushContent(ctx, same)
		repo.PutManifest(ctx, h.name+"one", same.MediaType, same.Data) // a tag of the same name in another repository
		repo.PutManifest(ctx, only, same.MediaType, same.Data)
		h.astray = suite.AtOnce(ctx,
			func(ctx context.Context) *wire.Exchange { return h.repo.GetManifest(ctx, only) },
			func(ctx context.Context) *wire.Exchange { return h.repo.HeadManifest(ctx, only) },
			func(ctx context.Context) *wire.Exchange { return h.repo.GetManifest(ctx, same.Digest.String()) },
			func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, h.name+"too") },
			func(ctx context.Context) *wire.Exchange { return repo.HeadManifest(ctx, untagged.Digest.String()) })
	}
	if repo := suite.Repo(ctx); h.astray != nil && suite.Has(ctx, suite.TagDelete) && repo.DeleteManifest(ctx, h.name+"one").OK() {
		h.below = h.repo.GetManifest(ctx, h.name+"one")
	}
	missing := fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs())
	refused := []struct {
		tag string
		m   fixtures.Manifest
	}{
		{"three", fixtures.Manifest{MediaType: missing.MediaType, Data: []byte("{")}},
		{"two", missing}, // its blobs do not exist
		{"index", fixtures.Manifest{MediaType: "text/plain", Data: []byte("assay " + suite.Nonce())}},
		{"artifact", fixtures.Manifest{MediaType: missing.MediaType}},
	}
	var puts []func(context.Context) *wire.Exchange
	for _, r := range refused {
		puts = append(puts, func(ctx context.Context) *wire.Exchange { return h.put(ctx, h.name+r.tag, r.m) })
	}
	for i, put := range suite.AtOnce(ctx, puts...) {
		switch r := refused[i]; {
		case put.OK() && !json.Valid(r.m.Data): // other specs judge that, and nobody knows what the tag names now
			delete(h.tags, h.name+r.tag)
			delete(h.named, h.name+r.tag)
		case !h.note(h.name+r.tag, r.m.With(digest.SHA256), put): // otherwise the tag was moved
			h.refused = append(h.refused, r.m)
		}
	}
	h.look(ctx, pushedLost("other content was pushed, and pushes of tags were refused", require.PushManifestStatus))
	h.pull(ctx, "other content was pushed, and pushes of tags were refused")
}

// again pushes a manifest again by digest and by another tag, after one of its tags was
// deleted. The deleted tag must not come back.
func (h *history) again(ctx context.Context, m fixtures.Manifest) {
	h.put(ctx, m.Digest.String(), m)
	h.tag(ctx, h.name+"toe", m)
	h.look(ctx, pushedLost("a manifest was pushed again by digest and by another tag", require.PushManifestStatus))
	h.lastGone = h.repo.ListTags(ctx, wire.WithQuery("last", h.name+"too"))
}

// untaggedAgain pushes a manifest that was deleted again, by digest. The tag that it had
// must not come back.
func (h *history) untaggedAgain(ctx context.Context, tag string, m fixtures.Manifest) {
	if suite.IsCareful(ctx) {
		h.undeleted = h.repo.GetManifest(ctx, m.Digest.String())
	}
	if !h.put(ctx, m.Digest.String(), m).OK() {
		return
	}
	h.pushed = append(h.pushed, m.Digest)
	h.removed = append(h.removed, pulled{
		after: "the manifest was deleted, and pushed again by digest", reference: tag,
		get: h.repo.GetManifest(ctx, tag), head: h.repo.HeadManifest(ctx, tag),
	})
}

// later requests lists again that were requested before, after a tag was pushed that
// comes after all others.
func (h *history) later(ctx context.Context, m fixtures.Manifest) {
	if !h.tag(ctx, "zz-"+strings.TrimSuffix(h.name, "-"), m) {
		return
	}
	h.lookByN(ctx, pushedLost("a further tag was pushed", require.PushManifestStatus))
	h.pull(ctx, "tags and manifests were deleted, and manifests were pushed again")
	old := h.changes[0].list
	tag := old.Header.Get("ETag")
	if tag == "" {
		tag = `"` + old.BodyDigest.String() + `"`
	}
	h.since = h.repo.ListTags(ctx, wire.WithHeader("If-None-Match", tag))
	// Another run may have pushed its own such tag, which may come after ours.
	if h.end != nil && !strings.HasPrefix(h.end.URL.Query().Get("last"), "zz-") {
		h.lastAgain = h.repo.Get(ctx, wire.EndTags, h.end.URL)
	}
}
