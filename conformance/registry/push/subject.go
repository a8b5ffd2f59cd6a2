package push

import (
	. "github.com/onsi/ginkgo/v2"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
)

// The manifests that a manifest with a subject is made of, each without
// something: who refuses them does not refuse the subject.
func withoutSubject() suspect {
	return suspect{require.PushTypeUnknownArtifact, fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"))}
}

func withMissingSubject() suspect {
	missing := fixtures.NewImage(suite.Nonce()).Descriptor()
	return suspect{require.PushSubjectMissing,
		fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(missing))}
}

var _ = Describe("Pushing an artifact with a subject", func() {
	It("is accepted, and keeps it", require.PushSubjectArtifact, func(ctx SpecContext) {
		repo, subject := suite.Repo(), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		artifact := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(subject.Descriptor()))
		expectKept(ctx, repo, artifact, withoutSubject(), withMissingSubject())
	})
	// Images of Docker's types are what there is to sign in many registries.
	It("of a Docker type is accepted, and keeps it", require.PushSubjectDockerType, func(ctx SpecContext) {
		repo, subject := suite.Repo(), dockerImage()
		// It may be refused: then the subject is missing, which is no reason
		// to refuse the artifact.
		repo.PushContent(ctx, subject)
		repo.PutManifest(ctx, subject.Digest.String(), subject.MediaType, subject.Data)
		artifact := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(subject.Descriptor()))
		expectKept(ctx, repo, artifact, withoutSubject(), withMissingSubject())
	})
})

// To a registry of the time before subjects, the field is one that it does not
// know.
var _ = Describe("Pushing an image with a subject to a registry that knows none", func() {
	It("is accepted, and keeps it", require.PushSubjectOldRegistry, func(ctx SpecContext) {
		repo, subject := suite.Repo(), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		image := fixtures.NewImage(suite.Nonce(), fixtures.WithSubject(subject.Descriptor()))
		expectKept(ctx, repo, image, withUnknownField())
	})
})
