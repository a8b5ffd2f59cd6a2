package wire_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/onsi/gomega"

	"assay/wire"
)

// answered is an answer of a registry that holds a header.
func answered(t testing.TB, name string, values ...string) *wire.Exchange {
	return &wire.Exchange{
		URL:    parse(t, "https://registry.example:5000/v2/a/b/blobs/uploads/?mount=x"),
		Header: http.Header{name: values},
	}
}

func TestLocations(t *testing.T) {
	const origin = "https://registry.example:5000"
	for location, want := range map[string]string{
		"/v2/a/blobs/uploads/1":                  origin + "/v2/a/blobs/uploads/1",
		"1":                                      origin + "/v2/a/b/blobs/uploads/1",
		"./1":                                    origin + "/v2/a/b/blobs/uploads/1",
		"../../1":                                origin + "/v2/a/b/1",
		"?_state=1":                              origin + "/v2/a/b/blobs/uploads/?_state=1",
		"//other.example/x":                      "https://other.example/x",
		"http://other.example/x":                 "http://other.example/x",
		"HTTPS://other.example:443/x":            "https://other.example:443/x",
		"http://[::1]:5000/x":                    "http://[::1]:5000/x",
		"/x?b=2&a=1&b=1":                         origin + "/x?b=2&a=1&b=1",
		"/x?a=%2f%2F+%20&&b&=&c=":                origin + "/x?a=%2f%2F+%20&&b&=&c=",
		"/x?_state=eyJhIjoiYiJ9%3D%3D~.-_":       origin + "/x?_state=eyJhIjoiYiJ9%3D%3D~.-_",
		"/x?a=b;c=d":                             origin + "/x?a=b;c=d",
		"/x?a=sha256:b&c=d/e?f@g!$'()*,":         origin + "/x?a=sha256:b&c=d/e?f@g!$'()*,",
		"/x?a=%zz":                               origin + "/x?a=%zz",
		"/x%2fy/%41~":                            origin + "/x%2fy/%41~",
		"/x?a=b#fragment":                        origin + "/x?a=b",
		"/x#%66ragment":                          origin + "/x",
		"https://registry.example:5000/v2/a?b#c": origin + "/v2/a?b",
		"https://alice:opensesame@registry.example/x?a": "https://alice:opensesame@registry.example/x?a",
	} {
		g := gomega.NewWithT(t)
		got, err := answered(t, "Location", location).Location()
		g.Expect(err).NotTo(gomega.HaveOccurred(), location)
		g.Expect(got.String()).To(gomega.Equal(want), location)
	}
}

func TestLocationsThatLeadNowhere(t *testing.T) {
	g := gomega.NewWithT(t)
	_, err := answered(t, "Date").Location()
	g.Expect(err).To(gomega.MatchError("no Location header"))
	for _, location := range []string{
		"", "://", "http://[::1", "%zz", "\x7f", "ftp://registry.example/x", "mailto:a@b", "http:", "http://", "http:///x",
		"https:x", "javascript:alert(1)", "http://registry.example:x/",
	} {
		got, err := answered(t, "Location", location).Location()
		g.Expect(err).To(gomega.HaveOccurred(), location)
		g.Expect(got).To(gomega.BeNil(), location)
	}
	_, err = answered(t, "Location", "ftp://registry.example/x?X-Amz-Signature=opensesame").Location()
	g.Expect(err.Error()).NotTo(gomega.ContainSubstring("opensesame"))
}

func TestQueriesGrowAtTheEnd(t *testing.T) {
	for from, want := range map[string]string{
		"http://r/x":                  "http://r/x?digest=sha256%3Aa+%26b",
		"http://r/x?":                 "http://r/x?digest=sha256%3Aa+%26b",
		"http://r/x?b=%2f&a;c=1&b=+=": "http://r/x?b=%2f&a;c=1&b=+=&digest=sha256%3Aa+%26b",
		"http://r/x?digest=old":       "http://r/x?digest=old&digest=sha256%3Aa+%26b",
		"http://r/x?a&":               "http://r/x?a&&digest=sha256%3Aa+%26b",
	} {
		g := gomega.NewWithT(t)
		u := parse(t, from)
		g.Expect(wire.AddQuery(u, "digest", "sha256:a &b").String()).To(gomega.Equal(want))
		g.Expect(u.String()).To(gomega.Equal(from), "the URL that was given is not changed")
	}
}

// TestStatesComeBackToTheLetter sends what a registry put into its Location.
func TestStatesComeBackToTheLetter(t *testing.T) {
	for _, location := range []string{
		"/up/1?_state=aGk%3D%3d&z=1&a=%20+&a=2",
		"/up/1?a=b;c=d&e=f/g:h?i@j'k(l)[m]{n}|o",
		"/up/a%2Fb%2fc/%7E~/?&&=&x",
		"/up//1/?",
	} {
		g := gomega.NewWithT(t)
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Location", location) })
		repo := connect(t, s.URL).Repository("a")
		u, err := repo.StartUpload(t.Context()).Location()
		g.Expect(err).NotTo(gomega.HaveOccurred())
		succeeded(g, repo.UploadStatus(t.Context(), u))
		g.Expect(s.Seen()[1].URI).To(gomega.Equal(location))
	}
}

func FuzzLocation(f *testing.F) {
	for _, seed := range []string{"/v2/a?b=c", "//h/x", "http:x", "http://[::1]:0/%2f", "?a=%zz#b", "http://u:p@h", "..//..", " ", "//::"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, location string) {
		u, err := answered(t, "Location", location).Location()
		if err != nil {
			if u != nil {
				t.Fatalf("both a URL and an error of %q", location)
			}
			return
		}
		if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Fragment != "" {
			t.Fatalf("%q became %q", location, u)
		}
		again, err := url.Parse(u.String())
		if err != nil {
			t.Fatalf("%q became %q, which is no URL: %v", location, u, err)
		}
		if again.String() != u.String() || again.Host != u.Host || again.RawQuery != u.RawQuery {
			t.Fatalf("%q became %q, which is read as %q", location, u, again)
		}
	})
}
