package push

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/gomega/types"
	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// mountFromOther pushes a blob to one repository and mounts it into another. It ends
// the spec if the registry starts an upload instead, which the specification
// allows.
func mountFromOther(ctx context.Context, blob fixtures.Blob) blobPush {
	from, to := suite.Repo(ctx), suite.Repo2(ctx)
	from.PushBlob(ctx, blob)
	mount := to.Mount(ctx, blob.Digest.String(), from.Name())
	if mount.Status == http.StatusAccepted {
		suite.FeatureMissing(suite.Mount, "a mount returned 202 Accepted")
	}
	return blobPush{blob, mount}
}

// aMount is a blob that is mounted once for all specs, by the algorithm of its digest.
var aMount = map[digest.Algorithm]func(context.Context) blobPush{
	digest.SHA256: suite.Once(func(ctx context.Context) blobPush {
		return mountFromOther(ctx, fixtures.NewBlob(suite.Nonce(), 128))
	}),
	digest.SHA512: suite.Once(func(ctx context.Context) blobPush {
		return mountFromOther(ctx, fixtures.NewBlob(suite.Nonce(), 128).With(digest.SHA512))
	}),
}

// ordinaryMount is the mount by a digest in SHA-256.
var ordinaryMount = aMount[digest.SHA256]

var _ = Describe("Mounting a blob from another repository", func() {
	It("returns 201 Created", require.PushBlobMountStatus, func(ctx SpecContext) {
		got := ordinaryMount(ctx)
		to, blob, mount := suite.Repo2(ctx), got.blob, got.answer
		if !mount.OK() && !to.HasBlob(ctx, blob) {
			suite.Blocked(require.PushBlobMountFallback, mount, "the blob was not mounted")
		}
		Expect(mount).To(haveMountStatus(http.StatusCreated))
	})
	It("returns no digest of other content", require.PushBlobMountDigestValue, func(ctx SpecContext) {
		got := ordinaryMount(ctx)
		Expect(suite.Must(got.answer, require.PushBlobMountStatus)).To(HaveDigestOf(got.blob.Data))
	})
	// A registry may only note that the blob exists, and look for it in another place
	// later.
	It("makes HEAD find the blob, with its size and digest", require.PushBlobMountStored, func(ctx SpecContext) {
		got := ordinaryMount(ctx)
		suite.Must(got.answer, require.PushBlobMountStatus)
		head := suite.Repo2(ctx).HeadBlob(ctx, got.blob.Digest.String())
		if size := head.Header.Get("Content-Length"); head.Status != http.StatusOK || size != "" && size != strconv.Itoa(len(got.blob.Data)) {
			plain := suite.Repo(ctx).HeadBlob(ctx, got.blob.Digest.String())
			if size := plain.Header.Get("Content-Length"); plain.OK() && size != "" && size != strconv.Itoa(len(got.blob.Data)) {
				suite.Blocked(require.PullBlobHeadLength, plain, "HEAD of a blob that was pushed returns a wrong size, too")
			}
			if head.Status == plain.Status && plain.Status != http.StatusOK {
				suite.Blocked(require.PullBlobHeadStatus, plain, "HEAD of a blob that was pushed does not return 200, either")
			}
			if pull := suite.Repo2(ctx).GetBlob(ctx, got.blob.Digest.String()); !pull.OK() {
				suite.Blocked(require.PushBlobMountLocationPullable, pull, "the mounted blob cannot be pulled, either")
			}
		}
		Expect(head).To(HaveStatus(http.StatusOK))
		Expect(head).To(Check(fmt.Sprintf("Content-Length: %d, or none", len(got.blob.Data)), func(ex *wire.Exchange) (string, bool) {
			size := ex.Header.Get("Content-Length")
			return "Content-Length: " + size, size == "" || size == strconv.Itoa(len(got.blob.Data))
		}))
		if ok, _ := HaveDigestOf(got.blob.Data).Match(head); !ok {
			suite.Must(suite.Repo(ctx).HeadBlob(ctx, got.blob.Digest.String()), require.PullBlobHeadStatus)
			if plain := suite.Repo(ctx).HeadBlob(ctx, got.blob.Digest.String()); plain.Header.Get("Docker-Content-Digest") == head.Header.Get("Docker-Content-Digest") {
				suite.Blocked(require.PullBlobHeadDigestValue, plain, "HEAD of a blob that was pushed returns the same digest")
			}
		}
		Expect(head).To(HaveDigestOf(got.blob.Data))
	})
	It("leaves the blob in the other repository", require.PushBlobMountSource, func(ctx SpecContext) {
		got := ordinaryMount(ctx)
		suite.Must(got.answer, require.PushBlobMountStatus)
		pull := suite.Repo(ctx).GetBlob(ctx, got.blob.Digest.String())
		if pull.Status != http.StatusOK || pull.Err != nil || !pull.Is(got.blob.Data) {
			suite.Repo(ctx).ControlBlob(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusOK))
		Expect(pull).To(HaveBody(got.blob.Data))
	})
	It("returns a Location", require.PushBlobMountLocation, func(ctx SpecContext) {
		mount := ordinaryMount(ctx).answer
		suite.Must(mount, require.PushBlobMountStatus)
		Expect(mount).To(HaveLocation())
	})
	for _, algorithm := range []digest.Algorithm{digest.SHA256, digest.SHA512} {
		It("returns a Location from which the blob can be pulled, by "+algorithm.String(), require.PushBlobMountLocationPullable, func(ctx SpecContext) {
			if algorithm != digest.SHA256 {
				suite.Need(ctx, suite.SHA512)
			}
			got := aMount[algorithm](ctx)
			to, blob, mount := suite.Repo2(ctx), got.blob, got.answer
			suite.Must(mount, require.PushBlobMountStatus)
			location, err := mount.Location()
			if err != nil {
				suite.Blocked(require.PushBlobMountLocation, mount, "the response has no Location")
			}
			pull := to.Get(ctx, wire.EndBlob, location)
			if pull.Status != http.StatusOK || pull.Err != nil || !pull.Is(blob.Data) {
				to.ControlBlob(ctx)
			}
			Expect(pull).To(HaveStatus(http.StatusOK))
			Expect(pull).To(HaveBody(blob.Data))
		})
	}
})

// haveMountStatus expects one of the status codes. A mount needs two scopes, and some
// token services grant only one of them. So the message for a 401 includes the
// requested scopes.
func haveMountStatus(codes ...int) types.GomegaMatcher {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = wire.StatusText(code)
	}
	return Check("status "+strings.Join(names, " or "), func(ex *wire.Exchange) (string, bool) {
		received := "status " + wire.StatusText(ex.Status)
		if ex.Status == http.StatusUnauthorized && len(ex.Request.Scopes) > 0 {
			received += ", with a login for the scopes " + strings.Join(ex.Request.Scopes, " ")
		}
		return received, slices.Contains(codes, ex.Status)
	})
}

// expectUploadStarted judges that an impossible mount started an upload instead, with
// a Location.
func expectUploadStarted(ctx SpecContext, to *suite.Repository, mount *wire.Exchange) {
	Expect(mount).To(haveMountStatus(http.StatusAccepted))
	if _, err := mount.Location(); err != nil {
		to.OpenUpload(ctx) // ends the spec if no upload returns a Location
	}
	Expect(mount).To(HaveLocation())
}

var _ = Describe("Mounting a blob that cannot be mounted", func() {
	It("returns 202 Accepted if the source does not have the blob", require.PushBlobMountFallback, func(ctx SpecContext) {
		from, to := suite.Repo(ctx), suite.Repo2(ctx)
		from.Occupy(ctx)
		expectUploadStarted(ctx, to, to.Mount(ctx, suite.MissingDigest(), from.Name()))
	})
	It("returns 202 Accepted if the source does not exist", require.PushBlobMountFallback, func(ctx SpecContext) {
		to := suite.Repo2(ctx)
		expectUploadStarted(ctx, to, to.Mount(ctx, suite.MissingDigest(), suite.MissingRepository(ctx)))
	})
	It("returns 202 or 201 if no source is given", require.PushBlobMountFallback, func(ctx SpecContext) {
		from, to, blob := suite.Repo(ctx), suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		from.PushBlob(ctx, blob)
		// The registry may find the blob without a source.
		Expect(to.Mount(ctx, blob.Digest.String(), "")).To(haveMountStatus(http.StatusAccepted, http.StatusCreated))
	})
})
