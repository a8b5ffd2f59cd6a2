package wire_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"

	"assay/wire"
)

func TestPurposesAreInTheUserAgent(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, nil)
	repo := connect(t, s.URL, func(o *wire.Options) { o.UserAgent = "assay/1" }).Repository("a")
	for purpose, want := range map[string]string{
		"":                            "assay/1",
		"push.blob.chunk.range":       "assay/1 (push.blob.chunk.range)",
		"a (b) \\c\r\nX-Evil: d\x7fé": "assay/1 (a b cX-Evil: d)",
		"(\n)":                        "assay/1",
		strings.Repeat("long ", 1000): "assay/1 (" + strings.Repeat("long ", 23) + "long)",
	} {
		succeeded(g, repo.ListTags(wire.WithPurpose(t.Context(), purpose)))
		seen := s.Seen()
		g.Expect(seen[len(seen)-1].Header.Values("User-Agent")).To(gomega.Equal([]string{want}))
	}
}

func TestTokensAreForAPurposeToo(t *testing.T) {
	g := gomega.NewWithT(t)
	service := tokenService(t, nil)
	registry := serve(t, service.protect(func(http.ResponseWriter, *http.Request) {}))
	client := connect(t, registry.URL, login(strings.TrimPrefix(registry.URL, "http://")))
	succeeded(g, client.Repository("a").ListTags(wire.WithPurpose(t.Context(), "why")))
	for _, seen := range append(registry.Seen(), service.Seen()...) {
		g.Expect(seen.Header.Values("User-Agent")).To(gomega.Equal([]string{"assay (why)"}))
	}
	var kinds []string
	for _, use := range client.Profile() {
		kinds = append(kinds, use.Purpose+" "+use.Method+" "+string(use.Endpoint))
	}
	g.Expect(kinds).To(gomega.ConsistOf("why GET end-8", gomega.HaveSuffix(" token")))
}

func TestProfile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		client := connect(t, inMemory, piped(t, new(crowd).slow(time.Second)), inFlight(1))
		repo := client.Repository("a")
		for range 3 {
			repo.ListTags(wire.WithPurpose(t.Context(), "one"))
		}
		repo.HeadManifest(wire.WithPurpose(t.Context(), "two"), "v1")
		g.Expect(client.Profile()).To(gomega.Equal([]wire.Use{
			{Purpose: "one", Method: "GET", Endpoint: wire.EndTags, Requests: 3, Time: 3 * time.Second},
			{Purpose: "two", Method: "HEAD", Endpoint: wire.EndManifest, Requests: 1, Time: time.Second},
		}))
	})
}
