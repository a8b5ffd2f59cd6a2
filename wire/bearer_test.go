package wire_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/onsi/gomega"
	"oras.land/oras-go/v2/registry/remote/auth"

	"assay/wire"
)

// registryOf is a registry whose tokens the service makes.
func registryOf(t testing.TB, s *tokens) (*server, *wire.Client) {
	registry := serve(t, s.protect(func(http.ResponseWriter, *http.Request) {}))
	return registry, connect(t, registry.URL, login(strings.TrimPrefix(registry.URL, "http://")))
}

func TestBearer(t *testing.T) {
	for _, field := range []string{"token", "access_token"} {
		g := gomega.NewWithT(t)
		service := tokenService(t, nil)
		service.Field = field
		registry, client := registryOf(t, service)
		ex := client.Repository("a/b").PutManifest(t.Context(), "v1", imageType, []byte("{}"))
		succeeded(g, ex)
		g.Expect(ex.Request.Auth).To(gomega.Equal("Bearer"))
		g.Expect(service.Seen()).To(gomega.HaveLen(1))
		asked := service.Seen()[0]
		g.Expect(asked.Method).To(gomega.Equal("GET"))
		g.Expect(parse(t, asked.URI).Path).To(gomega.Equal("/auth"))
		g.Expect(parse(t, asked.URI).Query()).To(gomega.BeEquivalentTo(map[string][]string{
			"service": {"registry.example"}, "scope": {"repository:a/b:pull,push"},
		}))
		g.Expect(asked.Header.Values("User-Agent")).To(gomega.Equal([]string{"assay"}))
		user, password, _ := (&http.Request{Header: asked.Header}).BasicAuth()
		g.Expect(user + ":" + password).To(gomega.Equal("alice:opensesame"))
		got := registry.Seen()
		g.Expect(got).To(gomega.HaveLen(2))
		g.Expect(got[1].Body).To(gomega.Equal("{}"))
		g.Expect(got[1].Header.Values("User-Agent")).To(gomega.Equal([]string{"assay"}))
		g.Expect(client.Requests()).To(gomega.Equal(3), "requests for tokens count")
	}
}

func TestTokensOfNobody(t *testing.T) {
	g := gomega.NewWithT(t)
	service := tokenService(t, nil)
	registry := serve(t, service.protect(func(http.ResponseWriter, *http.Request) {}))
	succeeded(g, connect(t, registry.URL).Repository("a").ListTags(t.Context()))
	g.Expect(service.Seen()[0].Header).NotTo(gomega.HaveKey("Authorization"))
}

func TestTokenServicesThatAskToWait(t *testing.T) {
	g := gomega.NewWithT(t)
	var s *tokens
	asked := 0
	s = tokenService(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked < 3 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"token": s.issue()})
	})
	_, client := registryOf(t, s)
	succeeded(g, client.Repository("a").ListTags(t.Context()))
	g.Expect(s.Seen()).To(gomega.HaveLen(3))
}

func TestTokensAreKept(t *testing.T) {
	g := gomega.NewWithT(t)
	service := tokenService(t, nil)
	registry, client := registryOf(t, service)
	repo := client.Repository("a")
	for range 5 {
		succeeded(g, repo.ListTags(t.Context()))
		succeeded(g, repo.GetManifest(t.Context(), "v1"))
	}
	g.Expect(service.Seen()).To(gomega.HaveLen(1))
	g.Expect(registry.Seen()).To(gomega.HaveLen(11))

	succeeded(g, repo.StartUpload(t.Context()))
	g.Expect(service.Seen()).To(gomega.HaveLen(2), "another scope")
	succeeded(g, client.Repository("b").ListTags(t.Context()))
	g.Expect(service.Seen()).To(gomega.HaveLen(3), "another repository")
	succeeded(g, repo.DeleteManifest(t.Context(), "v1"))
	g.Expect(service.Seen()).To(gomega.HaveLen(4))
	succeeded(g, repo.ListTags(t.Context()))
	g.Expect(service.Seen()).To(gomega.HaveLen(4))
}

func TestTokensAreRenewed(t *testing.T) {
	g := gomega.NewWithT(t)
	service := tokenService(t, nil)
	registry, client := registryOf(t, service)
	repo := client.Repository("a")
	succeeded(g, repo.PutManifest(t.Context(), "v1", imageType, []byte("{}")))
	service.Revoke()
	ex := repo.PutManifest(t.Context(), "v1", imageType, []byte("{}"))
	succeeded(g, ex)
	g.Expect(service.Seen()).To(gomega.HaveLen(2))
	got := registry.Seen()
	g.Expect(got).To(gomega.HaveLen(4))
	g.Expect(got[2].Header.Get("Authorization")).NotTo(gomega.Equal(got[3].Header.Get("Authorization")))
	g.Expect(got[3].Body).To(gomega.Equal("{}"))
}

// TestTokensOfManyAtOnce has all of them refused before any gets a token.
func TestTokensOfManyAtOnce(t *testing.T) {
	const many = 20
	g := gomega.NewWithT(t)
	service := tokenService(t, nil)
	var refused, done sync.WaitGroup
	refused.Add(many)
	protected := service.protect(func(http.ResponseWriter, *http.Request) {})
	registry := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Authorization") == "" {
			refused.Done()
			refused.Wait()
		}
		protected(w, req)
	})
	client := connect(t, registry.URL, login(strings.TrimPrefix(registry.URL, "http://")))
	exchanges := make([]*wire.Exchange, many)
	for i := range exchanges {
		done.Go(func() { exchanges[i] = client.Repository("a").ListTags(t.Context()) })
	}
	done.Wait()
	for _, ex := range exchanges {
		succeeded(g, ex)
		g.Expect(ex.Request.Auth).To(gomega.Equal("Bearer"))
	}
	g.Expect(registry.Seen()).To(gomega.HaveLen(2 * many))
	g.Expect(client.Requests()).To(gomega.Equal(2*many + len(service.Seen())))
}

func TestScopes(t *testing.T) {
	for name, test := range map[string]struct {
		call   func(*wire.Repository) *wire.Exchange
		hint   string // of the challenge
		scopes []string
	}{
		"support": {func(r *wire.Repository) *wire.Exchange { return r.Client().Support(t.Context()) }, "", nil},
		"pull":    {func(r *wire.Repository) *wire.Exchange { return r.GetBlob(t.Context(), sha) }, "", []string{"repository:a:pull"}},
		"push":    {func(r *wire.Repository) *wire.Exchange { return r.StartUpload(t.Context()) }, "", []string{"repository:a:pull,push"}},
		"delete":  {func(r *wire.Repository) *wire.Exchange { return r.DeleteBlob(t.Context(), sha) }, "", []string{"repository:a:delete,pull,push"}},
		"mount": {func(r *wire.Repository) *wire.Exchange { return r.Mount(t.Context(), sha, "b/c") }, "",
			[]string{"repository:a:pull,push", "repository:b/c:pull"}},
		"mount from nowhere": {func(r *wire.Repository) *wire.Exchange { return r.Mount(t.Context(), sha, "") }, "", []string{"repository:a:pull,push"}},
		"more than expected": {func(r *wire.Repository) *wire.Exchange { return r.GetBlob(t.Context(), sha) }, "repository:a:metadata registry:catalog:*",
			[]string{"registry:catalog:*", "repository:a:metadata,pull"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			service := tokenService(t, nil)
			registry := serve(t, func(w http.ResponseWriter, req *http.Request) {
				if req.Header.Get("Authorization") == "" {
					w.Header().Set("WWW-Authenticate", service.challenge(test.hint))
					w.WriteHeader(http.StatusUnauthorized)
				}
			})
			repo := connect(t, registry.URL, login(strings.TrimPrefix(registry.URL, "http://"))).Repository("a")
			succeeded(g, test.call(repo))
			succeeded(g, test.call(repo))
			g.Expect(service.Seen()).To(gomega.HaveLen(1))
			g.Expect(parse(t, service.Seen()[0].URI).Query()["scope"]).To(gomega.Equal(test.scopes))
		})
	}
}

// TestRefreshTokens are sent in the body of a POST, never in an address.
func TestRefreshTokens(t *testing.T) {
	g := gomega.NewWithT(t)
	service := tokenService(t, nil)
	service.Field = "access_token"
	registry := serve(t, service.protect(func(http.ResponseWriter, *http.Request) {}))
	ex := connect(t, registry.URL, func(o *wire.Options) {
		o.Credential = auth.StaticCredential(strings.TrimPrefix(registry.URL, "http://"), auth.Credential{RefreshToken: "opensesame"})
	}).Repository("a").ListTags(t.Context())
	succeeded(g, ex)
	g.Expect(service.Seen()).To(gomega.HaveLen(1))
	g.Expect(service.Seen()[0].Method).To(gomega.Equal("POST"))
	g.Expect(service.Seen()[0].URI).To(gomega.Equal("/auth"))
	g.Expect(service.Seen()[0].Body).To(gomega.And(gomega.ContainSubstring("refresh_token=opensesame"), gomega.ContainSubstring("client_id=assay")))
}

// TestStreamsSurviveALogin has a body that must be opened a second time.
func TestStreamsSurviveALogin(t *testing.T) {
	g := gomega.NewWithT(t)
	registry, client := registryOf(t, tokenService(t, nil))
	ex := client.Repository("a").Raw(t.Context(), "end-5", "PATCH", "up", wire.WithStream(6, func() io.Reader { return strings.NewReader("stream") }))
	succeeded(g, ex)
	g.Expect(registry.Seen()[1].Body).To(gomega.Equal("stream"))
}
