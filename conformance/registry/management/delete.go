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

// disabled says that a delete returned a status with which a registry says that it
// does not delete such content.
func disabled(ex *wire.Exchange) bool {
	return ex.Status == http.StatusBadRequest || ex.Status == http.StatusMethodNotAllowed
}

// unsupportedStatus says that a delete returned a status which means that deleting
// is not implemented or not allowed.
func unsupportedStatus(ex *wire.Exchange) bool {
	return disabled(ex) || ex.Status == http.StatusNotImplemented || ex.Status == http.StatusForbidden || ex.Status == http.StatusUnauthorized
}

// expectDisabled judges how a registry says that it does not delete. A 401 or 403
// for a login that may not delete says nothing about that.
func expectDisabled(del *wire.Exchange) {
	if del.Status == http.StatusUnauthorized || errors.Is(del.Err, wire.ErrCredentials) || del.Status == http.StatusForbidden && del.Request.Auth != "" {
		suite.Nothing("the login has no permission to delete")
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

	type deleted struct {
		image      fixtures.Manifest
		tag, other string
		del        *wire.Exchange
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, image, tag, other := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag(), suite.Tag()
		repo.PushTagged(ctx, tag, image)
		repo.PushTagged(ctx, other, image)
		return deleted{image, tag, other, repo.DeleteManifest(ctx, tag)}
	})

	BeforeEach(func(ctx SpecContext) {
		got := remove(ctx)
		repo, image, tag, other, del = suite.Repo(ctx), got.image, got.tag, got.other, got.del
	})

	It("returns 202 Accepted", require.ManagementTagDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.TagDelete, "deleting a tag returned "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 400 or 405 if the registry does not support it", require.ManagementTagDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(del) {
			suite.NeedNot(ctx, suite.TagDelete)
		}
		expectDisabled(del)
	})
	It("makes the tag return 404 Not Found", require.ManagementTagDeleteGone, func(ctx SpecContext) {
		if unsupportedStatus(del) {
			suite.Absent(suite.TagDelete, "deleting a tag returned "+wire.StatusText(del.Status))
		}
		suite.Must(del, require.ManagementTagDeleteStatus)
		expectGone(ctx, repo.GetManifest(ctx, tag), repo.ControlUnknownTag)
		expectGone(ctx, repo.HeadManifest(ctx, tag), headUnknown(repo, suite.Tag()))
	})
	It("leaves the manifest and its other tags", require.ManagementTagDeleteOthers, func(ctx SpecContext) {
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

	type deleted struct {
		image, other  fixtures.Manifest
		tag, otherTag string
		del           *wire.Exchange
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, image, tag, otherTag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag(), suite.Tag()
		other := image.Edit(func(doc map[string]any) { doc["annotations"].(map[string]any)["org.example.other"] = suite.Nonce() })
		repo.PushTagged(ctx, tag, image)
		repo.PushTagged(ctx, otherTag, other)
		return deleted{image, other, tag, otherTag, repo.DeleteManifest(ctx, image.Digest.String())}
	})

	BeforeEach(func(ctx SpecContext) {
		got := remove(ctx)
		repo, image, other, tag, otherTag, del = suite.Repo(ctx), got.image, got.other, got.tag, got.otherTag, got.del
	})

	It("returns 202 Accepted", require.ManagementManifestDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.ManifestDelete, "deleting a manifest returned "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 400 or 405 if the registry does not support it", require.ManagementManifestDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(del) {
			suite.NeedNot(ctx, suite.ManifestDelete)
		}
		expectDisabled(del)
	})
	It("makes the manifest return 404 Not Found", require.ManagementManifestDeleteGone, func(ctx SpecContext) {
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
	It("makes its tags return 404 Not Found", require.ManagementManifestDeleteTagsGone, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		if repo.GetManifest(ctx, image.Digest.String()).OK() {
			suite.Blocked(require.ManagementManifestDeleteGone, del, "the deleted manifest still exists")
		}
		expectGone(ctx, repo.GetManifest(ctx, tag), repo.ControlUnknownTag)
		expectGone(ctx, repo.HeadManifest(ctx, tag), headUnknown(repo, suite.Tag()))
	})
	It("returns 404 Not Found in a repository that does not exist", require.ManagementManifestDeleteUnknownRepository, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		answer := suite.Named(ctx, suite.MissingRepository(ctx)).DeleteManifest(ctx, suite.MissingDigest())
		if errors.Is(answer.Err, wire.ErrCredentials) {
			suite.Nothing("the login does not reach repositories that do not exist")
		}
		Expect(answer).To(HaveStatus(http.StatusNotFound))
	})
})

// needDeleted ends the spec unless the delete succeeded.
func needDeleted(del *wire.Exchange, f suite.Feature, by require.ID) {
	if unsupportedStatus(del) {
		suite.Absent(f, "the delete returned "+wire.StatusText(del.Status))
	}
	suite.Must(del, by)
}

var _ = Describe("Deleting a blob", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		del  *wire.Exchange
	)

	type deleted struct {
		blob fixtures.Blob
		del  *wire.Exchange
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		repo.PushBlob(ctx, blob)
		return deleted{blob, repo.DeleteBlob(ctx, blob.Digest.String())}
	})

	BeforeEach(func(ctx SpecContext) {
		got := remove(ctx)
		repo, blob, del = suite.Repo(ctx), got.blob, got.del
	})

	It("returns 202 Accepted", require.ManagementBlobDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.BlobDelete, "deleting a blob returned "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 400 or 405 if the registry does not support it", require.ManagementBlobDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(del) {
			suite.NeedNot(ctx, suite.BlobDelete)
		}
		expectDisabled(del)
	})
	It("makes the blob return 404 Not Found", require.ManagementBlobDeleteGone, func(ctx SpecContext) {
		needDeleted(del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		expectGone(ctx, repo.GetBlob(ctx, blob.Digest.String()), repo.ControlUnknownBlob)
		expectGone(ctx, repo.HeadBlob(ctx, blob.Digest.String()), func(ctx context.Context) {
			if head := repo.HeadBlob(ctx, suite.MissingDigest()); head.Status != http.StatusNotFound {
				suite.Blocked(require.PullBlobHeadUnknown, head, "HEAD of a blob that does not exist does not return 404, either")
			}
		})
	})
	It("returns 404 Not Found if the blob does not exist", require.ManagementBlobDeleteUnknown, func(ctx SpecContext) {
		needDeleted(del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		Expect(repo.DeleteBlob(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
})

// expectGone judges that a request for deleted content returned 404. If not, it
// calls unknown, which ends the spec if content that never existed gets no 404, too.
func expectGone(ctx SpecContext, answer *wire.Exchange, unknown func(context.Context)) {
	if answer.Status != http.StatusNotFound {
		unknown(ctx)
	}
	Expect(answer).To(HaveStatus(http.StatusNotFound))
}

// headUnknown ends the spec unless HEAD of a reference that does not exist returns
// 404.
func headUnknown(repo *suite.Repository, missing string) func(context.Context) {
	return func(ctx context.Context) {
		if head := repo.HeadManifest(ctx, missing); head.Status != http.StatusNotFound {
			suite.Blocked(require.PullManifestHeadUnknown, head, "HEAD of a manifest that does not exist does not return 404, either")
		}
	}
}

// expectLeft judges that the tag still returns the manifest.
func expectLeft(ctx SpecContext, repo *suite.Repository, tag string, m fixtures.Manifest) {
	pull := repo.GetManifest(ctx, tag)
	if !pull.OK() || string(pull.Body) != string(m.Data) {
		repo.ControlTag(ctx)
	}
	Expect(pull).To(Check("success (any 2xx status) and the manifest that the tag "+tag+" points to", func(ex *wire.Exchange) (string, bool) {
		return fmt.Sprintf("status %s, %d bytes", wire.StatusText(ex.Status), ex.BodySize), ex.OK() && string(ex.Body) == string(m.Data)
	}))
}
