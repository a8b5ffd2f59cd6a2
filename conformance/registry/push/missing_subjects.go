package push

import (
	"context"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// missingSubject is a subject that does not exist in the first repository.
type missingSubject struct {
	title   string
	subject fixtures.Manifest
}

// missingSubjects are subjects that do not exist: they never did, or only another
// repository has them, or they were deleted. If a push or a delete for them does not
// succeed, they are missing, too, or left out.
func missingSubjects(ctx context.Context, repo *suite.Repository) []missingSubject {
	all := []missingSubject{
		{"an image that was never pushed", fixtures.NewImage(suite.Nonce())},
		{"an index that was never pushed", fixtures.NewIndex(suite.Nonce(), nil)},
	}
	if there := suite.Repo2(ctx); there.Name() != repo.Name() {
		image := fixtures.NewImage(suite.Nonce())
		there.PushContent(ctx, image)
		there.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data)
		all = append(all, missingSubject{"an image that only another repository has", image})
	}
	if suite.Has(ctx, suite.ManifestDelete) {
		image, index := fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs()), fixtures.NewIndex(suite.Nonce(), nil)
		repo.PushContent(ctx, image)
		for _, m := range []fixtures.Manifest{image, index} {
			repo.PutManifest(ctx, suite.Tag(), m.MediaType, m.Data)
			if repo.DeleteManifest(ctx, m.Digest.String()).OK() {
				all = append(all, missingSubject{"a manifest that was deleted", m})
			}
		}
	}
	return all
}

var _ = Describe("Pushing a manifest with a subject that does not exist", func() {
	It("is accepted", require.PushSubjectMissing, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		repo.PushContent(ctx, attached(fixtures.NewImage(suite.Nonce()))) // the blobs of all artifacts
		var (
			shapes    []fixtures.Shape
			artifacts = map[string]fixtures.Manifest{}
		)
		for _, s := range missingSubjects(ctx, repo) {
			index := fixtures.NewIndex(suite.Nonce(), nil, fixtures.WithArtifactType(suite.MediaType("+type")), fixtures.WithSubject(s.subject.Descriptor()))
			image := attached(s.subject)
			artifacts[image.Digest.String()], artifacts[index.Digest.String()] = image, index
			shapes = append(shapes,
				fixtures.Shape{Title: "an artifact whose subject is " + s.title, Text: image.Digest.String()},
				fixtures.Shape{Title: "an index whose subject is " + s.title, Text: index.Digest.String()})
		}
		puts := suite.AskEach(ctx, "", shapes, func(ctx context.Context, reference string) *wire.Exchange {
			m := artifacts[reference]
			return repo.PutManifest(ctx, reference, m.MediaType, m.Data)
		})
		for i, put := range puts {
			if put.Exchange.OK() {
				continue
			}
			needOrdinary(ctx)
			m := artifacts[shapes[i].Text]
			// Another spec may have deleted a blob of the artifact.
			if puts[i].Exchange = repo.PutWithContent(ctx, shapes[i].Text, m); puts[i].Exchange.OK() {
				continue
			}
			if m.Blobs != nil {
				for _, s := range unknownTypes(m) {
					if other, broken := s.isBroken(ctx, repo); broken {
						suite.Blocked(s.by, other, "a simpler manifest is refused, too")
					}
				}
				break
			}
			if other, broken := (suspect{m: fixtures.NewIndex(suite.Nonce(), nil), taken: true}).isBroken(ctx, repo); broken {
				suite.Blocked(require.PushIndexEmpty, other, "an empty index without a subject is refused, too")
			}
			_, there, _ := suite.TaggedImage(ctx)
			plain := fixtures.NewIndex(suite.Nonce(), nil, fixtures.WithArtifactType(suite.MediaType("+type")), fixtures.WithSubject(there.Descriptor()))
			if other, broken := (suspect{m: plain, taken: true}).isBroken(ctx, repo); broken {
				suite.Blocked(require.PushSubjectArtifact, other, "an index whose subject exists is refused, too")
			}
			break
		}
		ExpectEach(puts).To(BeAccepted())
	})
})
