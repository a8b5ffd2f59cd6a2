package reference_test

import (
	"net/http"
	"testing"

	"github.com/onsi/gomega"

	"assay/reference"
)

func TestRootIsServed(t *testing.T) {
	c := serve(t, reference.Options{})
	c.expectStatus(http.StatusOK, http.MethodGet, "/v2/", "/v2")
	c.expectError(c.do(http.MethodPost, "/v2/", ""), http.StatusMethodNotAllowed, "UNSUPPORTED")
}

func TestOnePathForOneThing(t *testing.T) {
	c := serve(t, reference.Options{})
	c.Expect(c.put("a/b", "v1", c.image("a/b", "config")).Status).To(gomega.Equal(http.StatusCreated))
	c.expectStatus(http.StatusOK, http.MethodGet, "/v2/a/b/manifests/v1", "/v2/a/b/manifests/v%31", "/v2/a/b/tags/list")
	c.expectStatus(http.StatusNotFound, http.MethodGet,
		"/v2/a/x/../b/manifests/v1", "/v2/a/x/%2e%2e/b/manifests/v1", "/v2/a/./b/manifests/v1",
		"/v2//a/b/manifests/v1", "/v2/a//b/manifests/v1", "/v2/a%2Fb/manifests/v1", "/v2/a/b/manifests%2fv1",
		"/v2/a/b/manifests/v1/", "/v2/a/b/tags/list/", "/v2//", "//v2/", "/v2/x/..", "/v2/a/../",
		"/v3/", "/", "/token", "/v2/a/b", "/v2/a/b/manifests", "/v2/manifests/v1",
	)
	c.expectError(c.get("/v2/a/x/../b/tags/list"), http.StatusNotFound, "UNSUPPORTED")
}

func TestNamesOutsideOfTheGrammarNameNothing(t *testing.T) {
	c := serve(t, reference.Options{})
	for _, name := range []string{"UPPER", "-a", "a-", "a..b", "a___b", "a/-b", "a~b", "a%20b", "a/b.", "_a", "é"} {
		c.expectError(c.get("/v2/"+name+"/tags/list"), http.StatusNotFound, "NAME_INVALID")
		c.expectError(c.do(http.MethodPost, "/v2/"+name+"/blobs/uploads/", ""), http.StatusNotFound, "NAME_INVALID")
		c.expectError(c.put(name, "v1", c.image("a", "config")), http.StatusNotFound, "NAME_INVALID")
		c.expectError(c.get("/v2/"+name+"/referrers/"+missing), http.StatusBadRequest, "NAME_INVALID")
	}
	for _, name := range []string{"a", "a.b", "a_b", "a__b", "a---b", "a/b/c/0", "manifests", "blobs/uploads", "tags/list"} {
		c.Expect(c.put(name, "v1", c.image(name, "config")).Status).To(gomega.Equal(http.StatusCreated), name)
		c.Expect(c.get("/v2/" + name + "/tags/list").Body).To(gomega.MatchJSON(`{"name":"` + name + `","tags":["v1"]}`))
	}
}

func TestMethodsThatAPathDoesNotHave(t *testing.T) {
	for path, allow := range map[string]string{
		"/v2/":                       "GET, HEAD",
		"/v2/a/tags/list":            "GET, HEAD",
		"/v2/a/referrers/" + missing: "GET, HEAD",
		"/v2/a/manifests/v1":         "GET, HEAD, PUT, DELETE",
		"/v2/a/blobs/" + missing:     "GET, HEAD, DELETE",
		"/v2/a/blobs/uploads/":       "POST",
		"/v2/a/blobs/uploads/x":      "GET, PATCH, PUT, DELETE",
	} {
		c := serve(t, reference.Options{})
		resp := c.do(http.MethodTrace, path, "")
		c.expectError(resp, http.StatusMethodNotAllowed, "UNSUPPORTED")
		c.Expect(resp.Header.Get("Allow")).To(gomega.Equal(allow), path)
	}
}

func TestOptionsThatTakeMethodsAway(t *testing.T) {
	for name, row := range map[string]struct {
		opts                reference.Options
		tag, manifest, blob int
	}{
		"none":      {reference.Options{}, 202, 202, 202},
		"delete":    {reference.Options{DisableDelete: true}, 405, 405, 405},
		"tags":      {reference.Options{DisableTagDelete: true}, 405, 202, 202},
		"manifests": {reference.Options{DisableManifestDelete: true}, 202, 405, 202},
		"blobs":     {reference.Options{DisableBlobDelete: true}, 202, 202, 405},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, row.opts)
			d := c.pushed("a", c.image("a", "config"))
			c.put("a", "v1", c.image("a", "config"))
			b := c.blob("a", "blob").Digest.String()
			c.expectStatus(row.tag, http.MethodDelete, "/v2/a/manifests/v1")
			c.expectStatus(row.manifest, http.MethodDelete, "/v2/a/manifests/"+d)
			c.expectStatus(row.blob, http.MethodDelete, "/v2/a/blobs/"+b)
			c.expectStatus(http.StatusNoContent, http.MethodDelete, c.open("a"))
		})
	}
}

func TestReadOnly(t *testing.T) {
	c := serve(t, reference.Options{ReadOnly: true})
	c.expectStatus(http.StatusOK, http.MethodGet, "/v2/", "/v2/a/referrers/"+missing)
	c.expectStatus(http.StatusMethodNotAllowed, http.MethodPost, "/v2/a/blobs/uploads/")
	c.expectStatus(http.StatusMethodNotAllowed, http.MethodPut, "/v2/a/manifests/v1", "/v2/a/blobs/uploads/x")
	c.expectStatus(http.StatusMethodNotAllowed, http.MethodDelete, "/v2/a/manifests/v1", "/v2/a/blobs/"+missing)
}

func TestMiddlewareOutermostFirst(t *testing.T) {
	mark := func(name string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				w.Header().Add("X-Order", name)
				next.ServeHTTP(w, req)
			})
		}
	}
	c := serve(t, reference.Options{Middleware: []func(http.Handler) http.Handler{mark("outer"), mark("inner")}})
	c.Expect(c.get("/v2//").Header.Values("X-Order")).To(gomega.Equal([]string{"outer", "inner"}))
}
