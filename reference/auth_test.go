package reference_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"

	"assay/reference"
)

func TestBasicLogin(t *testing.T) {
	c := serve(t, reference.Options{Username: "user", Password: "secret"})
	for _, credential := range []string{"", "user:", "user:Secret", ":secret", "user:secret2"} {
		if name, password, given := strings.Cut(credential, ":"); given {
			c.login(name, password)
		}
		resp := c.get("/v2/")
		c.expectError(resp, http.StatusUnauthorized, "UNAUTHORIZED")
		c.Expect(resp.Header.Get("WWW-Authenticate")).To(gomega.Equal(`Basic realm="assay"`))
		c.expectStatus(http.StatusUnauthorized, http.MethodGet, "/v2/a/tags/list", "/v2/a/referrers/"+missing, "/v2/a/manifests/v1")
	}
	c.login("user", "secret")
	c.expectStatus(http.StatusOK, http.MethodGet, "/v2/")
	c.blob("a", "blob")
}

func (c *client) login(user, password string) {
	req := http.Request{Header: http.Header{}}
	req.SetBasicAuth(user, password)
	c.header = req.Header
}

// token requests a token for scopes, and uses it from then on.
func (c *client) token(scopes ...string) {
	c.t.Helper()
	c.login("user", "secret")
	resp := c.get("/token?" + url.Values{"service": {"assay"}, "scope": scopes}.Encode())
	c.Expect(resp.Status).To(gomega.Equal(http.StatusOK), resp.Body)
	var body struct {
		Token     string
		ExpiresIn int `json:"expires_in"`
	}
	c.Expect(json.Unmarshal([]byte(resp.Body), &body)).To(gomega.Succeed())
	c.Expect(body.ExpiresIn).To(gomega.BeNumerically(">", 0))
	c.header.Set("Authorization", "Bearer "+body.Token)
}

func TestTokenChallenge(t *testing.T) {
	c := serve(t, reference.Options{Username: "user", Password: "secret", TokenAuth: true})
	start := `Bearer realm="` + c.url + `/token",service="assay"`
	for _, row := range []struct{ method, path, scope string }{
		{http.MethodGet, "/v2/", ""},
		{http.MethodGet, "/v2/a/b/tags/list", `,scope="repository:a/b:pull"`},
		{http.MethodHead, "/v2/a/manifests/v1", `,scope="repository:a:pull"`},
		{http.MethodPut, "/v2/a/manifests/v1", `,scope="repository:a:pull,push"`},
		{http.MethodDelete, "/v2/a/manifests/v1", `,scope="repository:a:delete"`},
		{http.MethodPost, "/v2/a/blobs/uploads/", `,scope="repository:a:pull,push"`},
		{http.MethodDelete, "/v2/a/blobs/uploads/x", `,scope="repository:a:pull,push"`},
		{http.MethodPost, "/v2/a/blobs/uploads/?mount=" + missing + "&from=b", `,scope="repository:a:pull,push repository:b:pull"`},
	} {
		resp := c.do(row.method, row.path, "")
		c.Expect(resp.Status).To(gomega.Equal(http.StatusUnauthorized))
		c.Expect(resp.Header.Get("WWW-Authenticate")).To(gomega.Equal(start + row.scope))
	}
	c.login("user", "wrong")
	c.expectError(c.get("/token"), http.StatusUnauthorized, "UNAUTHORIZED")
	c.login("user", "secret") // only for the token service
	c.expectStatus(http.StatusUnauthorized, http.MethodGet, "/v2/")
	c.expectStatus(http.StatusMethodNotAllowed, http.MethodPost, "/token")
}

func TestTokensAreGoodForTheirScopes(t *testing.T) {
	c := serve(t, reference.Options{Username: "user", Password: "secret", TokenAuth: true})
	c.token("repository:a:pull,push")
	b := c.blob("a", "blob").Digest.String()
	c.expectStatus(http.StatusOK, http.MethodGet, "/v2/", "/v2/a/blobs/"+b)
	c.expectStatus(http.StatusUnauthorized, http.MethodDelete, "/v2/a/blobs/"+b)
	c.expectStatus(http.StatusUnauthorized, http.MethodGet, "/v2/b/tags/list", "/v2/a/b/tags/list")

	mount := "/v2/b/blobs/uploads/?mount=" + b + "&from=a"
	c.token("repository:b:pull,push")
	c.expectStatus(http.StatusUnauthorized, http.MethodPost, mount)
	c.token("repository:b:pull,push", "repository:a:pull")
	c.expectStatus(http.StatusCreated, http.MethodPost, mount)
	c.token("repository:b:pull,push repository:a:pull")
	c.expectStatus(http.StatusCreated, http.MethodPost, mount)

	c.token("repository:a:pull")
	c.expectStatus(http.StatusUnauthorized, http.MethodPost, "/v2/a/blobs/uploads/")
	c.token("repository:a:delete")
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/blobs/"+b)
	c.token("repository:a:*")
	c.blob("a", "blob")
	c.token()
	c.expectStatus(http.StatusOK, http.MethodGet, "/v2/")
	c.expectStatus(http.StatusUnauthorized, http.MethodGet, "/v2/a/tags/list")
}

func TestTokensForAnyone(t *testing.T) {
	c := serve(t, reference.Options{TokenAuth: true})
	c.expectStatus(http.StatusUnauthorized, http.MethodGet, "/v2/")
	c.expectStatus(http.StatusOK, http.MethodGet, "/token")
}

func TestTokensExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := reference.New(reference.Options{TokenAuth: true})
		ask := func(path, token string) *httptest.ResponseRecorder {
			req, resp := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
			req.Header.Set("Authorization", "Bearer "+token)
			registry.ServeHTTP(resp, req)
			return resp
		}
		var body struct{ Token string }
		g := gomega.NewWithT(t)
		g.Expect(json.Unmarshal(ask("/token", "").Body.Bytes(), &body)).To(gomega.Succeed())
		g.Expect(ask("/v2/", body.Token).Code).To(gomega.Equal(http.StatusOK))
		time.Sleep(time.Minute + time.Second) // on the bubble's clock
		g.Expect(ask("/v2/", body.Token).Code).To(gomega.Equal(http.StatusUnauthorized))
	})
}
