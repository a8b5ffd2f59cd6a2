package wire_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"assay/wire"
)

// redirecting redirects /v2/ to the location, and answers all other paths with 200.
func redirecting(t testing.TB, status int, location string) *server {
	return serve(t, func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/v2/") {
			w.Header().Set("Location", location)
			w.WriteHeader(status)
		}
	})
}

func TestRedirectsKeepTheRequest(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"GET", "HEAD", "PUT", "POST", "DELETE"} {
			t.Run(fmt.Sprint(status, method), func(t *testing.T) {
				g := gomega.NewWithT(t)
				s := redirecting(t, status, "/there?a=b&a=c")
				var opts []wire.Option
				body, length := "", 0
				if method == "PUT" {
					body = "content"
					opts = append(opts, wire.WithBody([]byte(body)), wire.WithHeader("Content-Type", imageType), wire.WithHeader("Content-Range", "0-6"))
					length = 3
				}
				opts = append(opts, wire.WithHeader("Accept", imageType))
				ex := connect(t, s.URL).Repository("a").Raw(t.Context(), "end-3", method, "manifests/v1", opts...)
				succeeded(g, ex)

				wantMethod := method
				if status == http.StatusSeeOther && method != "HEAD" {
					wantMethod, body, length = "GET", "", 0
				}
				got := s.Seen()[1]
				g.Expect(got.URI).To(gomega.Equal("/there?a=b&a=c"))
				g.Expect(got.Method).To(gomega.Equal(wantMethod))
				g.Expect(got.Body).To(gomega.Equal(body))
				g.Expect(got.Header.Get("Accept")).To(gomega.Equal(imageType))
				g.Expect(got.Header.Values("Referer")).To(gomega.BeEmpty())
				found := 0
				for _, name := range []string{"Content-Type", "Content-Range"} {
					found += len(got.Header.Values(name))
				}
				g.Expect(found).To(gomega.Equal(min(length, 2)))

				g.Expect(ex.Method).To(gomega.Equal(wantMethod))
				g.Expect(ex.URL.String()).To(gomega.Equal(s.URL + "/there?a=b&a=c"))
				g.Expect(ex.Hops).To(gomega.HaveLen(1))
				g.Expect(ex.Hops[0].Status).To(gomega.Equal(status))
				g.Expect(ex.Hops[0].Method).To(gomega.Equal(method))
				g.Expect(ex.Hops[0].URL.Path).To(gomega.Equal("/v2/a/manifests/v1"))
				g.Expect(ex.Hops[0].Header.Get("Location")).To(gomega.Equal("/there?a=b&a=c"))
			})
		}
	}
}

func TestRedirectedStreamsAreOpenedAgain(t *testing.T) {
	g := gomega.NewWithT(t)
	s := redirecting(t, http.StatusTemporaryRedirect, "/there")
	opened := 0
	ex := connect(t, s.URL).Repository("a").Raw(t.Context(), "end-5", "PATCH", "up", wire.WithStream(6, func() io.Reader {
		opened++
		return strings.NewReader("stream")
	}))
	succeeded(g, ex)
	g.Expect(opened).To(gomega.Equal(2))
	g.Expect(s.Seen()[1].Body).To(gomega.Equal("stream"))
}

func TestRedirectLoopsEnd(t *testing.T) {
	g := gomega.NewWithT(t)
	s := redirecting(t, http.StatusFound, "/v2/")
	ex := connect(t, s.URL).Repository("a").GetManifest(t.Context(), "v1")
	g.Expect(ex.Err).To(gomega.MatchError(wire.ErrTooManyRedirects))
	g.Expect(ex.OK()).To(gomega.BeFalse())
	g.Expect(ex.Status).To(gomega.Equal(http.StatusFound))
	g.Expect(ex.Hops).To(gomega.HaveLen(10))
	g.Expect(s.Seen()).To(gomega.HaveLen(11))
}

func TestRedirectsThatAreAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		status   int
		location []string
		opts     []wire.Option
	}{
		"not to be followed":    {307, []string{"/there"}, []wire.Option{wire.NoRedirect()}},
		"without a Location":    {307, nil, nil},
		"to another scheme":     {302, []string{"ftp://127.0.0.1/x"}, nil},
		"to no URL":             {302, []string{"http://[::1/?token=opensesame"}, nil},
		"to no URL, by 308":     {308, []string{"%zz"}, nil},
		"not modified":          {304, []string{"/there"}, nil},
		"several choices":       {300, []string{"/there"}, nil},
		"created, which is not": {201, []string{"/there"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.location != nil {
					w.Header()["Location"] = test.location
				}
				w.WriteHeader(test.status)
			})
			ex := connect(t, s.URL).Repository("a").GetManifest(t.Context(), "v1", test.opts...)
			g.Expect(ex.Err).NotTo(gomega.HaveOccurred())
			g.Expect(ex.Status).To(gomega.Equal(test.status))
			g.Expect(ex.Header["Location"]).To(gomega.Equal(test.location))
			g.Expect(ex.Hops).To(gomega.BeEmpty())
			g.Expect(s.Seen()).To(gomega.HaveLen(1))
		})
	}
}

func TestRedirectsToNobody(t *testing.T) {
	g := gomega.NewWithT(t)
	gone := serve(t, nil)
	gone.Close()
	s := redirecting(t, http.StatusTemporaryRedirect, gone.URL+"/x?X-Amz-Signature=opensesame")
	ex := connect(t, s.URL).Repository("a").GetManifest(t.Context(), "v1")
	g.Expect(ex.Err).To(gomega.MatchError(gomega.ContainSubstring("refused")))
	g.Expect(ex.Err.Error()).NotTo(gomega.ContainSubstring("opensesame"))
	g.Expect(errors.Is(ex.Err, wire.ErrCredentials)).To(gomega.BeFalse())
	g.Expect(ex.Status).To(gomega.BeZero())
	g.Expect(ex.Hops).To(gomega.HaveLen(1))
}
