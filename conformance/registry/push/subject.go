package push

import (
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

// attached is an artifact with the subject.
func attached(subject fixtures.Manifest) fixtures.Manifest {
	return fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(subject.Descriptor()))
}

// unknownTypes are what an artifact has beside its subject: who refuses one of
// them does not refuse the artifact for what its subject is.
func unknownTypes() []suspect {
	return []suspect{
		{by: require.PushTypeUnknownArtifact, m: fixtures.NewImage(suite.Nonce(), fixtures.WithArtifactType(suite.MediaType("+json")))},
		{by: require.PushTypeUnknownConfig, m: fixtures.NewImage(suite.Nonce(), fixtures.WithConfig(fixtures.NewBlob(suite.Nonce(), 32).As(suite.MediaType("+json"))))},
		{by: require.PushTypeUnknownLayer, m: fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(fixtures.NewBlob(suite.Nonce(), 32).As(suite.MediaType("+tar"))))},
	}
}

func withMissingSubject() suspect {
	return suspect{by: require.PushSubjectMissing, m: attached(fixtures.NewImage(suite.Nonce())), taken: true}
}

var _ = Describe("Pushing an artifact with a subject", func() {
	It("is accepted, and keeps it", require.PushSubjectArtifact, func(ctx SpecContext) {
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		expectKept(ctx, repo, attached(subject), append(unknownTypes(), withMissingSubject())...)
	})
	It("is accepted, and keeps it, also when it is an index", require.PushSubjectArtifact, func(ctx SpecContext) {
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		needOrdinaryIndex(ctx, repo)
		for _, opts := range [][]fixtures.Option{{fixtures.WithArtifactType(suite.MediaType("+type"))}, nil} {
			child := fixtures.NewImage(suite.Nonce())
			typed := suspect{by: require.PushIndexArtifact, m: fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}, opts...)}
			index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}, append(opts, fixtures.WithSubject(subject.Descriptor()))...)
			expectKept(ctx, repo, index, typed, withMissingSubject())
		}
	})
	// Images of Docker's types are what there is to sign in many registries.
	It("of a Docker type is accepted, and keeps it", require.PushSubjectDockerType, func(ctx SpecContext) {
		repo, subject, other := suite.Repo(ctx), dockerImage(), fixtures.NewImage(suite.Nonce())
		// It may be refused: then the subject is missing, which is no reason
		// to refuse the artifact.
		repo.PushContent(ctx, subject)
		repo.PutManifest(ctx, subject.Digest.String(), subject.MediaType, subject.Data)
		repo.PushManifest(ctx, other)
		expectKept(ctx, repo, attached(subject), append(unknownTypes(), withMissingSubject(),
			suspect{by: require.PushSubjectArtifact, m: attached(other)})...)
	})
})

// To a registry of the time before subjects, the field is one that it does not
// know.
var _ = Describe("Pushing an image with a subject to a registry that knows none", func() {
	It("is accepted, and keeps it", require.PushSubjectOldRegistry, func(ctx SpecContext) {
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		image := fixtures.NewImage(suite.Nonce(), fixtures.WithSubject(subject.Descriptor()))
		expectKept(ctx, repo, image, withUnknownField())
	})
	It("is accepted, and keeps it, also when it is an index", require.PushSubjectOldRegistry, func(ctx SpecContext) {
		repo, child := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		needOrdinaryIndex(ctx, repo)
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}, fixtures.WithSubject(child.Descriptor()))
		expectKept(ctx, repo, index, withUnknownField())
	})
})
