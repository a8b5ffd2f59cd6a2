package reference_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"

	"assay/reference"
)

const uuid = `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`

func TestChunkedUpload(t *testing.T) {
	for _, algorithm := range []digest.Algorithm{digest.SHA256, digest.SHA512} {
		c := serve(t, reference.Options{})
		location := c.open("a/b")
		c.Expect(location).To(gomega.MatchRegexp("^/v2/a/b/blobs/uploads/" + uuid + `\?state=.+$`))
		status := c.get(location)
		c.Expect(status.Status).To(gomega.Equal(http.StatusNoContent))
		c.Expect(status.Header.Get("Range")).To(gomega.Equal("0-0"))

		patch := c.do(http.MethodPatch, location, "0123", "Content-Range", "0-3")
		c.Expect(patch.Status).To(gomega.Equal(http.StatusAccepted))
		c.Expect(patch.Header.Get("Range")).To(gomega.Equal("0-3"))
		next := patch.Header.Get("Location")
		c.Expect(next).To(gomega.MatchRegexp(uuid + `\?state=.+$`))
		c.Expect(next).NotTo(gomega.Equal(location))

		status = c.get(location) // "any preceding POST or PATCH request"
		c.Expect(status.Header.Get("Range")).To(gomega.Equal("0-3"))
		c.Expect(status.Header.Get("Location")).To(gomega.Equal(next))

		d := algorithm.FromString("0123456").String()
		put := c.do(http.MethodPut, with(next, "digest", d), "456", "Content-Range", "4-6")
		c.Expect(put.Status).To(gomega.Equal(http.StatusCreated), put.Body)
		c.Expect(put.Header.Get("Docker-Content-Digest")).To(gomega.Equal(d))
		c.Expect(c.get(put.Header.Get("Location")).Body).To(gomega.Equal("0123456"))
		c.expectStatus(http.StatusNotFound, http.MethodGet, next)
	}
}

func TestChunkOutOfOrder(t *testing.T) {
	c := serve(t, reference.Options{})
	location := c.open("a")
	early := c.do(http.MethodPatch, location, "45", "Content-Range", "4-5")
	c.expectError(early, http.StatusRequestedRangeNotSatisfiable, "SIZE_INVALID")
	c.Expect(early.Header.Get("Range")).To(gomega.Equal("0-0"))
	location = c.do(http.MethodPatch, location, "0123", "Content-Range", "0-3").Header.Get("Location")
	for _, r := range []string{"0-3", "5-8", "3-6", "99999999999999999999-99999999999999999999"} {
		patch := c.do(http.MethodPatch, location, "4567", "Content-Range", r)
		c.expectError(patch, http.StatusRequestedRangeNotSatisfiable, "SIZE_INVALID")
		c.Expect(patch.Header.Get("Range")).To(gomega.Equal("0-3"))
		put := c.do(http.MethodPut, with(location, "digest", missing), "4567", "Content-Range", r)
		c.expectError(put, http.StatusRequestedRangeNotSatisfiable, "SIZE_INVALID")
	}
	c.expectStatus(http.StatusNoContent, http.MethodGet, location)
}

func TestContentRangeThatIsWrong(t *testing.T) {
	c := serve(t, reference.Options{})
	location := c.open("a")
	for _, r := range []string{"bytes 0-3/4", "0-", "-3", "0-x", "0", "0--1"} {
		c.expectError(c.do(http.MethodPatch, location, "0123", "Content-Range", r), http.StatusBadRequest, "BLOB_UPLOAD_INVALID")
	}
	for _, r := range []string{"0-4", "0-2"} {
		c.expectError(c.do(http.MethodPatch, location, "0123", "Content-Range", r), http.StatusBadRequest, "SIZE_INVALID")
	}
	c.Expect(c.get(location).Header.Get("Range")).To(gomega.Equal("0-0"))
}

func TestUnknownSession(t *testing.T) {
	c := serve(t, reference.Options{})
	query := "?digest=" + missing
	for _, path := range []string{
		"/v2/a/blobs/uploads/00000000-0000-4000-8000-000000000000",
		strings.Replace(c.open("a"), "/v2/a/", "/v2/b/", 1), // in another repository
		"/v2/a/blobs/uploads/x",
	} {
		path, _, _ = strings.Cut(path, "?")
		for _, method := range []string{http.MethodGet, http.MethodPatch, http.MethodPut, http.MethodDelete} {
			c.expectError(c.do(method, path+query, ""), http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN")
		}
	}
}

func TestCancelledUpload(t *testing.T) {
	c := serve(t, reference.Options{})
	location := c.open("a")
	c.expectStatus(http.StatusNoContent, http.MethodDelete, location)
	c.expectStatus(http.StatusNotFound, http.MethodDelete, location)
	c.expectStatus(http.StatusNotFound, http.MethodGet, location)
	c.Expect(c.registry.Inventory()).To(gomega.BeZero())
}

func TestClosingWithABadDigest(t *testing.T) {
	c := serve(t, reference.Options{})
	location := c.open("a")
	c.expectError(c.do(http.MethodPut, location, "blob"), http.StatusBadRequest, "DIGEST_INVALID")
	for _, d := range []string{"", "x", "sha256:bad", "blake3:00"} {
		c.expectError(c.do(http.MethodPut, with(location, "digest", d), "blob"), http.StatusBadRequest, "DIGEST_INVALID")
	}
	c.expectStatus(http.StatusNoContent, http.MethodGet, location) // the session can go on
	c.expectError(c.do(http.MethodPut, with(location, "digest", missing), "blob"), http.StatusBadRequest, "DIGEST_INVALID")
	c.expectStatus(http.StatusNotFound, http.MethodGet, location)
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/blobs/"+missing)
	c.Expect(c.registry.Inventory()).To(gomega.BeZero())
}

func TestTheStateInALocationCounts(t *testing.T) {
	c := serve(t, reference.Options{})
	location := c.open("a")
	bare, _, _ := strings.Cut(location, "?")
	c.expectError(c.do(http.MethodPatch, bare, "0123"), http.StatusBadRequest, "BLOB_UPLOAD_INVALID")
	c.expectError(c.do(http.MethodPut, with(bare, "digest", missing), "0123"), http.StatusBadRequest, "BLOB_UPLOAD_INVALID")
	c.expectStatus(http.StatusAccepted, http.MethodPatch, location)
}

func TestChunksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry, g := reference.New(reference.Options{}), gomega.NewWithT(t)
		ask := func(method, path string, body io.Reader) *httptest.ResponseRecorder {
			resp := httptest.NewRecorder()
			registry.ServeHTTP(resp, httptest.NewRequest(method, path, body))
			return resp
		}
		location := ask(http.MethodPost, "/v2/a/blobs/uploads/", nil).Header().Get("Location")
		body, rest := io.Pipe()
		first := make(chan int)
		go func() { first <- ask(http.MethodPatch, location, body).Code }()
		synctest.Wait() // until it waits for its body
		g.Expect(ask(http.MethodPatch, location, strings.NewReader("other")).Code).To(gomega.Equal(http.StatusRequestedRangeNotSatisfiable))
		g.Expect(ask(http.MethodPut, with(location, "digest", missing), nil).Code).To(gomega.Equal(http.StatusRequestedRangeNotSatisfiable))
		_, _ = rest.Write([]byte("0123"))
		_ = rest.Close()
		g.Expect(<-first).To(gomega.Equal(http.StatusAccepted))
		g.Expect(ask(http.MethodGet, location, nil).Header().Get("Range")).To(gomega.Equal("0-3"))
	})
}

func TestAbandonedUploadsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry, g := reference.New(reference.Options{}), gomega.NewWithT(t)
		ask := func(method, path string) *httptest.ResponseRecorder {
			resp := httptest.NewRecorder()
			registry.ServeHTTP(resp, httptest.NewRequest(method, path, nil))
			return resp
		}
		open := func() string { return ask(http.MethodPost, "/v2/a/blobs/uploads/").Header().Get("Location") }
		abandoned, used := open(), open()
		time.Sleep(59 * time.Minute) // on the bubble's clock
		ask(http.MethodGet, used)
		open()
		g.Expect(registry.Inventory().Uploads).To(gomega.Equal(3))
		time.Sleep(2 * time.Minute)
		open()
		g.Expect(ask(http.MethodGet, abandoned).Code).To(gomega.Equal(http.StatusNotFound))
		g.Expect(ask(http.MethodGet, used).Code).To(gomega.Equal(http.StatusNoContent))
		g.Expect(registry.Inventory().Uploads).To(gomega.Equal(3))
	})
}
