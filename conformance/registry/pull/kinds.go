package pull

import (
	"context"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// kind is a kind of manifest: registries may treat each kind in its own way. push
// pushes one under a tag, and judges nothing.
type kind struct {
	title string
	// kept is the requirement to store unchanged what only this kind has; empty if
	// an ordinary image has it, too.
	kept require.ID
	push func(context.Context) (repo *suite.Repository, m fixtures.Manifest, tag string)
}

var kinds = []kind{
	{"an image", "", suite.AnImage},
	{"an index", "", func(ctx context.Context) (*suite.Repository, fixtures.Manifest, string) {
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce())})
		return put(ctx, index, require.PushManifestStatus)
	}},
	{"an artifact", require.PushTypeUnknownArtifact, func(ctx context.Context) (*suite.Repository, fixtures.Manifest, string) {
		by := require.PushTypeUnknownArtifact
		if suite.Version(ctx) == require.V1_0 {
			by = require.PushTypeUnknownField // which is what an artifactType is in 1.0
		}
		return put(ctx, fixtures.NewImage(suite.Nonce(), fixtures.WithArtifactType(suite.MediaType("+type"))), by)
	}},
}

// put pushes a manifest; by is the requirement that is broken if it is refused.
// Whether the manifest exists afterwards is for the spec to judge.
func put(ctx context.Context, m fixtures.Manifest, by require.ID) (*suite.Repository, fixtures.Manifest, string) {
	suite.NeedPushed(ctx)
	repo, tag := suite.Repo(ctx), suite.Tag()
	repo.PushContent(ctx, m)
	suite.Must(repo.PutManifest(ctx, tag, m.MediaType, m.Data), by)
	return repo, m, tag
}

// asked is a manifest and the response to a request for it.
type asked struct {
	m      fixtures.Manifest
	answer *wire.Exchange
}

// ask pushes a manifest of the kind and requests it by its tag or its digest.
func (k kind) ask(ctx context.Context, by string, request func(*suite.Repository, string) *wire.Exchange) asked {
	repo, m, reference := k.push(ctx)
	if by == "digest" {
		reference = m.Digest.String()
	}
	return asked{m, request(repo, reference)}
}
