package wire

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"oras.land/oras-go/v2/registry/remote/auth"
)

func TestCredentialsAreForTheTarget(t *testing.T) {
	for _, test := range []struct {
		target, to string
		want       bool
	}{
		{"https://registry.example", "https://registry.example/x", true},
		{"https://registry.example", "https://REGISTRY.example:443/x", true},
		{"https://registry.example:443", "https://registry.example/x", true},
		{"https://registry.example:5000", "https://registry.example:5000/x", true},
		{"http://registry.example", "http://registry.example:80/x", true},
		{"http://registry.example", "https://registry.example/x", true},
		{"http://registry.example:5000", "https://registry.example:5000/x", true},
		{"http://[::1]:5000", "http://[::1]:5000/x", true},

		{"https://registry.example", "http://registry.example/x", false},
		{"https://registry.example", "http://registry.example:443/x", false},
		{"https://registry.example:5000", "http://registry.example:5000/x", false},
		{"https://registry.example", "https://registry.example:444/x", false},
		{"http://registry.example:5000", "http://registry.example:5001/x", false},
		{"http://registry.example:5000", "https://registry.example/x", false},
		{"http://registry.example", "https://registry.example:5000/x", false},
		{"https://registry.example", "https://a.registry.example/x", false},
		{"https://registry.example", "https://registry.example.evil.example/x", false},
		{"https://registry.example", "https://registry.example@evil.example/x", false},
		{"http://127.0.0.1:5000", "http://localhost:5000/x", false},
	} {
		target, _ := url.Parse(test.target)
		to, err := url.Parse(test.to)
		gomega.NewWithT(t).Expect(err).NotTo(gomega.HaveOccurred())
		gomega.NewWithT(t).Expect(mayLogIn(target, to)).To(gomega.Equal(test.want), test.target+" to "+test.to)
	}
}

// pretended answers in place of hosts that do not exist: with a challenge of
// the realm, and with a token where the path is /token.
type pretended struct {
	realm string
	asked []*http.Request // for tokens
}

func (p *pretended) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	switch {
	case req.URL.Path == "/token":
		p.asked = append(p.asked, req)
		_, _ = io.WriteString(w, `{"token":"opensesame"}`)
	case req.Header.Get("Authorization") == "":
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+p.realm+`"`)
		w.WriteHeader(http.StatusUnauthorized)
	}
	resp := w.Result()
	resp.Request = req
	return resp, nil
}

// TestRealms are where a token service may be: what oras-go promises, seen
// through this client. The addresses are of networks for documentation, so
// that no name is looked up.
func TestRealms(t *testing.T) {
	for _, test := range []struct {
		target, realm string
		allowed       bool
	}{
		{"https://192.0.2.1", "https://192.0.2.1/token", true},
		{"https://192.0.2.1", "https://198.51.100.1/token", true},
		{"https://192.0.2.1", "https://10.0.0.1/token", true},
		{"http://192.0.2.1", "http://198.51.100.1/token", true},
		{"http://192.0.2.1", "https://198.51.100.1/token", true},
		{"http://127.0.0.1:5000", "http://127.0.0.1:5001/token", true},
		{"http://127.0.0.1:5000", "http://[::1]:5001/token", true},
		{"http://[::1]:5000", "http://127.0.0.2/token", true},
		{"https://127.0.0.1:5000", "https://127.0.0.2/token", true},

		{"https://192.0.2.1", "http://192.0.2.1/token", false},
		{"https://192.0.2.1", "http://198.51.100.1/token", false},
		{"https://127.0.0.1:5000", "http://127.0.0.1:5001/token", false},
		{"https://192.0.2.1", "https://127.0.0.1/token", false},
		{"https://192.0.2.1", "https://[::1]/token", false},
		{"https://192.0.2.1", "https://[::ffff:127.0.0.1]/token", false},
		{"http://192.0.2.1", "http://169.254.169.254/token", false},
		{"http://127.0.0.1:5000", "http://169.254.169.254/token", false},
		{"http://192.0.2.1", "ftp://198.51.100.1/token", false},
		{"http://192.0.2.1", "//198.51.100.1/token", false},
		{"http://192.0.2.1", "/token", false},
	} {
		g := gomega.NewWithT(t)
		about := test.target + " with " + test.realm
		target, err := url.Parse(test.target)
		g.Expect(err).NotTo(gomega.HaveOccurred())
		hosts := &pretended{realm: test.realm}
		opts := Options{Target: target, Credential: auth.StaticCredential(target.Host, auth.Credential{Username: "alice", Password: "opensesame"})}
		shared := newShared(opts)
		transport := newAuthTransport(&observer{shared: shared, next: hosts}, shared)
		place, err := shared.gate.enter(t.Context())
		g.Expect(err).NotTo(gomega.HaveOccurred())
		req, err := http.NewRequestWithContext(withAttempt(t.Context(), &attempt{
			req: &Request{Method: http.MethodGet}, place: place, url: test.target + "/v2/",
		}), http.MethodGet, test.target+"/v2/", nil)
		g.Expect(err).NotTo(gomega.HaveOccurred())
		resp, err := transport.RoundTrip(req)
		if !test.allowed {
			g.Expect(err).To(gomega.HaveOccurred(), about)
			g.Expect(explain(t.Context(), 0, err)).To(gomega.MatchError(ErrCredentials), about)
			g.Expect(hosts.asked).To(gomega.BeEmpty(), about)
			continue
		}
		g.Expect(err).NotTo(gomega.HaveOccurred(), about)
		g.Expect(resp.StatusCode).To(gomega.Equal(http.StatusOK), about)
		g.Expect(hosts.asked).To(gomega.HaveLen(1), about)
		g.Expect(strings.HasPrefix(hosts.asked[0].Header.Get("Authorization"), "Basic ")).To(gomega.BeTrue(), about)
	}
}
