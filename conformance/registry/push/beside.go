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

// Several clients use a repository at the same time. One of them is in the middle of a
// push: it has pushed a blob, and an upload goes on. Meanwhile another one pushes an
// image and deletes it.
var _ = Describe("Requests of another client in the middle of a push", func() {
	type besides struct {
		fresh     fixtures.Blob // it is in no manifest yet
		get       *wire.Exchange
		upload    []Case // the requests to the upload, each after what the title says
		deletes   []*wire.Exchange
		elsewhere []Case // the requests to an upload in the other repository
	}
	push := suite.Once(func(ctx context.Context) besides {
		repo, other := suite.Repo(ctx), suite.Repo2(ctx)
		b := besides{fresh: fixtures.NewBlob(suite.Nonce(), 64)}
		repo.PushBlob(ctx, b.fresh)
		session, second := repo.OpenUpload(ctx), other.OpenUpload(ctx)
		blob, parts := cut(session, 2)
		session.Chunk(ctx, parts[0])
		look := func(after string) {
			if suite.Version(ctx) != require.V1_0 {
				b.upload = append(b.upload, Case{Title: "an upload after " + after, Exchange: session.Status(ctx)})
			}
		}

		image, tag := fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs()), suite.Tag()
		repo.PushTagged(ctx, tag, image)
		look("the push of an image")
		repo.PostThenPut(ctx, misnamed())
		look("an upload that was refused")
		if suite.Has(ctx, suite.TagDelete) {
			b.deletes = append(b.deletes, repo.DeleteManifest(ctx, tag))
		}
		if suite.Has(ctx, suite.ManifestDelete) {
			b.deletes = append(b.deletes, repo.DeleteManifest(ctx, image.Digest.String()))
		}
		if suite.Has(ctx, suite.BlobDelete) {
			b.deletes = append(b.deletes, repo.DeleteBlob(ctx, image.Blobs[1].Digest.String()))
		}
		look("deletes")
		b.get = repo.GetBlob(ctx, b.fresh.Digest.String())

		theirs, pieces := cut(second, 2)
		for i, part := range pieces {
			b.elsewhere = append(b.elsewhere, Case{Title: ordinals[i] + " in another repository", Exchange: second.Patch(ctx, part)})
		}
		for i, part := range parts[1:] {
			b.upload = append(b.upload, Case{Title: ordinals[i+1] + " after all of that", Exchange: session.Patch(ctx, part)})
		}
		b.upload = append(b.upload, Case{Title: "the end of the upload after all of that", Exchange: session.Put(ctx, blob)})
		b.elsewhere = append(b.elsewhere, Case{Title: "the end of an upload in another repository", Exchange: second.Put(ctx, theirs)})
		return b
	})

	// needAlone ends the spec unless an upload goes on while nothing else happens.
	needAlone := func(ctx SpecContext) {
		session := suite.Repo(ctx).OpenUpload(ctx)
		blob, parts := chunks(session)
		for _, part := range parts {
			session.Chunk(ctx, part)
			if suite.Version(ctx) != require.V1_0 {
				suite.Must(session.Status(ctx), require.PushBlobUploadStatusStatus)
			}
		}
		suite.Must(session.Put(ctx, blob), require.PushBlobChunkCloseStatus)
	}

	It("leave its upload as it is", require.PushBlobSessionUndisturbed, func(ctx SpecContext) {
		b := push(ctx)
		if ExpectEach(b.upload).First(BeAccepted()) != nil {
			needAlone(ctx)
		}
		ExpectEach(b.upload).To(BeAccepted())
	})
	It("do not disturb its upload in another repository", require.PushBlobSessionSeparate, func(ctx SpecContext) {
		b := push(ctx)
		if ExpectEach(b.elsewhere).First(BeAccepted()) != nil {
			needAlone(ctx)
			if ExpectEach(b.upload).First(BeAccepted()) != nil {
				suite.Blocked(require.PushBlobSessionUndisturbed, b.elsewhere[0].Exchange, "an upload in the same repository does not go on, either")
			}
		}
		ExpectEach(b.elsewhere).To(BeAccepted())
	})
	It("leave its blob, which is in no manifest yet", require.ManagementManifestDeleteFresh, func(ctx SpecContext) {
		b := push(ctx)
		deleted := false
		for _, del := range b.deletes {
			deleted = deleted || del.OK()
		}
		if !isBlob(b.get, b.fresh) {
			if !deleted {
				suite.Blocked(require.PullBlobGetStatus, b.get, "the blob is not there, and nothing was deleted")
			}
			suite.Repo(ctx).ControlUpload(ctx)
		}
		Expect(b.get).To(BeAccepted())
		Expect(b.get).To(HaveBody(b.fresh.Data))
	})
})
