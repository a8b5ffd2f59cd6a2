package pull

import (
	"context"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// kind is a kind of manifest that registries may have ways of their own for.
// push gets one there under a tag, and judges nothing.
type kind struct {
	title string
	// kept is the requirement that what is special about it is kept; empty
	// where there is nothing.
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
			by = require.PushTypeUnknownField // all that an artifactType is to it
		}
		return put(ctx, fixtures.NewImage(suite.Nonce(), fixtures.WithArtifactType(suite.MediaType("+type"))), by)
	}},
}

// put pushes a manifest; by is what is broken where it is refused. That it is
// there then is for the spec to find.
func put(ctx context.Context, m fixtures.Manifest, by require.ID) (*suite.Repository, fixtures.Manifest, string) {
	suite.NeedPushed(ctx)
	repo, tag := suite.Repo(ctx), suite.Tag()
	repo.PushContent(ctx, m)
	suite.Must(repo.PutManifest(ctx, tag, m.MediaType, m.Data), by)
	return repo, m, tag
}

// asked is a manifest and what came when somebody asked for it.
type asked struct {
	m      fixtures.Manifest
	answer *wire.Exchange
}

// ask pushes a manifest of the kind and asks for it by its tag or its digest.
func (k kind) ask(ctx context.Context, by string, request func(*suite.Repository, string) *wire.Exchange) asked {
	repo, m, reference := k.push(ctx)
	if by == "digest" {
		reference = m.Digest.String()
	}
	return asked{m, request(repo, reference)}
}
