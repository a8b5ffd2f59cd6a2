package downlevel

import (
	"context"
	"slices"

	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// request is a request with a title.
type request struct {
	name string
	send func(context.Context, *suite.Repository) *wire.Exchange
}

// ask sends the requests at the same time.
func ask(ctx context.Context, repo *suite.Repository, requests []request) look {
	sends := make([]func(context.Context) *wire.Exchange, len(requests))
	for i, r := range requests {
		sends[i] = func(ctx context.Context) *wire.Exchange { return r.send(ctx, repo) }
	}
	there := look{}
	for i, ex := range suite.AtOnce(ctx, sends...) {
		there[requests[i].name] = ex
	}
	return there
}

// everything makes all requests for the image once.
func (h *history) everything() []request {
	digest, first := h.image.Digest.String(), layerOf(h.image)
	return slices.Concat(h.blobs(), h.indexes(), []request{
		h.manifest(byTag, h.tag),
		h.manifest(bySecondTag, h.second),
		h.manifest(byDigest, digest),
		h.manifest(byImageType, h.tag, wire.WithHeader("Accept", acceptImage)),
		h.manifest(byDocker, h.tag, wire.WithHeader("Accept", acceptDocker)),
		{byHeadTag, func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
			return repo.HeadManifest(ctx, h.tag, wire.WithHeader("Accept", acceptOf2019))
		}},
		{byHead, func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
			return repo.HeadManifest(ctx, digest)
		}},
		h.blob(partOfLayer, first, wire.WithHeader("Range", "bytes=10-19")),
		{headLayer, func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
			return repo.HeadBlob(ctx, first.Digest.String())
		}},
	})
}

// blobs requests the config and the layers of the image.
func (h *history) blobs() []request {
	return []request{
		h.blob(config, configOf(h.image)),
		h.blob(layer, layerOf(h.image)),
		h.blob(lastLayer, lastLayerOf(h.image)),
	}
}

// indexes requests the index that lists the image, by its digest and its tag.
func (h *history) indexes() []request {
	return []request{h.manifest(inIndex, h.index.Digest.String()), h.manifest(inIndexTag, h.indexTag)}
}

func (h *history) manifest(name, reference string, opts ...wire.Option) request {
	return request{name, func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
		return repo.GetManifest(ctx, reference, opts...)
	}}
}

func (h *history) blob(name string, b fixtures.Blob, opts ...wire.Option) request {
	return request{name, func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
		return repo.GetBlob(ctx, b.Digest.String(), opts...)
	}}
}

// manifestsOf requests the manifests of artifacts.
func manifestsOf(artifacts []artifact) []request {
	var requests []request
	for _, a := range artifacts {
		requests = append(requests, request{a.title, func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
			return repo.GetManifest(ctx, a.reference)
		}})
	}
	return requests
}

// contents requests the manifests of artifacts and the blobs that only they use.
func (h *history) contents(artifacts []artifact) []request {
	requests := manifestsOf(artifacts)
	for _, a := range artifacts {
		for _, b := range a.own {
			requests = append(requests, h.blob(b.of+a.title, b.Blob))
		}
	}
	return requests
}
