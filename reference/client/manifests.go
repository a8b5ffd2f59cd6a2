package client

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/wire"
)

// accept names the manifest types that the client understands, with the expected one
// first.
func accept(expected string) wire.Option {
	all := wire.ManifestTypes
	if expected != "" && !types[expected] {
		all = append([]string{expected}, all...)
	}
	return wire.WithHeader("Accept", strings.Join(all, ", "))
}

func (r *remote) getManifest(ctx context.Context, reference, expected string) *wire.Exchange {
	return r.ask(ctx, wire.EndManifest, http.MethodGet, r.at("manifests/"+reference), toPull, accept(expected), wire.Whole())
}

func (r *remote) headManifest(ctx context.Context, reference string) *wire.Exchange {
	return r.ask(ctx, wire.EndManifest, http.MethodHead, r.at("manifests/"+reference), toPull, accept(""))
}

// manifest pulls a manifest by a tag or a digest, and checks it. within is the
// descriptor in the index that led here; nil if there is none.
func (r *remote) manifest(ctx context.Context, reference string, within *ocispec.Descriptor) (Manifest, error) {
	ex, reference := r.fetch(ctx, reference, within)
	if !ex.OK() {
		return Manifest{}, refusal(ex)
	}
	return r.read(ex, reference, within)
}

// fetch pulls a manifest, and returns the reference that it was asked for by in the end.
func (r *remote) fetch(ctx context.Context, reference string, within *ocispec.Descriptor) (*wire.Exchange, string) {
	if r.HeadManifest {
		head := r.headManifest(ctx, reference)
		if d, ok := known(head.Header.Get("Docker-Content-Digest")); ok && head.OK() && !isDigest(reference) {
			reference = d.String() // what is pulled is checked against it
		}
	}
	expected := ""
	if within != nil {
		expected = within.MediaType
	}
	return r.getManifest(ctx, reference, expected), reference
}

// read checks a manifest that was pulled by a reference.
func (r *remote) read(ex *wire.Exchange, reference string, within *ocispec.Descriptor) (Manifest, error) {
	if ex.Cut() {
		return Manifest{}, fmt.Errorf("the manifest %s is too long: %d bytes", reference, ex.BodySize)
	}
	if err := r.TooLong(len(ex.Body)); err != nil {
		return Manifest{}, err
	}
	if within != nil {
		if err := r.MatchSize(int64(len(ex.Body)), within.Size); err != nil {
			return Manifest{}, fmt.Errorf("the manifest %s: %w", reference, err)
		}
	}
	sentAs := ex.MediaType()
	if sentAs == "" && within != nil {
		sentAs = within.MediaType
	}
	m, err := parse(ex.Body, sentAs)
	p := Pulled{Manifest: m, Asked: reference, Child: within != nil, Exchange: ex}
	// A corrupt manifest is refused as such, also if it cannot be read.
	if err := r.Verify(p); err != nil {
		return m, err
	}
	if err := r.VerifyHeader(ex.Header.Get("Docker-Content-Digest"), ex.Body); err != nil {
		return m, err
	}
	if err != nil {
		return m, err
	}
	if err := r.MatchTypes(p); err != nil {
		return m, err
	}
	m.Digest = r.Name(p)
	return m, nil
}

// putManifest pushes a manifest by a tag or a digest. If it has a subject and the
// registry does not keep referrers, the list of the subject's referrers is updated
// (distribution-spec, "Pushing Manifests with Subject").
func (r *remote) putManifest(ctx context.Context, m Manifest, reference string, opts ...wire.Option) (*wire.Exchange, error) {
	if err := r.TooLong(len(m.Body)); err != nil {
		return nil, err
	}
	if r.HeadPushedManifest && r.sameManifest(ctx, m, reference) {
		return nil, nil
	}
	if m.Subject != nil && r.AskReferrers {
		r.ask(ctx, wire.EndReferrers, http.MethodGet, r.at("referrers/"+m.Subject.Digest.String()), toPull)
	}
	opts = append([]wire.Option{wire.WithHeader("Content-Type", m.Type), wire.WithBody(m.Body)}, opts...)
	ex := r.ask(ctx, wire.EndManifestPut, http.MethodPut, r.at("manifests/"+reference), toPush, opts...)
	if !ex.OK() {
		return ex, refusal(ex)
	}
	if err := r.VerifyHeader(ex.Header.Get("Docker-Content-Digest"), m.Body); err != nil {
		return ex, err
	}
	if m.Subject != nil && ex.Header.Get("OCI-Subject") == "" {
		return ex, r.addReferrer(ctx, m)
	}
	return ex, nil
}

// sameManifest says whether the reference is this manifest already. A manifest with a
// subject counts as new, so that its referrer is kept.
func (r *remote) sameManifest(ctx context.Context, m Manifest, reference string) bool {
	if m.Subject != nil {
		return false
	}
	head := r.headManifest(ctx, reference)
	return head.OK() && (isDigest(reference) || head.Header.Get("Docker-Content-Digest") == m.Digest.String())
}
