package wire_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"

	"github.com/onsi/gomega"

	"assay/wire"
)

// TestOddChallenges are read as far as they can be; where they cannot, the
// answer is the 401.
func TestOddChallenges(t *testing.T) {
	service := tokenService(t, nil)
	realm := service.URL + "/auth"
	for challenge, scheme := range map[string]string{
		`BASIC REALM="A"`:                  "Basic",
		`basic`:                            "Basic",
		`Basic`:                            "Basic",
		`Basic realm=unquoted`:             "Basic",
		`Basic realm="a", charset="UTF-8"`: "Basic",
		`Basic realm="a", Bearer realm="` + realm + `"`:                         "Basic",
		`BEARER realm="` + realm + `"`:                                          "Bearer",
		`bearer  realm = "` + realm + `" , service="a"`:                         "Bearer",
		`Bearer realm="` + realm + `",`:                                         "Bearer",
		`Bearer realm="` + realm + `",,service="a"`:                             "Bearer",
		`Bearer realm="` + realm + `",service=a`:                                "Bearer",
		`Bearer realm="` + realm + `", Basic realm="a"`:                         "Bearer",
		`Bearer realm="` + realm + `",error="\"quoted\"`:                        "Bearer",
		`Bearer realm="` + realm + `?account=a"`:                                "Bearer",
		`Digest realm="a", nonce="b"`:                                           "",
		`Digest realm="a, Basic b", nonce="b", Basic realm="c"`:                 "Basic",
		`Digest realm="a\", Basic b", nonce="b"`:                                "",
		`Negotiate, Bearer realm="` + realm + `",service="a"`:                   "Bearer",
		`Negotiate abc==, Basic`:                                                "Basic",
		`Digest basic=a`:                                                        "",
		"Negotiate\nDigest realm=\"a\", nonce=\"b\"\nBasic realm=\"a\"":         "Basic",
		"Digest realm=\"a\"\nBearer realm=\"" + realm + "\"\nBasic realm=\"a\"": "Bearer",
		`Negotiate`:                              "",
		``:                                       "",
		`,`:                                      "",
		`="`:                                     "",
		`Bearer`:                                 "error",
		`Bearer realm`:                           "error",
		`Bearer realm=`:                          "error",
		`Bearer realm="`:                         "error",
		`Bearer realm=""`:                        "error",
		`Bearer ,,,realm="` + realm + `"`:        "error",
		`Bearer realm=` + realm:                  "error",
		`Bearer ` + strings.Repeat("a=b,", 1000): "error",
	} {
		g := gomega.NewWithT(t)
		s := serve(t, func(w http.ResponseWriter, req *http.Request) {
			if req.Header.Get("Authorization") == "" {
				w.Header()["Www-Authenticate"] = strings.Split(challenge, "\n")
				w.WriteHeader(http.StatusUnauthorized)
			}
		})
		ex := connect(t, s.URL, login(strings.TrimPrefix(s.URL, "http://"))).Repository("a").ListTags(t.Context())
		switch scheme {
		case "error":
			g.Expect(ex.Err).To(gomega.MatchError(wire.ErrCredentials), challenge)
			g.Expect(ex.Status).To(gomega.Equal(http.StatusUnauthorized), challenge)
		case "":
			g.Expect(ex.Err).NotTo(gomega.HaveOccurred(), challenge)
			g.Expect(ex.Status).To(gomega.Equal(http.StatusUnauthorized), challenge)
		default:
			succeeded(g, ex)
			g.Expect(ex.Request.Auth).To(gomega.Equal(scheme), challenge)
		}
	}
}

// FuzzChallenge has a registry ask in any words, always, so that a client that
// tries again without end would hang.
func FuzzChallenge(f *testing.F) {
	service := tokenService(f, nil)
	for _, seed := range []string{
		`Basic realm="a"`, `Bearer realm="REALM"`, `Bearer realm="REALM",scope="a b:c:d,e"`, `BEARER realm=REALM`, `Bearer`, `,`, ``,
		`Bearer realm="\"",service="`, `Basic, Bearer realm="REALM"`,
	} {
		f.Add(seed)
	}
	var challenge atomic.Value
	s := serve(f, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", challenge.Load().(string))
		w.WriteHeader(http.StatusUnauthorized)
	})
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "//") || strings.IndexFunc(text, unicode.IsControl) >= 0 {
			t.Skip("only the token service of the test is asked, and only with what HTTP allows")
		}
		challenge.Store(strings.ReplaceAll(text, "REALM", service.URL+"/auth"))
		client := connect(t, s.URL, login(strings.TrimPrefix(s.URL, "http://")))
		ex := client.Repository("a").ListTags(t.Context())
		if ex.Status != http.StatusUnauthorized {
			t.Fatalf("%q: %v", text, ex)
		}
		if n := client.Requests(); n > 4 {
			t.Fatalf("%q: %d requests", text, n)
		}
	})
}
