package pull

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// haveLength expects Content-Length to be the size in bytes.
func haveLength(size int) types.GomegaMatcher {
	return Check(fmt.Sprintf("Content-Length: %d", size), func(ex *wire.Exchange) (string, bool) {
		value := ex.Header.Get("Content-Length")
		if value == "" {
			return "no Content-Length", false
		}
		told, err := strconv.ParseUint(value, 10, 63)
		return "Content-Length: " + value, err == nil && told == uint64(size) //nolint:gosec // a size is never below 0
	})
}

// need200 ends the spec unless the status is 200: responses with another status need
// no Content-Length.
func need200(head *wire.Exchange, by require.ID) {
	if head.Status != http.StatusOK {
		suite.Blocked(by, head, "the status is not 200 OK")
	}
}

var _ = Describe("HEAD of a manifest", func() {
	for _, k := range kinds {
		for _, by := range []string{"tag", "digest"} {
			Context("("+k.title+", by "+by+")", func() {
				var (
					m    fixtures.Manifest
					head *wire.Exchange
				)

				found := suite.Once(func(ctx context.Context) asked {
					return k.ask(ctx, by, func(repo *suite.Repository, reference string) *wire.Exchange {
						return repo.HeadManifest(ctx, reference)
					})
				})

				BeforeEach(func(ctx SpecContext) {
					got := found(ctx)
					m, head = got.m, got.answer
				})

				It("returns 200 OK", require.PullManifestHeadStatus, func() {
					Expect(head).To(HaveStatus(http.StatusOK))
				})
				It("returns a Docker-Content-Digest", require.PullManifestHeadDigestHeader, func() {
					suite.Must(head, require.PullManifestHeadStatus)
					Expect(head).To(HaveHeaderOnAnyHop("Docker-Content-Digest"))
				})
				It("returns no digest of other content", require.PullManifestHeadDigestValue, func() {
					suite.Must(head, require.PullManifestHeadStatus)
					Expect(head).To(HaveDigestOf(m.Data))
				})
				It("returns the size in Content-Length", require.PullManifestHeadLength, func() {
					need200(head, require.PullManifestHeadStatus)
					Expect(head).To(haveLength(len(m.Data)))
				})
				It("returns the Content-Type that it was pushed with", require.PullManifestHeadContentType, func(ctx SpecContext) {
					suite.Must(head, require.PullManifestHeadStatus)
					if head.MediaType() != m.MediaType {
						pull := k.ask(ctx, by, func(repo *suite.Repository, reference string) *wire.Exchange {
							return repo.GetManifest(ctx, reference)
						}).answer
						if suite.Must(pull, require.PullManifestGetStatus).MediaType() != m.MediaType {
							suite.Blocked(require.PullManifestContentTypePushed, pull, "GET returns another Content-Type, too")
						}
					}
					Expect(head).To(HaveContentType(m.MediaType))
				})
			})
		}
	}
})

var _ = Describe("HEAD of a blob", func() {
	var (
		blob fixtures.Blob
		head *wire.Exchange
	)
	type asked struct {
		blob   fixtures.Blob
		answer *wire.Exchange
	}
	found := suite.Once(func(ctx context.Context) asked {
		repo, blob := suite.StoredBlob(ctx, 333)
		return asked{blob, repo.HeadBlob(ctx, blob.Digest.String())}
	})

	BeforeEach(func(ctx SpecContext) {
		got := found(ctx)
		blob, head = got.blob, got.answer
	})

	It("returns 200 OK", require.PullBlobHeadStatus, func() {
		Expect(head).To(HaveStatus(http.StatusOK))
	})
	It("returns a Docker-Content-Digest", require.PullBlobHeadDigestHeader, func() {
		suite.Must(head, require.PullBlobHeadStatus)
		Expect(head).To(HaveHeaderOnAnyHop("Docker-Content-Digest"))
	})
	It("returns no digest of other content", require.PullBlobHeadDigestValue, func() {
		suite.Must(head, require.PullBlobHeadStatus)
		Expect(head).To(HaveDigestOf(blob.Data))
	})
	It("returns the size in Content-Length", require.PullBlobHeadLength, func() {
		need200(head, require.PullBlobHeadStatus)
		Expect(head).To(haveLength(len(blob.Data)))
	})
})

// expectUnknown judges that content that does not exist returns 404. If existing
// content gets the same refusal, the registry refuses HEAD as a whole.
func expectUnknown(unknown *wire.Exchange, by require.ID, known func() *wire.Exchange) {
	if unknown.Status != http.StatusNotFound {
		if existing := known(); !existing.OK() && existing.Status == unknown.Status {
			suite.Blocked(by, existing, "existing content gets the same status")
		}
	}
	Expect(unknown).To(HaveStatus(http.StatusNotFound))
}

var _ = Describe("HEAD of content that does not exist", func() {
	var repo *suite.Repository

	BeforeEach(func(ctx SpecContext) {
		repo = suite.NonEmptyRepo(ctx)
	})

	It("returns 404 Not Found for a tag", require.PullManifestHeadUnknown, func(ctx SpecContext) {
		expectUnknown(repo.HeadManifest(ctx, suite.Tag()), require.PullManifestHeadStatus, func() *wire.Exchange {
			_, _, tag := suite.TaggedImage(ctx)
			return repo.HeadManifest(ctx, tag)
		})
	})
	It("returns 404 Not Found for a manifest's digest", require.PullManifestHeadUnknown, func(ctx SpecContext) {
		expectUnknown(repo.HeadManifest(ctx, suite.MissingDigest()), require.PullManifestHeadStatus, func() *wire.Exchange {
			_, image, _ := suite.TaggedImage(ctx)
			return repo.HeadManifest(ctx, image.Digest.String())
		})
	})
	It("returns 404 Not Found for a blob's digest", require.PullBlobHeadUnknown, func(ctx SpecContext) {
		expectUnknown(repo.HeadBlob(ctx, suite.MissingDigest()), require.PullBlobHeadStatus, func() *wire.Exchange {
			_, blob := suite.StoredBlob(ctx, 333)
			return repo.HeadBlob(ctx, blob.Digest.String())
		})
	})
})

var _ = Describe("HEAD in a repository that does not exist", func() {
	It("returns 404 Not Found for a manifest", require.PullManifestHeadUnknown, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, image, _ := suite.TaggedImage(ctx)
		nowhere := suite.RepoNamed(ctx, suite.MissingRepository(ctx))
		head := nowhere.HeadManifest(ctx, image.Digest.String())
		if head.Status != http.StatusNotFound {
			if pull := nowhere.GetManifest(ctx, image.Digest.String()); pull.Status != http.StatusNotFound {
				suite.Blocked(require.PullRepositoryUnknownManifest, pull, "GET does not return 404, either")
			}
			expectUnknown(repo.HeadManifest(ctx, suite.MissingDigest()), require.PullManifestHeadStatus, func() *wire.Exchange {
				return repo.HeadManifest(ctx, image.Digest.String())
			})
		}
		Expect(head).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 Not Found for a blob", require.PullBlobHeadUnknown, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, blob := suite.StoredBlob(ctx, 64)
		nowhere := suite.RepoNamed(ctx, suite.MissingRepository(ctx))
		head := nowhere.HeadBlob(ctx, blob.Digest.String())
		if head.Status != http.StatusNotFound {
			if pull := nowhere.GetBlob(ctx, blob.Digest.String()); pull.Status != http.StatusNotFound {
				suite.Blocked(require.PullRepositoryUnknownBlob, pull, "GET does not return 404, either")
			}
			expectUnknown(repo.HeadBlob(ctx, suite.MissingDigest()), require.PullBlobHeadStatus, func() *wire.Exchange {
				return repo.HeadBlob(ctx, blob.Digest.String())
			})
		}
		Expect(head).To(HaveStatus(http.StatusNotFound))
	})
})
