package reference_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"assay/reference"
)

func TestListingTags(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a/b", "config")
	for _, tag := range []string{"b", "a", "C", "d"} {
		c.put("a/b", tag, image)
	}
	for query, row := range map[string]struct{ tags, link string }{
		"":                        {`"C","a","b","d"`, ""},
		"?n=2":                    {`"C","a"`, `</v2/a/b/tags/list?last=a&n=2>; rel="next"`},
		"?n=2&last=a":             {`"b","d"`, ""},
		"?n=1&last=a":             {`"b"`, `</v2/a/b/tags/list?last=b&n=1>; rel="next"`},
		"?last=a":                 {`"b","d"`, ""},
		"?last=aa":                {`"b","d"`, ""},
		"?last=d":                 {``, ""},
		"?n=4":                    {`"C","a","b","d"`, ""},
		"?n=99999999999999999999": {`"C","a","b","d"`, ""},
		"?n=0":                    {``, ""},
		"?n=0&last=a":             {``, ""},
		"?n=":                     {`"C","a","b","d"`, ""},
	} {
		resp := c.get("/v2/a/b/tags/list" + query)
		c.Expect(resp.Status).To(gomega.Equal(http.StatusOK), query)
		c.Expect(resp.Body).To(gomega.MatchJSON(`{"name":"a/b","tags":[`+row.tags+`]}`), query)
		c.Expect(resp.Header.Get("Link")).To(gomega.Equal(row.link), query)
	}
	for _, n := range []string{"-1", "x", "1.5", "-99999999999999999999", "0x1"} {
		c.expectError(c.get("/v2/a/b/tags/list?n="+n), http.StatusBadRequest, "UNSUPPORTED")
	}
}

// The repository stays when its last tag is deleted. A repository without any push does
// not exist.
func TestListingNoTags(t *testing.T) {
	c := serve(t, reference.Options{})
	for _, query := range []string{"", "?n=0", "?n=1"} {
		c.expectError(c.get("/v2/a/tags/list"+query), http.StatusNotFound, "NAME_UNKNOWN")
	}
	c.get("/v2/a/manifests/v1")
	c.open("a")
	c.put("a", "v1", "{}")
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/a/tags/list")
	c.blob("a", "blob")
	for _, query := range []string{"", "?n=0", "?n=1"} {
		c.Expect(c.get("/v2/a/tags/list" + query).Body).To(gomega.MatchJSON(`{"name":"a","tags":[]}`))
	}
	c.pushed("b", index(nil)) // without any blob
	c.Expect(c.get("/v2/b/tags/list").Body).To(gomega.MatchJSON(`{"name":"b","tags":[]}`))
}

func TestTagGrammar(t *testing.T) {
	c := serve(t, reference.Options{})
	image := c.image("a", "config")
	for _, tag := range []string{"_", "0", "A.z-0_", strings.Repeat("x", 128)} {
		c.Expect(c.put("a", tag, image).Status).To(gomega.Equal(http.StatusCreated), tag)
		c.expectStatus(http.StatusOK, http.MethodGet, "/v2/a/manifests/"+tag)
	}
	for _, tag := range []string{".a", "-a", "a+b", "a%20b", "a@b", "%C3%A9", "sha256:x", strings.Repeat("x", 129)} {
		c.expectError(c.put("a", tag, image), http.StatusBadRequest, "DIGEST_INVALID")
		c.expectError(c.get("/v2/a/manifests/"+tag), http.StatusNotFound, "MANIFEST_UNKNOWN")
		c.expectError(c.do(http.MethodDelete, "/v2/a/manifests/"+tag, ""), http.StatusNotFound, "MANIFEST_UNKNOWN")
	}
}
