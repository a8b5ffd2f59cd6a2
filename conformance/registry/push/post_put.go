package push

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// blobPush is a blob and the response to the last request of its push or mount.
type blobPush struct {
	blob   fixtures.Blob
	answer *wire.Exchange
}

// misnamed is a blob with the digest of another.
func misnamed() fixtures.Blob {
	blob := fixtures.NewBlob(suite.Nonce(), 64)
	blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).Digest
	return blob
}

// uuid is a UUID as RFC 9562 writes it; the hyphens are sometimes left out.
var uuid = regexp.MustCompile(`(?i)(^|[^0-9a-f])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}($|[^0-9a-f])`)

// uuids are the UUIDs that a location contains.
func uuids(location *url.URL) []string {
	return uuid.FindAllString(location.Path+"?"+location.RawQuery, -1)
}

var _ = Describe("Starting an upload", func() {
	var start *wire.Exchange

	started := suite.Once(func(ctx context.Context) *wire.Exchange { return suite.Repo(ctx).StartUpload(ctx) })

	BeforeEach(func(ctx SpecContext) { start = started(ctx) })

	It("returns 202 Accepted", require.PushBlobPostPutStartStatus, func() {
		Expect(start).To(HaveStatus(http.StatusAccepted))
	})
	It("returns a Location", require.PushBlobPostPutStartLocation, func() {
		suite.Must(start, require.PushBlobPostPutStartStatus)
		Expect(start).To(HaveLocation())
	})
	It("returns a Location with a UUID", require.PushBlobSessionUuid, func() {
		location, err := start.Location()
		if err != nil {
			suite.Blocked(require.PushBlobPostPutStartLocation, start, "the start of the upload returned no Location")
		}
		// The specification literally asks for a UUID; no client is known to look for
		// one.
		Expect(start).To(Check("a UUID in the Location (no known client depends on it)", func(*wire.Exchange) (string, bool) {
			return "Location: " + wire.RedactURL(location), len(uuids(location)) > 0
		}))
	})
	It("returns a UUID that no other upload has", require.PushBlobSessionUuid, func(ctx SpecContext) {
		second := suite.Repo(ctx).OpenUpload(ctx)
		location, err := start.Location()
		if err != nil {
			suite.Blocked(require.PushBlobPostPutStartLocation, start, "the start of the upload returned no Location")
		}
		if second.Location.String() == location.String() {
			Expect(second.Start).To(Check("another Location than that of an upload in progress", func(*wire.Exchange) (string, bool) {
				return "Location: " + wire.RedactURL(second.Location) + " for both", false
			}))
		}
		first := uuids(location)
		if len(first) == 0 {
			suite.NotApplicable("the Location contains no UUID; another spec judges that")
		}
		Expect(second.Start).To(Check("a UUID in the Location that is not one of "+strings.Join(first, ", "), func(*wire.Exchange) (string, bool) {
			return "Location: " + wire.RedactURL(second.Location),
				slices.ContainsFunc(uuids(second.Location), func(id string) bool { return !slices.Contains(first, id) })
		}))
	})
})

var _ = Describe("Pushing a blob with POST, then PUT", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		put  *wire.Exchange
	)

	pushed := suite.Once(func(ctx context.Context) blobPush {
		blob := fixtures.NewBlob(suite.Nonce(), 256)
		return blobPush{blob, suite.Repo(ctx).OpenUpload(ctx).PutWhole(ctx, blob)}
	})

	BeforeEach(func(ctx SpecContext) {
		got := pushed(ctx)
		repo, blob, put = suite.Repo(ctx), got.blob, got.answer
	})

	It("returns 201 Created", require.PushBlobPostPutStatus, func() {
		Expect(put).To(HaveStatus(http.StatusCreated))
	})
	It("returns a Location", require.PushBlobPostPutLocation, func() {
		suite.Must(put, require.PushBlobPostPutStatus)
		Expect(put).To(HaveLocation())
	})
	It("returns a Location from which the blob can be pulled", require.PushBlobPostPutLocationPullable, func(ctx SpecContext) {
		expectBlobAtLocation(ctx, repo, put, blob, require.PushBlobPostPutLocation, require.PushBlobPostPutStored)
	})
	It("stores the blob", require.PushBlobPostPutStored, func(ctx SpecContext) {
		suite.Must(put, require.PushBlobPostPutStatus)
		expectStored(ctx, repo, blob, inChunks(ctx, repo))
	})
})

var _ = Describe("Pushing a blob that already exists", func() {
	It("is accepted again", require.PushBlobPostPutStatus, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		suite.Must(repo.OpenUpload(ctx).PutWhole(ctx, blob), require.PushBlobPostPutStatus)
		Expect(repo.OpenUpload(ctx).PutWhole(ctx, blob)).To(BeAccepted())
	})
})

// withoutDigest removes the digest from the PUT of a blob.
func withoutDigest(r *wire.Request) {
	query := r.URL.Query()
	query.Del("digest")
	r.URL.RawQuery = query.Encode()
}

// storeWithoutDigest is for the accepted PUT of a blob that is not there.
var storeWithoutDigest = Check("a refusal, or the blob in the repository", func(ex *wire.Exchange) (string, bool) {
	return "status " + wire.StatusText(ex.Status) + ", and no blob", false
})

// A client has to name the digest. A registry that accepts a blob without a digest
// still has to store what it names in its answer.
var _ = Describe("Pushing a blob with POST, then PUT, without a digest,", func() {
	It("is refused, or stores the blob", require.PushBlobPostPutStored, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		put := repo.PutUpload(ctx, repo.OpenUpload(ctx).Location, "", blob.Data, withoutDigest)
		if !put.OK() || repo.HasBlob(ctx, blob) {
			return
		}
		named := repo.OpenUpload(ctx).PutWhole(ctx, blob)
		if !repo.HasBlob(ctx, blob) {
			suite.Blocked(require.PushBlobPostPutStored, named, "the blob is not stored with its digest, either")
		}
		Expect(put).To(storeWithoutDigest)
	})
})

var _ = Describe("Pushing a blob with POST, then PUT, under the digest of other content,", func() {
	pushed := suite.Once(func(ctx context.Context) blobPush {
		blob := misnamed()
		return blobPush{blob, suite.Repo(ctx).OpenUpload(ctx).PutWhole(ctx, blob)}
	})

	It("does not store the blob", require.PushBlobPostPutDigestMismatch, func(ctx SpecContext) {
		push := pushed(ctx)
		expectNotStored(ctx, suite.Repo(ctx), push.answer, push.blob)
	})
	It("returns 400 Bad Request", require.PushBlobPostPutDigestMismatchStatus, func(ctx SpecContext) {
		push := pushed(ctx)
		needNotStored(ctx, suite.Repo(ctx), push.answer, push.blob, require.PushBlobPostPutDigestMismatch)
		if push.answer.Status != http.StatusBadRequest {
			suite.Repo(ctx).ControlUpload(ctx)
		}
		Expect(push.answer).To(HaveStatus(http.StatusBadRequest))
	})
})
