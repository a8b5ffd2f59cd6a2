package conformance

import (
	"context"
	"fmt"
	"net/http"

	"github.com/opencontainers/go-digest"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// prober asks once for each optional feature, so that specs need not guess. It
// concludes that a feature is absent only from an answer with which the
// specification lets a registry say so; anything else leaves it unknown, and
// the specs find out what is wrong.
type prober struct {
	repo, repo2 *wire.Repository
	nonce       string
	found       suite.Features
}

func newProber(cfg Config, client *wire.Client, how string) *prober {
	p := &prober{
		repo: client.Repository(cfg.Repository), repo2: client.Repository(cfg.Repository2),
		nonce: nonce(), found: suite.Features{},
	}
	for _, f := range suite.AllFeatures() {
		p.found[f] = suite.Known{State: suite.Unknown, How: how}
	}
	return p
}

// probeReadOnly asks what can be asked by reading alone.
func probeReadOnly(ctx context.Context, cfg Config, client *wire.Client) suite.Features {
	p := newProber(cfg, client, "the run is read-only")
	if subject := cfg.Existing.Subject; subject != "" {
		p.note(suite.Referrers, p.repo.ListReferrers(ctx, subject), []int{http.StatusOK}, []int{http.StatusNotFound})
	}
	if blob := cfg.Existing.Blob; blob != "" {
		part := p.repo.GetBlob(ctx, blob, wire.WithHeader("Range", "bytes=0-3"))
		p.note(suite.Ranges, part, []int{http.StatusPartialContent}, []int{http.StatusOK})
	}
	p.declare(cfg)
	return p.found
}

// declare enters what the user says.
func (p *prober) declare(cfg Config) {
	for name, has := range cfg.Features {
		state := suite.Unsupported
		if has {
			state = suite.Supported
		}
		p.found[suite.Feature(name)] = suite.Known{State: state, How: "declared"}
	}
}

func probe(ctx context.Context, cfg Config, client *wire.Client) suite.Features {
	p := newProber(cfg, client, "not probed")
	p.found[suite.Push] = suite.Known{State: suite.Supported, How: "an upload could be started"}
	p.uploads(ctx)
	p.manifests(ctx, cfg)
	p.declare(cfg)
	return p.found
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
	p.found[f] = suite.Known{State: state, How: how(ex)}
}

func how(ex *wire.Exchange) string {
	if ex.Err != nil {
		return fmt.Sprintf("%s: %v", ex.Method, ex.Err)
	}
	return fmt.Sprintf("%s was answered %s", ex.Method, wire.StatusText(ex.Status))
}

func (p *prober) push(ctx context.Context, b fixtures.Blob, opts ...wire.Option) *wire.Exchange {
	start := p.repo.StartUpload(ctx, opts...)
	location, err := start.Location()
	if err != nil {
		return start
	}
	return p.repo.PutUpload(ctx, location, b.Digest.String(), b.Data)
}

// uploads probes what blobs can do.
func (p *prober) uploads(ctx context.Context) {
	b := fixtures.NewBlob("probe "+p.nonce+" ", 64)
	p.push(ctx, b)
	// The answers of RFC 9110, section 14: 206, or the whole with 200.
	part := p.repo.GetBlob(ctx, b.Digest.String(), wire.WithHeader("Range", "bytes=0-3"))
	p.note(suite.Ranges, part, []int{http.StatusPartialContent}, []int{http.StatusOK})

	mount := p.repo2.Mount(ctx, b.Digest.String(), p.repo.Name())
	p.note(suite.Mount, mount, []int{http.StatusCreated}, []int{http.StatusAccepted})
	p.abandon(ctx, p.repo2, mount)

	single := fixtures.NewBlob("single "+p.nonce+" ", 64)
	post := p.repo.PostBlob(ctx, single.Digest.String(), single.Data)
	p.note(suite.SinglePost, post, []int{http.StatusCreated}, []int{http.StatusAccepted})
	p.abandon(ctx, p.repo, post)

	start := p.repo.StartUpload(ctx)
	if location, err := start.Location(); err == nil {
		p.note(suite.Cancel, p.repo.CancelUpload(ctx, location), []int{http.StatusNoContent}, []int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented})
	}
	other := fixtures.NewBlob("sha512 "+p.nonce+" ", 64).With(digest.SHA512)
	put := p.push(ctx, other, wire.WithQuery("digest-algorithm", "sha512"))
	p.note(suite.SHA512, put, []int{http.StatusCreated}, nil)
	switch {
	case put.Status == http.StatusUnauthorized, put.Status == http.StatusForbidden, put.Status == http.StatusTooManyRequests:
	case put.Status >= 400 && put.Status <= 499, put.Status == http.StatusNotImplemented: // no text says with which status
		p.found[suite.SHA512] = suite.Known{State: suite.Unsupported, How: how(put)}
	}

	p.repo.DeleteBlob(ctx, other.Digest.String())
	p.repo.DeleteBlob(ctx, single.Digest.String())
	p.repo2.DeleteBlob(ctx, b.Digest.String())
	del := p.repo.DeleteBlob(ctx, b.Digest.String())
	p.note(suite.BlobDelete, del, []int{http.StatusAccepted}, []int{http.StatusBadRequest, http.StatusMethodNotAllowed})
}

func (p *prober) abandon(ctx context.Context, repo *wire.Repository, ex *wire.Exchange) {
	if location, err := ex.Location(); err == nil && ex.Status == http.StatusAccepted {
		repo.CancelUpload(ctx, location)
	}
}

// manifests probes tags, deletes and referrers.
func (p *prober) manifests(ctx context.Context, cfg Config) {
	subject := fixtures.NewImage("probe " + p.nonce)
	referrer := fixtures.NewArtifact("probe "+p.nonce, "application/vnd.example.assay.probe.v1", fixtures.WithSubject(subject.Descriptor()))
	for _, b := range append(subject.Blobs, referrer.Blobs...) {
		p.push(ctx, b)
	}
	tag := "assay-probe-" + p.nonce
	p.repo.PutManifest(ctx, tag, subject.MediaType, subject.Data)
	attach := p.repo.PutManifest(ctx, referrer.Digest.String(), referrer.MediaType, referrer.Data)
	list := p.repo.ListReferrers(ctx, subject.Digest.String())
	switch {
	case list.OK():
		p.found[suite.Referrers] = suite.Known{State: suite.Supported, How: how(list)}
	case list.Err == nil:
		// 404 is how to say so; another refusal is judged as just that.
		p.found[suite.Referrers] = suite.Known{State: suite.Unsupported, How: how(list)}
	}
	if attach.Header.Get("OCI-Subject") != "" {
		p.found[suite.Referrers] = suite.Known{State: suite.Supported, How: "a push was answered with OCI-Subject"}
	}
	if cfg.Spec == requirements.V1_0 {
		p.found[suite.Referrers] = suite.Known{State: suite.Unsupported, How: "spec 1.0 has no referrers"}
	}
	p.filter(ctx, subject, list)
	p.tagParameters(ctx, subject)

	no := []int{http.StatusBadRequest, http.StatusMethodNotAllowed}
	p.note(suite.TagDelete, p.repo.DeleteManifest(ctx, tag), []int{http.StatusAccepted}, no)
	p.note(suite.ManifestDelete, p.repo.DeleteManifest(ctx, referrer.Digest.String()), []int{http.StatusAccepted}, no)
	p.repo.DeleteManifest(ctx, subject.Digest.String())
	for _, b := range append(subject.Blobs, referrer.Blobs...) {
		p.repo.DeleteBlob(ctx, b.Digest.String())
	}
}

func (p *prober) filter(ctx context.Context, subject fixtures.Manifest, list *wire.Exchange) {
	if list.Status != http.StatusOK {
		p.found[suite.TypeFilter] = suite.Known{State: suite.Unsupported, How: "there is no referrers API"}
		return
	}
	filtered := p.repo.ListReferrers(ctx, subject.Digest.String(), wire.WithQuery("artifactType", "application/vnd.example.assay.other.v1"))
	state, word := suite.Unsupported, "no"
	if filtered.Header.Get("OCI-Filters-Applied") != "" {
		state, word = suite.Supported, "an"
	}
	p.found[suite.TypeFilter] = suite.Known{State: state, How: "a filtered list came with " + word + " OCI-Filters-Applied"}
}

func (p *prober) tagParameters(ctx context.Context, subject fixtures.Manifest) {
	tag := "assay-probe-parameter-" + p.nonce
	put := p.repo.PutManifest(ctx, subject.Digest.String(), subject.MediaType, subject.Data, wire.WithQuery("tag", tag))
	state, word := suite.Unsupported, "is not there afterwards"
	if p.repo.HeadManifest(ctx, tag).OK() {
		state, word = suite.Supported, "is there afterwards"
		p.repo.DeleteManifest(ctx, tag)
	}
	p.found[suite.TagParameters] = suite.Known{State: state, How: fmt.Sprintf("%s; the tag %s", how(put), word)}
}
