package conformance

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// prober probes each optional feature once, so that specs need not guess. It concludes
// that a feature is absent only from an answer that the specification defines for this.
// With any other answer the feature is unknown, and the specs find out what is wrong.
// Independent probes run at the same time.
type prober struct {
	repo, repo2 *wire.Repository
	nonce       string

	mu    sync.Mutex
	found suite.Features
	// tagsGo says that deleting a manifest also deletes its tags.
	tagsGo bool
}

func newProber(cfg Config, client *wire.Client, how string) *prober {
	p := &prober{
		repo: client.Repository(cfg.Repository), repo2: client.Repository(cfg.Repository2),
		nonce: suite.Nonce(), found: suite.Features{},
	}
	for _, f := range suite.AllFeatures() {
		p.set(f, suite.Unknown, how)
	}
	return p
}

// set stores the state of a feature.
func (p *prober) set(f suite.Feature, state suite.Support, how string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found[f] = suite.Known{State: state, How: how}
}

// probeReadOnly probes the features that need only reads.
func probeReadOnly(ctx context.Context, cfg Config, client *wire.Client) *prober {
	p := newProber(cfg, client, "the run is read-only")
	if subject := cfg.Existing.Subject; subject != "" {
		p.note(suite.Referrers, p.repo.ListReferrers(ctx, subject), []int{http.StatusOK}, []int{http.StatusNotFound})
	}
	if blob := cfg.Existing.Blob; blob != "" {
		part := p.repo.GetBlob(ctx, blob, wire.WithHeader("Range", "bytes=0-3"))
		p.note(suite.Ranges, part, []int{http.StatusPartialContent}, []int{http.StatusOK})
	}
	p.declare(cfg)
	return p
}

// declare stores the features that the user declares.
func (p *prober) declare(cfg Config) {
	for name, has := range cfg.Features {
		state := suite.Unsupported
		if has {
			state = suite.Supported
		}
		p.set(suite.Feature(name), state, "declared")
	}
}

func probe(ctx context.Context, cfg Config, client *wire.Client) *prober {
	p := newProber(cfg, client, "not probed")
	p.set(suite.Push, suite.Supported, "an upload could be started")
	together(
		func() { p.blobs(ctx) },
		func() { p.singlePost(ctx) },
		func() { p.cancel(ctx) },
		func() { p.sha512(ctx) },
		func() { p.manifests(ctx, cfg) },
	)
	p.declare(cfg)
	return p
}

// together calls the functions at the same time, and returns after all have ended.
func together(functions ...func()) {
	var all sync.WaitGroup
	for _, f := range functions {
		all.Go(f)
	}
	all.Wait()
}

// note draws the conclusion from an answer: supported when it is one of yes,
// absent when it is one of no.
func (p *prober) note(f suite.Feature, ex *wire.Exchange, yes, no []int) {
	state := suite.Unknown
	for _, status := range yes {
		if ex.Status == status {
			state = suite.Supported
		}
	}
	for _, status := range no {
		if ex.Status == status {
			state = suite.Unsupported
		}
	}
	p.set(f, state, how(ex))
}

func how(ex *wire.Exchange) string {
	if ex.Err != nil {
		return fmt.Sprintf("%s: %v", ex.Method, ex.Err)
	}
	answer := fmt.Sprintf("%s was answered %s", ex.Method, wire.StatusText(ex.Status))
	if reason := ex.Reason(); reason != "" {
		answer += " (" + reason + ")"
	}
	return answer
}

func (p *prober) push(ctx context.Context, b fixtures.Blob, opts ...wire.Option) *wire.Exchange {
	start := p.repo.StartUpload(ctx, opts...)
	location, err := start.Location()
	if err != nil {
		return start
	}
	return p.repo.PutUpload(ctx, location, b.Digest.String(), b.Data)
}

// blobs probes ranges, mounts and deletes.
func (p *prober) blobs(ctx context.Context) {
	b := fixtures.NewBlob("probe "+p.nonce+" ", 64)
	p.push(ctx, b)
	together(func() {
		// The answers of RFC 9110, section 14: 206, or the whole with 200.
		part := p.repo.GetBlob(ctx, b.Digest.String(), wire.WithHeader("Range", "bytes=0-3"))
		p.note(suite.Ranges, part, []int{http.StatusPartialContent}, []int{http.StatusOK})
	}, func() {
		mount := p.repo2.Mount(ctx, b.Digest.String(), p.repo.Name())
		p.note(suite.Mount, mount, []int{http.StatusCreated}, []int{http.StatusAccepted})
		p.abandon(ctx, p.repo2, mount)
		p.repo2.DeleteBlob(ctx, b.Digest.String())
	})
	del := p.repo.DeleteBlob(ctx, b.Digest.String())
	p.note(suite.BlobDelete, del, []int{http.StatusAccepted}, notDeleting)
}

func (p *prober) singlePost(ctx context.Context) {
	b := fixtures.NewBlob("single "+p.nonce+" ", 64)
	post := p.repo.PostBlob(ctx, b.Digest.String(), b.Data)
	p.note(suite.SinglePost, post, []int{http.StatusCreated}, []int{http.StatusAccepted})
	p.abandon(ctx, p.repo, post)
	p.repo.DeleteBlob(ctx, b.Digest.String())
}

func (p *prober) cancel(ctx context.Context) {
	start := p.repo.StartUpload(ctx)
	if location, err := start.Location(); err == nil {
		p.note(suite.Cancel, p.repo.CancelUpload(ctx, location), []int{http.StatusNoContent}, []int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented})
	}
}

func (p *prober) sha512(ctx context.Context) {
	b := fixtures.NewBlob("sha512 "+p.nonce+" ", 64).With(digest.SHA512)
	put := p.push(ctx, b, wire.WithQuery("digest-algorithm", "sha512"))
	p.note(suite.SHA512, put, []int{http.StatusCreated}, nil)
	switch {
	case put.Status == http.StatusUnauthorized, put.Status == http.StatusForbidden, put.Status == http.StatusTooManyRequests:
	case put.Status >= 400 && put.Status <= 499, put.Status == http.StatusNotImplemented: // the specification does not say which status
		p.set(suite.SHA512, suite.Unsupported, how(put))
	}
	p.repo.DeleteBlob(ctx, b.Digest.String())
}

func (p *prober) abandon(ctx context.Context, repo *wire.Repository, ex *wire.Exchange) {
	if location, err := ex.Location(); err == nil && ex.Status == http.StatusAccepted {
		repo.CancelUpload(ctx, location)
	}
}

// notDeleting has the answers of a registry that does not delete such content or, with
// 401, not with the login of the run.
var notDeleting = []int{http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotImplemented}

// manifests probes tags, deletes and referrers.
func (p *prober) manifests(ctx context.Context, cfg Config) {
	subject := fixtures.NewImage("probe "+p.nonce, fixtures.WithOwnBlobs())
	// All probes use one blob, so that there is less to push.
	blob := subject.Blobs[0]
	subject = fixtures.NewImage("probe "+p.nonce, fixtures.WithConfig(blob), fixtures.WithLayers(blob.As(ocispec.MediaTypeImageLayer)))
	referrer := fixtures.NewArtifact("probe "+p.nonce, "application/vnd.example.assay.probe.v1", fixtures.WithSubject(subject.Descriptor()),
		fixtures.WithConfig(blob.As("application/vnd.example.assay.config.v1+json")), fixtures.WithLayers(blob.As("application/vnd.example.assay.data.v1")))
	p.push(ctx, blob)
	tag, other := "assay-probe-"+p.nonce, "assay-probe-other-"+p.nonce
	p.repo.PutManifest(ctx, tag, subject.MediaType, subject.Data)
	together(
		func() { p.repo.PutManifest(ctx, other, subject.MediaType, subject.Data) },
		func() { p.tagParameters(ctx, subject) },
		func() { p.referrers(ctx, cfg, subject, referrer) },
	)
	together(
		func() {
			p.note(suite.TagDelete, p.repo.DeleteManifest(ctx, tag), []int{http.StatusAccepted}, notDeleting)
		},
		func() {
			p.note(suite.ManifestDelete, p.repo.DeleteManifest(ctx, referrer.Digest.String()), []int{http.StatusAccepted}, notDeleting)
		},
	)
	del := p.repo.DeleteManifest(ctx, subject.Digest.String())
	left := p.repo.HeadManifest(ctx, other)
	p.tagsGo = del.OK() && left.Status == http.StatusNotFound
	if left.OK() {
		p.repo.DeleteManifest(ctx, other)
	}
	p.repo.DeleteBlob(ctx, blob.Digest.String())
}

func (p *prober) referrers(ctx context.Context, cfg Config, subject, referrer fixtures.Manifest) {
	attach := p.repo.PutManifest(ctx, referrer.Digest.String(), referrer.MediaType, referrer.Data)
	list := p.repo.ListReferrers(ctx, subject.Digest.String())
	switch {
	case list.OK():
		p.set(suite.Referrers, suite.Supported, how(list))
	case list.Err == nil:
		// A registry without the API answers 404. Any other refusal is judged by the
		// specs.
		p.set(suite.Referrers, suite.Unsupported, how(list))
	}
	if attach.Header.Get("OCI-Subject") != "" {
		p.set(suite.Referrers, suite.Supported, "a push was answered with OCI-Subject")
	}
	if cfg.Spec == requirements.V1_0 {
		p.set(suite.Referrers, suite.Unsupported, "spec 1.0 has no referrers")
	}
	p.filter(ctx, subject, list)
}

func (p *prober) filter(ctx context.Context, subject fixtures.Manifest, list *wire.Exchange) {
	if list.Status != http.StatusOK {
		p.set(suite.TypeFilter, suite.Unsupported, "there is no referrers API")
		return
	}
	filtered := p.repo.ListReferrers(ctx, subject.Digest.String(), wire.WithQuery("artifactType", "application/vnd.example.assay.other.v1"))
	state, word := suite.Unsupported, "no"
	if filtered.Header.Get("OCI-Filters-Applied") != "" {
		state, word = suite.Supported, "an"
	}
	p.set(suite.TypeFilter, state, "a filtered list came with "+word+" OCI-Filters-Applied")
}

func (p *prober) tagParameters(ctx context.Context, subject fixtures.Manifest) {
	tag := "assay-probe-parameter-" + p.nonce
	put := p.repo.PutManifest(ctx, subject.Digest.String(), subject.MediaType, subject.Data, wire.WithQuery("tag", tag))
	state, word := suite.Unsupported, "is not there afterwards"
	if p.repo.HeadManifest(ctx, tag).OK() {
		state, word = suite.Supported, "is there afterwards"
		p.repo.DeleteManifest(ctx, tag)
	}
	p.set(suite.TagParameters, state, fmt.Sprintf("%s; the tag %s", how(put), word))
}
