package reference_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/reference"
)

// list gets one page of referrers.
func (c *client) list(path string) (response, []ocispec.Descriptor) {
	c.t.Helper()
	resp := c.get(path)
	c.Expect(resp.Status).To(gomega.Equal(http.StatusOK), resp.Body)
	c.Expect(resp.Header.Get("Content-Type")).To(gomega.Equal(ocispec.MediaTypeImageIndex))
	var list ocispec.Index
	c.Expect(json.Unmarshal([]byte(resp.Body), &list)).To(gomega.Succeed())
	c.Expect(list.SchemaVersion).To(gomega.Equal(2))
	c.Expect(list.MediaType).To(gomega.Equal(ocispec.MediaTypeImageIndex))
	c.Expect(list.Manifests).NotTo(gomega.BeNil())
	return resp, list.Manifests
}

// refer pushes n referrers of a subject and returns its descriptor.
func (c *client) refer(n int) ocispec.Descriptor {
	c.t.Helper()
	of := descriptorOf(c.image("a", "subject"))
	for i := range n {
		c.pushed("a", c.image("a", fmt.Sprint("referrer ", i), subject(of)))
	}
	return of
}

func TestReferrersOfNothing(t *testing.T) {
	c := serve(t, reference.Options{})
	c.blob("a", "blob")
	for _, path := range []string{
		"/v2/a/referrers/" + missing, "/v2/nowhere/referrers/" + missing, "/v2/a/referrers/" + digest.SHA512.FromString("").String(),
		"/v2/a/referrers/blake3:00", "/v2/a/referrers/" + missing + "?artifactType=x",
	} {
		_, list := c.list(path)
		c.Expect(list).To(gomega.BeEmpty())
	}
	for _, d := range []string{"sha256:bad", "x", "v1", strings.ToUpper(missing), missing + "0"} {
		c.expectError(c.get("/v2/a/referrers/"+d), http.StatusBadRequest, "DIGEST_INVALID")
	}
}

// The artifact type is the manifest's own or, for an image without one, its config's
// media type.
func TestReferrersAreDescribed(t *testing.T) {
	c := serve(t, reference.Options{})
	of := descriptorOf(c.image("a", "subject")) // pushed later, or never
	var want []ocispec.Descriptor
	for _, typed := range []string{"", "application/x"} {
		edit := func(doc map[string]any) {
			doc["subject"], doc["annotations"] = of, map[string]string{"a": "<1>"}
			if typed != "" {
				doc["artifactType"] = typed
			}
		}
		image := c.image("a", "config", edit)
		for _, manifest := range []string{image, index(edit)} {
			resp := c.put("a", digest.FromString(manifest).String(), manifest)
			c.Expect(resp.Header.Get("OCI-Subject")).To(gomega.Equal(of.Digest.String()))
			entry := descriptorOf(manifest)
			entry.ArtifactType, entry.Annotations = typed, map[string]string{"a": "<1>"}
			if typed == "" && manifest == image {
				entry.ArtifactType = ocispec.MediaTypeImageConfig
			}
			want = append(want, entry)
		}
	}
	c.pushed("a", c.image("a", "subject"))
	_, list := c.list("/v2/a/referrers/" + of.Digest.String())
	c.Expect(list).To(gomega.Equal(want))
	c.pushed("a", c.image("a", "config", func(doc map[string]any) { // again: the first of them
		doc["subject"], doc["annotations"] = of, map[string]string{"a": "<1>"}
	}))
	_, list = c.list("/v2/a/referrers/" + of.Digest.String())
	c.Expect(list).To(gomega.Equal(want))
	_, list = c.list("/v2/b/referrers/" + of.Digest.String())
	c.Expect(list).To(gomega.BeEmpty())
	c.Expect(c.put("a", "v1", c.image("a", "subject")).Header).NotTo(gomega.HaveKey("Oci-Subject"))
}

// This also holds the second time, when the engine would answer from its cache.
func TestReferrersAreFiltered(t *testing.T) {
	c := serve(t, reference.Options{})
	of := c.refer(1)
	c.pushed("a", index(func(doc map[string]any) { doc["subject"], doc["artifactType"] = of, "application/x+y" }))
	for range 2 {
		resp, list := c.list("/v2/a/referrers/" + of.Digest.String() + "?artifactType=application/x%2By")
		c.Expect(list).To(gomega.HaveLen(1))
		c.Expect(resp.Header.Get("OCI-Filters-Applied")).To(gomega.Equal("artifactType"))
		resp, list = c.list("/v2/a/referrers/" + of.Digest.String() + "?artifactType=none")
		c.Expect(list).To(gomega.BeEmpty())
		c.Expect(resp.Header.Get("OCI-Filters-Applied")).To(gomega.Equal("artifactType"))
		resp, list = c.list("/v2/a/referrers/" + of.Digest.String())
		c.Expect(list).To(gomega.HaveLen(2))
		c.Expect(resp.Header).NotTo(gomega.HaveKey("Oci-Filters-Applied"))
	}
}

// A client of 1.0 keeps lists in tags; they are manifests like others.
func TestFallbackTagIsATag(t *testing.T) {
	c := serve(t, reference.Options{})
	of := c.refer(1)
	path := "/v2/a/referrers/" + of.Digest.String()
	list := c.get(path).Body
	tag := "sha256-" + of.Digest.Encoded()
	c.expectError(c.get("/v2/a/manifests/"+digest.FromString(list).String()), http.StatusNotFound, "MANIFEST_UNKNOWN")
	c.Expect(c.get("/v2/a/tags/list").Body).To(gomega.MatchJSON(`{"name":"a","tags":[]}`))
	c.Expect(c.put("a", tag, list).Status).To(gomega.Equal(http.StatusCreated))
	c.Expect(c.get(path).Body).To(gomega.Equal(list))
	c.Expect(c.get("/v2/a/tags/list").Body).To(gomega.MatchJSON(`{"name":"a","tags":["` + tag + `"]}`))
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+digest.FromString(list).String())
	c.Expect(c.get(path).Body).To(gomega.Equal(list))
}

func TestDeletesAndReferrers(t *testing.T) {
	c := serve(t, reference.Options{})
	of := descriptorOf(c.image("a", "subject"))
	c.pushed("a", c.image("a", "subject"))
	referrer := c.image("a", "referrer", subject(of))
	c.put("a", "v1", referrer)
	left := func() []ocispec.Descriptor {
		_, list := c.list("/v2/a/referrers/" + of.Digest.String())
		return list
	}
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/v1") // the tag alone
	c.Expect(left()).To(gomega.HaveLen(1))
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+of.Digest.String())
	c.Expect(left()).To(gomega.HaveLen(1))
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+digest.FromString(referrer).String())
	c.Expect(left()).To(gomega.BeEmpty())
}

func TestReferrersPushedAtOnce(t *testing.T) {
	c := serve(t, reference.Options{})
	of := descriptorOf(c.image("a", "subject"))
	const n = 50
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { c.pushed("a", c.image("a", fmt.Sprint(i), subject(of))) })
	}
	wg.Wait()
	_, list := c.list("/v2/a/referrers/" + of.Digest.String())
	c.Expect(list).To(gomega.HaveLen(n))
}

// pages gets all of a list, page by page.
func (c *client) pages(path string) (sizes []int) {
	c.t.Helper()
	seen := map[digest.Digest]bool{}
	for path != "" {
		resp, list := c.list(path)
		c.Expect(len(resp.Body)).To(gomega.BeNumerically("<=", 4<<20))
		for _, d := range list {
			c.Expect(seen).NotTo(gomega.HaveKey(d.Digest))
			seen[d.Digest] = true
		}
		sizes = append(sizes, len(list))
		link := resp.Header.Get("Link")
		if link == "" {
			break
		}
		c.Expect(link).To(gomega.MatchRegexp(`^<[^>]+>; rel="next"$`))
		path = link[1:strings.Index(link, ">")]
	}
	return sizes
}

func TestPagesOfReferrers(t *testing.T) {
	c := serve(t, reference.Options{ReferrersPage: 2})
	path := "/v2/a/referrers/" + c.refer(5).Digest.String()
	c.Expect(c.pages(path)).To(gomega.Equal([]int{2, 2, 1}))
	c.Expect(c.pages(path + "?artifactType=" + strings.ReplaceAll(ocispec.MediaTypeImageConfig, "+", "%2B"))).To(gomega.Equal([]int{2, 2, 1}))
	c.expectError(c.get(path+"?after=x"), http.StatusBadRequest, "UNSUPPORTED")
}

func TestManyReferrersFillMoreThanAManifest(t *testing.T) {
	c := serve(t, reference.Options{})
	of := descriptorOf(c.image("a", "subject"))
	for i := range 5 {
		c.pushed("a", index(func(doc map[string]any) {
			doc["subject"], doc["annotations"] = of, map[string]string{"long": strings.Repeat(fmt.Sprint(i), 1<<20)}
		}))
	}
	c.Expect(c.pages("/v2/a/referrers/" + of.Digest.String())).To(gomega.Equal([]int{3, 2}))
}

func TestWithoutReferrers(t *testing.T) {
	c := serve(t, reference.Options{DisableReferrers: true})
	referrer := c.image("a", "referrer", subject(descriptorOf(c.image("a", "subject"))))
	resp := c.put("a", "v1", referrer)
	c.Expect(resp.Status).To(gomega.Equal(http.StatusCreated))
	c.Expect(resp.Header).NotTo(gomega.HaveKey("Oci-Subject"))
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/referrers/"+missing, "/v2/a/referrers/x")
}
