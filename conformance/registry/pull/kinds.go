package pull

import (
	"context"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// kind is a kind of manifest: registries may treat each kind in its own way. push
// pushes one under a tag, once for all specs, and judges nothing.
type kind struct {
	title string
	// kept is the requirement to store unchanged the parts that only this kind has. It
	// is empty if an ordinary image has the same parts.
	kept require.ID
	push func(context.Context) tagged
}

// tagged is a manifest and a tag that points to it.
type tagged struct {
	m   fixtures.Manifest
	tag string
}

var kinds = []kind{
	{"an image", "", func(ctx context.Context) tagged {
		_, image, tag := suite.TaggedImage(ctx)
		return tagged{image, tag}
	}},
	{"an index", "", suite.Once(func(ctx context.Context) tagged {
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce())})
		return put(ctx, index, require.PushManifestStatus)
	})},
	{"an artifact", require.PushTypeUnknownArtifact, suite.Once(func(ctx context.Context) tagged {
		by := require.PushTypeUnknownArtifact
		if suite.Version(ctx) == require.V1_0 {
			by = require.PushTypeUnknownField // in 1.0, an artifactType is an unknown field
		}
		return put(ctx, fixtures.NewImage(suite.Nonce(), fixtures.WithArtifactType(suite.MediaType("+type"))), by)
	})},
	{"an artifact with a subject", require.PushSubjectArtifact, suite.Once(func(ctx context.Context) tagged {
		mediaType, others := suite.MediaType("+type"), []simpler{}
		if suite.Version(ctx) == require.V1_0 { // a later version has specs of subjects, which look for the cause
			others = []simpler{{require.PushTypeUnknownConfig, fixtures.NewArtifact(suite.Nonce(), mediaType)}}
		}
		return put(ctx, fixtures.NewArtifact(suite.Nonce(), mediaType, attach(ctx)), subjectBy(ctx), others...)
	})},
	{"an index with a subject", require.PushSubjectArtifact, suite.Once(func(ctx context.Context) tagged {
		return put(ctx, fixtures.NewIndex(suite.Nonce(), nil, fixtures.WithArtifactType(suite.MediaType("+type")), attach(ctx)), subjectBy(ctx),
			simpler{require.PushIndexEmpty, fixtures.NewIndex(suite.Nonce(), nil)})
	})},
}

// attach attaches a manifest to an image that no other spec uses.
func attach(ctx context.Context) fixtures.Option {
	suite.NeedPushed(ctx)
	image := fixtures.NewImage(suite.Nonce())
	suite.Repo(ctx).PushManifest(ctx, image)
	return fixtures.WithSubject(image.Descriptor())
}

// subjectBy is the requirement to keep a manifest with a subject.
func subjectBy(ctx context.Context) require.ID {
	if suite.Version(ctx) == require.V1_0 {
		return require.PushSubjectOldRegistry
	}
	return require.PushSubjectArtifact
}

// simpler is a manifest without what makes another one special. If it is refused, too,
// the requirement by is broken.
type simpler struct {
	by require.ID
	m  fixtures.Manifest
}

// put pushes a manifest; by is the requirement that is broken if it is refused, unless a
// simpler one is refused, too. Whether the manifest exists afterwards is for the spec to
// judge.
func put(ctx context.Context, m fixtures.Manifest, by require.ID, others ...simpler) tagged {
	suite.NeedPushed(ctx)
	repo, tag := suite.Repo(ctx), suite.Tag()
	repo.PushContent(ctx, m)
	answer := repo.PutManifest(ctx, tag, m.MediaType, m.Data)
	if !answer.OK() {
		for _, other := range others {
			suite.Must(repo.PutWithContent(ctx, other.m.Digest.String(), other.m), other.by)
		}
	}
	suite.Must(answer, by)
	return tagged{m, tag}
}

// asked is a manifest and the response to a request for it.
type asked struct {
	m      fixtures.Manifest
	answer *wire.Exchange
}

// ask requests a manifest of the kind by its tag or its digest.
func (k kind) ask(ctx context.Context, by string, request func(*suite.Repository, string) *wire.Exchange) asked {
	there := k.push(ctx)
	reference := there.tag
	if by == "digest" {
		reference = there.m.Digest.String()
	}
	return asked{there.m, request(suite.Repo(ctx), reference)}
}
