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
		Expect(start).To(Check("a UUID in the Location", func(*wire.Exchange) (string, bool) {
			return "Location: " + wire.RedactURL(location), len(uuids(location)) > 0
		}))
	})
	It("returns a UUID that no other upload has", require.PushBlobSessionUuid, func(ctx SpecContext) {
		second := suite.Repo(ctx).OpenUpload(ctx)
		location, err := start.Location()
		if err != nil {
			suite.Blocked(require.PushBlobPostPutStartLocation, start, "the start of the upload returned no Location")
		}
		first := uuids(location)
		if len(first) == 0 {
			suite.Nothing("the Location contains no UUID; another spec judges that")
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

var _ = Describe("Pushing a blob with POST, then PUT, under the digest of other content,", func() {
	pushed := suite.Once(func(ctx context.Context) blobPush {
		blob := misnamed()
		return blobPush{blob, suite.Repo(ctx).OpenUpload(ctx).PutWhole(ctx, blob)}
	})

	It("does not store the blob", require.PushBlobPostPutDigestMismatch, func(ctx SpecContext) {
		expectNotStored(ctx, suite.Repo(ctx), pushed(ctx).blob)
	})
	It("returns 400 Bad Request", require.PushBlobPostPutDigestMismatchStatus, func(ctx SpecContext) {
		push := pushed(ctx)
		needNotStored(ctx, suite.Repo(ctx), push.answer, push.blob, require.PushBlobPostPutDigestMismatch)
		Expect(push.answer).To(HaveStatus(http.StatusBadRequest))
	})
})
