package reference_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"

	"assay/reference"
)

func TestBlobsAreServed(t *testing.T) {
	c := serve(t, reference.Options{})
	path := "/v2/a/blobs/" + c.blob("a", "0123456789").Digest.String()
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		resp := c.do(method, path, "")
		c.Expect(resp.Status).To(gomega.Equal(http.StatusOK))
		c.Expect(resp.Header.Get("Content-Length")).To(gomega.Equal("10"))
		c.Expect(resp.Header.Get("Docker-Content-Digest")).To(gomega.Equal(digest.FromString("0123456789").String()))
	}
	c.Expect(c.get(path).Body).To(gomega.Equal("0123456789"))
	part := c.get(path, "Range", "bytes=2-4")
	c.Expect(part.Status).To(gomega.Equal(http.StatusPartialContent))
	c.Expect(part.Body).To(gomega.Equal("234"))
}

// HEAD has no ranges, and a unit that is not known is ignored.
func TestRangesThatDoNotCount(t *testing.T) {
	c := serve(t, reference.Options{})
	path := "/v2/a/blobs/" + c.blob("a", "0123456789").Digest.String()
	head := c.do(http.MethodHead, path, "", "Range", "bytes=2-4")
	c.Expect(head.Status).To(gomega.Equal(http.StatusOK))
	c.Expect(head.Header.Get("Content-Length")).To(gomega.Equal("10"))
	whole := c.get(path, "Range", "lines=2-4")
	c.Expect(whole.Status).To(gomega.Equal(http.StatusOK))
	c.Expect(whole.Body).To(gomega.Equal("0123456789"))
}

func TestUnknownBlobs(t *testing.T) {
	c := serve(t, reference.Options{})
	b := c.blob("a", "of a").Digest.String()
	image := c.pushed("a", c.image("a", "config"))
	for _, d := range []string{missing, "sha256:bad", "sha384:" + strings.Repeat("0", 96), "blake3:00", "x", image} {
		c.expectError(c.get("/v2/a/blobs/"+d), http.StatusNotFound, "BLOB_UNKNOWN")
		c.expectStatus(http.StatusNotFound, http.MethodHead, "/v2/a/blobs/"+d)
		c.expectError(c.do(http.MethodDelete, "/v2/a/blobs/"+d, ""), http.StatusNotFound, "BLOB_UNKNOWN")
	}
	c.expectError(c.get("/v2/b/blobs/"+b), http.StatusNotFound, "NAME_UNKNOWN")
	c.expectError(c.do(http.MethodDelete, "/v2/b/blobs/"+b, ""), http.StatusNotFound, "NAME_UNKNOWN")
	c.blob("b", "of b")
	c.expectError(c.get("/v2/b/blobs/"+b), http.StatusNotFound, "BLOB_UNKNOWN")
}

func TestDeletedBlob(t *testing.T) {
	c := serve(t, reference.Options{})
	path := "/v2/a/blobs/" + c.blob("a", "blob").Digest.String()
	c.expectStatus(http.StatusAccepted, http.MethodDelete, path)
	c.expectStatus(http.StatusNotFound, http.MethodGet, path)
	c.expectStatus(http.StatusNotFound, http.MethodDelete, path)
	c.blob("a", "blob")
	c.expectStatus(http.StatusOK, http.MethodGet, path)
}

// The bytes of a manifest may be pushed as a blob as well; neither is the other.
func TestBlobAndManifestOfTheSameBytes(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a", "config")
	d := c.pushed("a", image)
	c.blob("a", image)
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/blobs/"+d)
	c.Expect(c.get("/v2/a/manifests/" + d).Body).To(gomega.Equal(image))
	c.blob("a", image)
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+d)
	c.Expect(c.get("/v2/a/blobs/" + d).Body).To(gomega.Equal(image))
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/manifests/"+d)
}

func TestSinglePost(t *testing.T) {
	c := serve(t, reference.Options{})
	d := digest.SHA512.FromString("blob").String()
	resp := c.do(http.MethodPost, "/v2/a/blobs/uploads/?digest="+d, "blob")
	c.Expect(resp.Status).To(gomega.Equal(http.StatusCreated))
	c.Expect(resp.Header.Get("Docker-Content-Digest")).To(gomega.Equal(d))
	c.Expect(c.get(resp.Header.Get("Location")).Body).To(gomega.Equal("blob"))
	c.expectError(c.do(http.MethodPost, "/v2/a/blobs/uploads/?digest="+missing, "blob"), http.StatusBadRequest, "DIGEST_INVALID")
	c.expectError(c.do(http.MethodPost, "/v2/a/blobs/uploads/?digest="+d, "other"), http.StatusBadRequest, "DIGEST_INVALID")
	for _, bad := range []string{"sha256:bad", "sha384:" + strings.Repeat("0", 96), "x", "blake3:00"} {
		c.expectError(c.do(http.MethodPost, "/v2/a/blobs/uploads/?digest="+bad, "blob"), http.StatusBadRequest, "DIGEST_INVALID")
	}
	c.expectError(c.do(http.MethodPost, "/v2/a/blobs/uploads/?digest-algorithm=blake3", ""), http.StatusBadRequest, "DIGEST_INVALID")
	c.Expect(c.registry.Inventory()).To(gomega.Equal(reference.Inventory{Repositories: 1, Blobs: 1}))
}

func TestMount(t *testing.T) {
	c := serve(t, reference.Options{})
	d := c.blob("a", "blob").Digest.String()
	resp := c.do(http.MethodPost, "/v2/b/blobs/uploads/?mount="+d+"&from=a", "")
	c.Expect(resp.Status).To(gomega.Equal(http.StatusCreated))
	c.Expect(c.get(resp.Header.Get("Location")).Body).To(gomega.Equal("blob"))
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/blobs/"+d)
	c.Expect(c.get(resp.Header.Get("Location")).Body).To(gomega.Equal("blob"))
	c.expectError(c.do(http.MethodPost, "/v2/b/blobs/uploads/?mount=sha256:bad&from=a", ""), http.StatusBadRequest, "DIGEST_INVALID")
}

// A session that starts instead of a mount accepts any blob, as every session does.
func TestMountThatCannotBeDone(t *testing.T) {
	c := serve(t, reference.Options{})
	manifest := c.pushed("a", c.image("a", "config"))
	for _, query := range []string{"mount=" + missing + "&from=a", "mount=" + missing + "&from=nowhere", "mount=" + missing, "mount=" + manifest + "&from=a"} {
		resp := c.do(http.MethodPost, "/v2/b/blobs/uploads/?"+query, "")
		c.Expect(resp.Status).To(gomega.Equal(http.StatusAccepted), query)
		put := with(resp.Header.Get("Location"), "digest", digest.FromString("other").String())
		c.Expect(c.do(http.MethodPut, put, "other").Status).To(gomega.Equal(http.StatusCreated), query)
	}
}

func TestOneBlobPushedManyTimesAtOnce(t *testing.T) {
	c := serve(t, reference.Options{})
	data := strings.Repeat("blob", 10_000)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() { c.blob("a", data) })
	}
	wg.Wait()
	c.Expect(c.get("/v2/a/blobs/" + digest.FromString(data).String()).Body).To(gomega.Equal(data))
	c.Expect(c.registry.Inventory()).To(gomega.Equal(reference.Inventory{Repositories: 1, Blobs: 1}))
}
