package reference_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/reference"
)

func TestManifestsAreServedAsPushed(t *testing.T) {
	for _, algorithm := range []digest.Algorithm{digest.SHA256, digest.SHA512} {
		c := serve(t, reference.Options{})
		image := " " + c.image("a", "config") + "\n\n"
		d := algorithm.FromString(image).String()
		put := c.do(http.MethodPut, "/v2/a/manifests/"+d, image, "Content-Type", ocispec.MediaTypeImageManifest+"; charset=utf-8")
		c.Expect(put.Status).To(gomega.Equal(http.StatusCreated), put.Body)
		c.Expect(put.Header.Get("Docker-Content-Digest")).To(gomega.Equal(d))
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			resp := c.do(method, put.Header.Get("Location"), "", "Accept", "application/x")
			c.Expect(resp.Status).To(gomega.Equal(http.StatusOK))
			c.Expect(resp.Header.Values("Content-Type")).To(gomega.Equal([]string{ocispec.MediaTypeImageManifest}))
			c.Expect(resp.Header.Get("Docker-Content-Digest")).To(gomega.Equal(d))
			c.Expect(resp.Header.Get("Content-Length")).To(gomega.Equal(text(len(image))))
		}
		c.Expect(c.get(put.Header.Get("Location")).Body).To(gomega.Equal(image))
	}
}

// Manifests of additional types are kept byte for byte, and are referrers like others.
func TestManifestsOfFurtherTypes(t *testing.T) {
	const further = "application/vnd.example.manifest.v1+json"
	c := serve(t, reference.Options{ManifestTypes: []string{further}})
	subject := digest.FromString("subject").String()
	doc := `{"mediaType":"` + further + `","artifactType":"application/vnd.example","manifests":7,"subject":{"digest":"` + subject + `"} }`
	d := digest.FromString(doc).String()
	put := c.do(http.MethodPut, "/v2/a/manifests/v1", doc, "Content-Type", further)
	c.Expect(put.Status).To(gomega.Equal(http.StatusCreated), put.Body)
	c.Expect(put.Header.Get("Docker-Content-Digest")).To(gomega.Equal(d))
	c.Expect(put.Header.Get("OCI-Subject")).To(gomega.Equal(subject))
	for _, reference := range []string{"/v2/a/manifests/v1", put.Header.Get("Location")} {
		resp := c.get(reference)
		c.Expect(resp.Body).To(gomega.Equal(doc))
		c.Expect(resp.Header.Get("Content-Type")).To(gomega.Equal(further))
	}
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/blobs/"+d)
	c.Expect(c.get("/v2/a/referrers/" + subject).Body).To(gomega.And(gomega.ContainSubstring(d), gomega.ContainSubstring(further)))
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+d)
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/manifests/v1")

	for why, put := range map[string][2]string{
		"an image":         {further, `{"mediaType":"` + ocispec.MediaTypeImageManifest + `","schemaVersion":2,"config":{}}`},
		"another type":     {"application/vnd.example.other+json", strings.ReplaceAll(doc, further, "application/vnd.example.other+json")},
		"no JSON document": {further, "text"},
	} {
		c.Expect(c.do(http.MethodPut, "/v2/a/manifests/v1", put[1], "Content-Type", put[0]).Status).To(gomega.Equal(http.StatusBadRequest), why)
	}
}

func TestAnIndexIsNotLookedInto(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a", "config")
	c.pushed("a", image)
	c.put("a", "v1", index(nil, image))
	resp := c.get("/v2/a/manifests/v1", "Accept", ocispec.MediaTypeImageManifest)
	c.Expect(resp.Body).To(gomega.Equal(index(nil, image)))
	c.Expect(resp.Header.Get("Content-Type")).To(gomega.Equal(ocispec.MediaTypeImageIndex))
}

// The fields of an index do not change its children. The children remain when the index
// is deleted.
func TestChildrenOfAnIndex(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a", "config")
	child := c.pushed("a", image)
	parent := c.pushed("a", strings.Replace(index(nil, image), ocispec.MediaTypeImageManifest, "application/x", 1))
	c.Expect(c.get("/v2/a/manifests/" + child).Header.Get("Content-Type")).To(gomega.Equal(ocispec.MediaTypeImageManifest))
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+parent)
	c.Expect(c.get("/v2/a/manifests/" + child).Body).To(gomega.Equal(image))
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+child)
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/manifests/"+child)
}

func TestUnknownManifests(t *testing.T) {
	c := serve(t, reference.Options{})
	d := c.pushed("a", c.image("a", "config"))
	blob := c.blob("a", "blob").Digest.String()
	for _, reference := range []string{missing, "none", blob, "sha256:bad", "sha384:" + strings.Repeat("0", 96)} {
		c.expectError(c.get("/v2/a/manifests/"+reference), http.StatusNotFound, "MANIFEST_UNKNOWN")
		c.expectStatus(http.StatusNotFound, http.MethodHead, "/v2/a/manifests/"+reference)
		c.expectError(c.do(http.MethodDelete, "/v2/a/manifests/"+reference, ""), http.StatusNotFound, "MANIFEST_UNKNOWN")
	}
	for _, reference := range []string{d, "v1"} {
		c.expectError(c.get("/v2/b/manifests/"+reference), http.StatusNotFound, "NAME_UNKNOWN")
		c.expectError(c.do(http.MethodDelete, "/v2/b/manifests/"+reference, ""), http.StatusNotFound, "NAME_UNKNOWN")
	}
	c.Expect(c.get("/v2/b/tags/list").Status).To(gomega.Equal(http.StatusNotFound))
}

func TestManifestsThatAreRefused(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a", "config")
	set := func(name string, value any) string {
		return c.image("a", "config", func(doc map[string]any) { doc[name] = value })
	}
	for _, body := range []string{
		"", "x", "null", "[]", "1", "{}", image + image, image[:len(image)-1], set("schemaVersion", 1),
		set("manifests", []any{}), set("layers", "x"), set("subject", map[string]any{"digest": "sha256:bad"}),
		`{"schemaVersion":2}`, set("mediaType", ocispec.MediaTypeImageIndex),
	} {
		resp := c.do(http.MethodPut, "/v2/a/manifests/v1", body, "Content-Type", ocispec.MediaTypeImageManifest)
		c.expectError(resp, http.StatusBadRequest, "MANIFEST_INVALID")
	}
	for _, body := range []string{"null", "{}", `{"schemaVersion":2}`} {
		resp := c.do(http.MethodPut, "/v2/a/manifests/v1", body, "Content-Type", ocispec.MediaTypeImageIndex)
		c.expectError(resp, http.StatusBadRequest, "MANIFEST_INVALID")
	}
	resp := c.do(http.MethodPut, "/v2/a/manifests/v1", set("mediaType", "application/x"), "Content-Type", "application/x")
	c.expectError(resp, http.StatusBadRequest, "MANIFEST_INVALID")
	absent := ocispec.Descriptor{MediaType: "application/x", Digest: digest.Digest(missing), Size: 1}
	c.expectError(c.put("a", "v1", set("layers", []any{absent})), http.StatusBadRequest, "MANIFEST_BLOB_UNKNOWN")
	c.expectError(c.put("a", "v1", set("config", absent)), http.StatusBadRequest, "MANIFEST_BLOB_UNKNOWN")
	c.expectError(c.put("a", "v1", index(nil, "not pushed")), http.StatusBadRequest, "MANIFEST_BLOB_UNKNOWN")
	c.expectError(c.put("a", missing, image), http.StatusBadRequest, "DIGEST_INVALID")
	c.expectError(c.put("a", "sha384:"+strings.Repeat("0", 96), image), http.StatusBadRequest, "DIGEST_INVALID")
	c.Expect(c.registry.Inventory().Manifests).To(gomega.BeZero())
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/manifests/v1")
}

func TestManifestsWithoutAType(t *testing.T) {
	c := serve(t, reference.Options{})
	untyped := func(doc map[string]any) { delete(doc, "mediaType") }
	image := c.image("a", "config", untyped)
	for tag, row := range map[string]struct{ body, contentType, want string }{
		"typed":   {c.image("a", "config"), "", ocispec.MediaTypeImageManifest},
		"image":   {image, "", ocispec.MediaTypeImageManifest},
		"index":   {index(untyped), "", ocispec.MediaTypeImageIndex},
		"by-type": {image, "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.v2+json"},
	} {
		resp := c.do(http.MethodPut, "/v2/a/manifests/"+tag, row.body, "Content-Type", row.contentType)
		c.Expect(resp.Status).To(gomega.Equal(http.StatusCreated), resp.Body)
		c.Expect(c.get("/v2/a/manifests/" + tag).Header.Get("Content-Type")).To(gomega.Equal(row.want))
	}
}

func TestLargeManifests(t *testing.T) {
	c := serve(t, reference.Options{})
	sized := func(size int) string {
		image := c.image("a", "config")
		return image + strings.Repeat(" ", size-len(image))
	}
	c.Expect(c.put("a", "v1", sized(8<<20)).Status).To(gomega.Equal(http.StatusCreated))
	c.Expect(c.get("/v2/a/manifests/v1").Body).To(gomega.Equal(sized(8 << 20)))
	c.expectError(c.put("a", "v2", sized(8<<20+1)), http.StatusRequestEntityTooLarge, "SIZE_INVALID")
	// Of one without a length it is found out while reading.
	req, _ := http.NewRequest(http.MethodPut, c.url+"/v2/a/manifests/v2", io.MultiReader(strings.NewReader(sized(8<<20+1))))
	req.Header.Set("Content-Type", ocispec.MediaTypeImageManifest)
	resp, err := http.DefaultTransport.RoundTrip(req)
	c.Expect(err).NotTo(gomega.HaveOccurred())
	c.Expect(resp.Body.Close()).To(gomega.Succeed())
	c.Expect(resp.StatusCode).To(gomega.Equal(http.StatusRequestEntityTooLarge))
}

func TestTagParameters(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a", "config")
	d := digest.FromString(image).String()
	resp := c.put("a", d+"?tag=one&tag=two", image)
	c.Expect(resp.Status).To(gomega.Equal(http.StatusCreated))
	c.Expect(resp.Header.Get("OCI-Tag")).To(gomega.Equal("one, two"))
	c.Expect(c.get("/v2/a/tags/list").Body).To(gomega.MatchJSON(`{"name":"a","tags":["one","two"]}`))
	c.expectError(c.put("a", d+"?tag=ok&tag=.bad", image), http.StatusBadRequest, "MANIFEST_INVALID")
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/manifests/ok")
	c.Expect(c.put("a", d, image).Header).NotTo(gomega.HaveKey("Oci-Tag"))
}

func TestMovedTag(t *testing.T) {
	c := serve(t, reference.Options{})
	first, second := c.image("a", "one"), c.image("a", "two")
	c.put("a", "v1", first)
	c.put("a", "v1", second)
	c.Expect(c.get("/v2/a/manifests/v1").Body).To(gomega.Equal(second))
	c.Expect(c.get("/v2/a/manifests/" + digest.FromString(first).String()).Body).To(gomega.Equal(first))
}

func TestDeletedTagLeavesTheManifest(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a", "config")
	c.put("a", "v1", image)
	c.put("a", "v2", image)
	for _, tag := range []string{"v1", "v2"} {
		c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+tag)
		c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/manifests/"+tag)
		c.expectStatus(http.StatusNotFound, http.MethodDelete, "/v2/a/manifests/"+tag)
		c.expectStatus(http.StatusOK, http.MethodGet, "/v2/a/manifests/"+digest.FromString(image).String())
	}
}

func TestDeletedManifestTakesItsTags(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a", "config")
	c.put("a", "v1", image)
	c.put("a", "v2", image)
	c.put("a", "other", c.image("a", "other"))
	d := digest.FromString(image).String()
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+d)
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/manifests/"+d, "/v2/a/manifests/v1", "/v2/a/manifests/v2", "/v2/a/blobs/"+d)
	c.Expect(c.get("/v2/a/tags/list").Body).To(gomega.MatchJSON(`{"name":"a","tags":["other"]}`))
	c.expectError(c.put("a", "v3", index(nil, image)), http.StatusBadRequest, "MANIFEST_BLOB_UNKNOWN")
}
