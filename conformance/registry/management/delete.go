package management

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// disabled says that a delete was answered the way a registry answers that
// does not delete such things.
func disabled(ex *wire.Exchange) bool {
	return ex.Status == http.StatusBadRequest || ex.Status == http.StatusMethodNotAllowed
}

// unsupportedStatus says that the answer to a delete means that deleting is
// not implemented or not allowed, in whichever words.
func unsupportedStatus(ex *wire.Exchange) bool {
	return disabled(ex) || ex.Status == http.StatusNotImplemented || ex.Status == http.StatusForbidden
}

// expectDisabled judges how a registry says that it does not delete. A login
// that may not delete is told so as any other.
func expectDisabled(del *wire.Exchange) {
	if errors.Is(del.Err, wire.ErrCredentials) || del.Status == http.StatusForbidden && del.Request.Auth != "" {
		suite.Nothing("the login may not delete")
	}
	Expect(del).To(HaveStatus(http.StatusBadRequest, http.StatusMethodNotAllowed))
}

var _ = Describe("Deleting a tag", func() {
	var (
		repo       *suite.Repository
		image      fixtures.Manifest
		tag, other string
		del        *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		repo, image, tag, other = suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag(), suite.Tag()
		repo.PushTagged(ctx, tag, image)
		repo.PushTagged(ctx, other, image)
		del = repo.DeleteManifest(ctx, tag)
	})

	It("is answered 202", require.ManagementTagDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.TagDelete, "deleting a tag was answered "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("is answered 400 or 405 where it is disabled", require.ManagementTagDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(del) {
			suite.NeedNot(ctx, suite.TagDelete)
		}
		expectDisabled(del)
	})
	It("leaves 404 behind", require.ManagementTagDeleteGone, func(ctx SpecContext) {
		if unsupportedStatus(del) {
			suite.Absent(suite.TagDelete, "deleting a tag was answered "+wire.StatusText(del.Status))
		}
		suite.Must(del, require.ManagementTagDeleteStatus)
		expectGone(ctx, repo.GetManifest(ctx, tag), repo.ControlUnknownTag)
		expectGone(ctx, repo.HeadManifest(ctx, tag), headUnknown(repo, suite.Tag()))
	})
	It("leaves other tags of the manifest", require.ManagementTagDeleteOthers, func(ctx SpecContext) {
		needDeleted(del, suite.TagDelete, require.ManagementTagDeleteStatus)
		expectLeft(ctx, repo, other, image)
	})
})

var _ = Describe("Deleting a manifest", func() {
	var (
		repo          *suite.Repository
		image, other  fixtures.Manifest
		tag, otherTag string
		del           *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		repo, image, tag, otherTag = suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag(), suite.Tag()
		other = image.Edit(func(doc map[string]any) { doc["annotations"].(map[string]any)["org.example.other"] = suite.Nonce() })
		repo.PushTagged(ctx, tag, image)
		repo.PushTagged(ctx, otherTag, other)
		del = repo.DeleteManifest(ctx, image.Digest.String())
	})

	It("is answered 202", require.ManagementManifestDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.ManifestDelete, "deleting a manifest was answered "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("is answered 400 or 405 where it is disabled", require.ManagementManifestDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(del) {
			suite.NeedNot(ctx, suite.ManifestDelete)
		}
		expectDisabled(del)
	})
	It("leaves 404 behind", require.ManagementManifestDeleteGone, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		expectGone(ctx, repo.GetManifest(ctx, image.Digest.String()), repo.ControlUnknownManifest)
		expectGone(ctx, repo.HeadManifest(ctx, image.Digest.String()), headUnknown(repo, suite.MissingDigest()))
	})
	It("leaves other manifests, and the blobs that they share with it", require.ManagementManifestDeleteOthers, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		expectLeft(ctx, repo, otherTag, other)
		for _, b := range other.Blobs {
			pull := repo.GetBlob(ctx, b.Digest.String())
			if !pull.OK() {
				repo.ControlBlob(ctx)
			}
			Expect(pull).To(BeAccepted())
		}
	})
	It("leaves 404 behind for its tags", require.ManagementManifestDeleteTagsGone, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		if repo.GetManifest(ctx, image.Digest.String()).OK() {
			suite.Blocked(require.ManagementManifestDeleteGone, del, "the manifest is still there")
		}
		expectGone(ctx, repo.GetManifest(ctx, tag), repo.ControlUnknownTag)
		expectGone(ctx, repo.HeadManifest(ctx, tag), headUnknown(repo, suite.Tag()))
	})
	It("is answered 404 in a repository that does not exist", require.ManagementManifestDeleteUnknownRepository, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		answer := suite.Named(ctx, suite.MissingRepository(ctx)).DeleteManifest(ctx, suite.MissingDigest())
		if errors.Is(answer.Err, wire.ErrCredentials) {
			suite.Nothing("the login is not for repositories that do not exist")
		}
		Expect(answer).To(HaveStatus(http.StatusNotFound))
	})
})

// needDeleted ends the spec unless the delete succeeded.
func needDeleted(del *wire.Exchange, f suite.Feature, by require.ID) {
	if unsupportedStatus(del) {
		suite.Absent(f, "the delete was answered "+wire.StatusText(del.Status))
	}
	suite.Must(del, by)
}

var _ = Describe("Deleting a blob", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		del  *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		repo, blob = suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		repo.PushBlob(ctx, blob)
		del = repo.DeleteBlob(ctx, blob.Digest.String())
	})

	It("is answered 202", require.ManagementBlobDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.BlobDelete, "deleting a blob was answered "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("is answered 400 or 405 where it is disabled", require.ManagementBlobDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(del) {
			suite.NeedNot(ctx, suite.BlobDelete)
		}
		expectDisabled(del)
	})
	It("leaves 404 behind", require.ManagementBlobDeleteGone, func(ctx SpecContext) {
		needDeleted(del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		expectGone(ctx, repo.GetBlob(ctx, blob.Digest.String()), repo.ControlUnknownBlob)
		expectGone(ctx, repo.HeadBlob(ctx, blob.Digest.String()), func(ctx context.Context) {
			if head := repo.HeadBlob(ctx, suite.MissingDigest()); head.Status != http.StatusNotFound {
				suite.Blocked(require.PullBlobHeadUnknown, head, "what nobody has is not answered 404 either")
			}
		})
	})
	It("is answered 404 when there is none", require.ManagementBlobDeleteUnknown, func(ctx SpecContext) {
		needDeleted(del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		Expect(repo.DeleteBlob(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
})

// expectGone judges that what was deleted is answered 404; unknown is asked
// where it is not, and ends the spec when what nobody has is answered so, too.
func expectGone(ctx SpecContext, answer *wire.Exchange, unknown func(context.Context)) {
	if answer.Status != http.StatusNotFound {
		unknown(ctx)
	}
	Expect(answer).To(HaveStatus(http.StatusNotFound))
}

// headUnknown ends the spec unless HEAD of a reference that nobody has is
// answered 404.
func headUnknown(repo *suite.Repository, missing string) func(context.Context) {
	return func(ctx context.Context) {
		if head := repo.HeadManifest(ctx, missing); head.Status != http.StatusNotFound {
			suite.Blocked(require.PullManifestHeadUnknown, head, "what nobody has is not answered 404 either")
		}
	}
}

// expectLeft judges that the tag still gives the manifest.
func expectLeft(ctx SpecContext, repo *suite.Repository, tag string, m fixtures.Manifest) {
	pull := repo.GetManifest(ctx, tag)
	if !pull.OK() || string(pull.Body) != string(m.Data) {
		repo.ControlTag(ctx)
	}
	Expect(pull).To(Check("the manifest that "+tag+" names", func(ex *wire.Exchange) (string, bool) {
		return fmt.Sprintf("status %s, %d bytes", wire.StatusText(ex.Status), ex.BodySize), ex.OK() && string(ex.Body) == string(m.Data)
	}))
}
