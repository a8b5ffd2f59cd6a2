package wire_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"oras.land/oras-go/v2/registry/remote/auth"

	"assay/wire"
)

func TestBasic(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, basic(func(http.ResponseWriter, *http.Request) {}))
	repo := connect(t, s.URL, login(strings.TrimPrefix(s.URL, "http://"))).Repository("a")
	ex := repo.PutManifest(t.Context(), "v1", imageType, []byte("{}"))
	succeeded(g, ex)
	g.Expect(ex.Request.Auth).To(gomega.Equal("Basic"))
	g.Expect(ex.Request.Header).NotTo(gomega.HaveKey("Authorization"))
	g.Expect(ex.Hops).To(gomega.BeEmpty())
	succeeded(g, repo.GetManifest(t.Context(), "v1"))
	got := s.Seen()
	g.Expect(got).To(gomega.HaveLen(3), "asked for once, then remembered")
	g.Expect(got[0].Header).NotTo(gomega.HaveKey("Authorization"), "not before it was asked for")
	g.Expect(got[1].Body).To(gomega.Equal("{}"), "the body is sent again")
	g.Expect(got[2].Header).To(gomega.HaveKey("Authorization"))
}

func TestAnonymousGetsTheRawAnswer(t *testing.T) {
	g := gomega.NewWithT(t)
	challenge := []string{`Basic realm="a"`, `Bearer realm="http://127.0.0.1:1/"`}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Www-Authenticate"] = challenge
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte("who are you?"))
	})
	client := connect(t, s.URL, login(strings.TrimPrefix(s.URL, "http://")))
	ex := client.Repository("a").GetManifest(t.Context(), "v1", wire.Anonymous())
	g.Expect(ex.Err).NotTo(gomega.HaveOccurred())
	g.Expect(ex.Status).To(gomega.Equal(http.StatusUnauthorized))
	g.Expect(ex.Header.Values("WWW-Authenticate")).To(gomega.Equal(challenge))
	g.Expect(string(ex.Body)).To(gomega.Equal("who are you?"))
	g.Expect(ex.Request.Auth).To(gomega.BeEmpty())
	g.Expect(s.Seen()).To(gomega.HaveLen(1))
	g.Expect(s.Seen()[0].Header).NotTo(gomega.HaveKey("Authorization"))
}

func TestAnonymousAfterALogin(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, basic(func(http.ResponseWriter, *http.Request) {}))
	repo := connect(t, s.URL, login(strings.TrimPrefix(s.URL, "http://"))).Repository("a")
	succeeded(g, repo.ListTags(t.Context()))
	g.Expect(repo.ListTags(t.Context(), wire.Anonymous()).Status).To(gomega.Equal(http.StatusUnauthorized))
	succeeded(g, repo.ListTags(t.Context()))
}

// TestLoginsThatFail expects errors with the 401 of the challenge. If the registry
// itself refused the credential, it expects the registry's answer.
func TestLoginsThatFail(t *testing.T) {
	refusing := tokenService(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"errors":[{"code":"UNAUTHORIZED","message":"wrong password=opensesame"}]}`))
	})
	redirecting := tokenService(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	noJSON := tokenService(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("opensesame")) })
	noToken := tokenService(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"token":""}`)) })
	gone := tokenService(t, nil)
	gone.Close()
	static := func(c auth.Credential) *auth.Credential { return &c }
	alice := static(auth.Credential{Username: "alice", Password: "wrong"})
	for name, test := range map[string]struct {
		challenge  string
		credential *auth.Credential
		says       string // empty if the answer is no error
		requests   int
	}{
		"no credential":              {`Basic realm="a"`, nil, "asks for credentials", 1},
		"an empty credential":        {`Basic realm="a"`, static(auth.EmptyCredential), "asks for credentials", 1},
		"half a credential":          {`Basic realm="a"`, static(auth.Credential{Username: "alice"}), "missing username or password", 1},
		"the registry refuses it":    {`Basic realm="a"`, alice, "", 2},
		"the registry refuses token": {tokenService(t, nil).challenge(""), alice, "", 2},
		"the service refuses":        {refusing.challenge(""), alice, "status code 401", 1},
		"the service refuses anyone": {refusing.challenge(""), nil, "status code 401", 1},
		"the service redirects":      {redirecting.challenge(""), alice, "status code 307", 1},
		"the service has no JSON":    {noJSON.challenge(""), alice, "decode", 1},
		"the service has no token":   {noToken.challenge(""), alice, "empty token", 1},
		"the service is gone":        {gone.challenge(""), alice, "refused", 1},
		"no realm":                   {`Bearer service="registry.example"`, alice, "scheme", 1},
		"a realm that is no URL":     {`Bearer realm="http://[::1"`, alice, "realm", 1},
		"a realm of another scheme":  {`Bearer realm="file:///etc/passwd"`, alice, "scheme", 1},
		"an unknown scheme":          {`Negotiate`, alice, "", 1},
		"no challenge":               {``, alice, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("WWW-Authenticate", test.challenge)
				w.WriteHeader(http.StatusUnauthorized)
			})
			repo := connect(t, s.URL, func(o *wire.Options) {
				if test.credential != nil {
					o.Credential = auth.StaticCredential(strings.TrimPrefix(s.URL, "http://"), *test.credential)
				}
			}).Repository("a")
			ex := repo.GetManifest(t.Context(), "v1")
			g.Expect(ex.Status).To(gomega.Equal(http.StatusUnauthorized))
			g.Expect(ex.Header.Get("WWW-Authenticate")).To(gomega.Equal(test.challenge))
			g.Expect(ex.OK()).To(gomega.BeFalse())
			g.Expect(s.Seen()).To(gomega.HaveLen(test.requests))
			if test.says == "" {
				g.Expect(ex.Err).NotTo(gomega.HaveOccurred())
				return
			}
			g.Expect(ex.Err).To(gomega.MatchError(wire.ErrCredentials))
			g.Expect(ex.Err).To(gomega.MatchError(gomega.ContainSubstring(test.says)))
			g.Expect(ex.Err.Error()).NotTo(gomega.ContainSubstring("/v2/a/manifests"), "which the exchange has")
			g.Expect(ex.Err.Error()).NotTo(gomega.ContainSubstring("sesame"))
		})
	}
	g := gomega.NewWithT(t)
	g.Expect(redirecting.Seen()).To(gomega.HaveLen(1), "no redirect of a token request is followed")
}

// TestNetworkErrorsAreNoRefusals uses addresses that contain the word token.
func TestNetworkErrorsAreNoRefusals(t *testing.T) {
	g := gomega.NewWithT(t)
	gone := serve(t, nil)
	gone.Close()
	ex := connect(t, gone.URL, login(strings.TrimPrefix(gone.URL, "http://"))).Repository("token").GetManifest(t.Context(), "token")
	g.Expect(ex.Err).To(gomega.HaveOccurred())
	g.Expect(ex.Err).NotTo(gomega.MatchError(wire.ErrCredentials))
	g.Expect(ex.Status).To(gomega.BeZero())

	// A connection that breaks after the login is no refusal, either.
	s := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Authorization") != "" {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="token"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	ex = connect(t, s.URL, login(strings.TrimPrefix(s.URL, "http://"))).Repository("token").StartUpload(t.Context())
	g.Expect(ex.Err).To(gomega.HaveOccurred())
	g.Expect(ex.Err).NotTo(gomega.MatchError(wire.ErrCredentials))
	g.Expect(ex.Status).To(gomega.BeZero())
	g.Expect(s.Seen()[1].Header).To(gomega.HaveKey("Authorization"))
}
