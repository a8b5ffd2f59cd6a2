package push

import (
	"context"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

// attached is an artifact that is attached to the subject.
func attached(subject fixtures.Manifest) fixtures.Manifest {
	return fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(subject.Descriptor()))
}

// ownSubject is an image. No other spec attaches artifacts to it or deletes them.
func ownSubject(ctx context.Context) (*suite.Repository, fixtures.Manifest) {
	suite.NeedPushed(ctx)
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushManifest(ctx, image)
	return repo, image
}

func withMissingSubject() suspect {
	return suspect{by: require.PushSubjectMissing, m: attached(fixtures.NewImage(suite.Nonce())), taken: true}
}

var _ = Describe("Pushing an artifact with a subject", func() {
	It("is accepted and stored unchanged if it is an image", require.PushSubjectArtifact, func(ctx SpecContext) {
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		// The subject may be of any kind.
		subjects := []fixtures.Manifest{subject, fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{subject})}
		repo.PushManifest(ctx, subjects[1])
		for _, s := range subjects {
			m := attached(s)
			expectKept(ctx, repo, m, append(unknownTypes(m), withMissingSubject())...)
		}
	})
	It("is accepted and stored unchanged if it is an index", require.PushSubjectArtifact, func(ctx SpecContext) {
		repo, subject := ownSubject(ctx)
		needOrdinaryIndex(ctx)
		for _, opts := range [][]fixtures.Option{{fixtures.WithArtifactType(suite.MediaType("+type"))}, nil} {
			child := fixtures.NewImage(suite.Nonce())
			typed := suspect{by: require.PushIndexArtifact, m: fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}, opts...)}
			index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}, append(opts, fixtures.WithSubject(subject.Descriptor()))...)
			expectKept(ctx, repo, index, typed, withMissingSubject())
		}
	})
	// In many registries, the images to be signed have Docker's media types.
	It("of a Docker media type is accepted and stored unchanged", require.PushSubjectDockerType, func(ctx SpecContext) {
		repo, subject := suite.Repo(ctx), dockerImage()
		_, other, _ := suite.TaggedImage(ctx)
		// The subject may be refused. Then it is missing, which is no reason to refuse
		// the artifact.
		repo.PushContent(ctx, subject)
		repo.PutManifest(ctx, subject.Digest.String(), subject.MediaType, subject.Data)
		repo.PushManifest(ctx, other)
		m, index := attached(subject), fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{other})
		repo.PushManifest(ctx, index)
		expectKept(ctx, repo, m, append(unknownTypes(m), withMissingSubject(),
			suspect{by: require.PushSubjectArtifact, m: attached(other)},
			suspect{by: require.PushSubjectArtifact, m: attached(index)})...)
	})
})

// To a registry that is older than the subject field, it is an unknown
// field.
var _ = Describe("Pushing a manifest with a subject to a registry that does not know the field", func() {
	It("is accepted and stored unchanged if it is an image", require.PushSubjectOldRegistry, func(ctx SpecContext) {
		repo, subject := ownSubject(ctx)
		image := fixtures.NewImage(suite.Nonce(), fixtures.WithSubject(subject.Descriptor()))
		expectKept(ctx, repo, image, withUnknownField())
	})
	It("is accepted and stored unchanged if it is an index", require.PushSubjectOldRegistry, func(ctx SpecContext) {
		repo, child := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		needOrdinaryIndex(ctx)
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}, fixtures.WithSubject(child.Descriptor()))
		expectKept(ctx, repo, index, withUnknownField())
	})
})
