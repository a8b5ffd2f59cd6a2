package wire_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"assay/wire"
)

const (
	sha       = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
	shaQuery  = "sha256%3A44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
	imageType = "application/vnd.oci.image.manifest.v1+json"
	bytesType = "application/octet-stream"
)

// headers are names and values in turn.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// TestEndpoints compares whole requests, so that nothing may be added to them
// on the way.
func TestEndpoints(t *testing.T) {
	accept := strings.Join(wire.ManifestTypes, ", ")
	location := "/up/1?_state=b%2Fa&a=1&a=2"
	type call func(context.Context, *wire.Repository, ...wire.Option) *wire.Exchange
	for name, test := range map[string]struct {
		call     call
		endpoint wire.Endpoint
		method   string
		uri      string
		header   http.Header
		body     string
	}{
		"support": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.Client().Support(ctx, o...)
		}, "end-1", "GET", "/base/v2/", nil, ""},
		"get blob": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.GetBlob(ctx, sha, o...)
		}, "end-2", "GET", "/base/v2/a/b/blobs/" + sha, nil, ""},
		"head blob": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.HeadBlob(ctx, sha, o...)
		}, "end-2", "HEAD", "/base/v2/a/b/blobs/" + sha, nil, ""},
		"get manifest": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.GetManifest(ctx, "v1", o...)
		}, "end-3", "GET", "/base/v2/a/b/manifests/v1", headers("Accept", accept), ""},
		"head manifest": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.HeadManifest(ctx, sha, o...)
		}, "end-3", "HEAD", "/base/v2/a/b/manifests/" + sha, headers("Accept", accept), ""},
		"start upload": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.StartUpload(ctx, o...)
		}, "end-4a", "POST", "/base/v2/a/b/blobs/uploads/", headers("Content-Length", "0"), ""},
		"start upload of an algorithm": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.StartUpload(ctx, append(o, wire.WithQuery("digest-algorithm", "sha512"))...)
		}, "end-4a", "POST", "/base/v2/a/b/blobs/uploads/?digest-algorithm=sha512", headers("Content-Length", "0"), ""},
		"post blob": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.PostBlob(ctx, sha, []byte("{}"), o...)
		}, "end-4b", "POST", "/base/v2/a/b/blobs/uploads/?digest=" + shaQuery, headers("Content-Type", bytesType, "Content-Length", "2"), "{}"},
		"post an empty blob": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.PostBlob(ctx, sha, nil, o...)
		}, "end-4b", "POST", "/base/v2/a/b/blobs/uploads/?digest=" + shaQuery, headers("Content-Type", bytesType, "Content-Length", "0"), ""},
		"patch": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.PatchUpload(ctx, r.Client().Target().ResolveReference(parse(t, location)), "2-4", []byte("abc"), o...)
		}, "end-5", "PATCH", location, headers("Content-Type", bytesType, "Content-Range", "2-4", "Content-Length", "3"), "abc"},
		"patch without a range": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.PatchUpload(ctx, r.Client().Target().ResolveReference(parse(t, location)), "", []byte("abc"), o...)
		}, "end-5", "PATCH", location, headers("Content-Type", bytesType, "Content-Length", "3"), "abc"},
		"put without content": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.PutUpload(ctx, r.Client().Target().ResolveReference(parse(t, location)), sha, nil, o...)
		}, "end-6", "PUT", location + "&digest=" + shaQuery, headers("Content-Length", "0"), ""},
		"put with content": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.PutUpload(ctx, r.Client().Target().ResolveReference(parse(t, location)), sha, []byte("{}"), o...)
		}, "end-6", "PUT", location + "&digest=" + shaQuery, headers("Content-Type", bytesType, "Content-Length", "2"), "{}"},
		"put manifest": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.PutManifest(ctx, "v1", imageType, []byte("{}"), o...)
		}, "end-7", "PUT", "/base/v2/a/b/manifests/v1", headers("Content-Type", imageType, "Content-Length", "2"), "{}"},
		"put manifest with tags": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.PutManifest(ctx, sha, imageType, []byte("{}"), append(o, wire.WithQuery("tag", "v1"), wire.WithQuery("tag", "v2"))...)
		}, "end-7", "PUT", "/base/v2/a/b/manifests/" + sha + "?tag=v1&tag=v2", headers("Content-Type", imageType, "Content-Length", "2"), "{}"},
		"list tags": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.ListTags(ctx, append(o, wire.WithQuery("n", "2"), wire.WithQuery("last", "a b"))...)
		}, "end-8", "GET", "/base/v2/a/b/tags/list?n=2&last=a+b", nil, ""},
		"delete manifest": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.DeleteManifest(ctx, "v1", o...)
		}, "end-9", "DELETE", "/base/v2/a/b/manifests/v1", nil, ""},
		"delete blob": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.DeleteBlob(ctx, sha, o...)
		}, "end-10", "DELETE", "/base/v2/a/b/blobs/" + sha, nil, ""},
		"mount": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.Mount(ctx, sha, "c/d", o...)
		}, "end-11", "POST", "/base/v2/a/b/blobs/uploads/?mount=" + shaQuery + "&from=c%2Fd", headers("Content-Length", "0"), ""},
		"mount from anywhere": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.Mount(ctx, sha, "", o...)
		}, "end-11", "POST", "/base/v2/a/b/blobs/uploads/?mount=" + shaQuery, headers("Content-Length", "0"), ""},
		"list referrers": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.ListReferrers(ctx, sha, append(o, wire.WithQuery("artifactType", "a/b+c"))...)
		}, "end-12", "GET", "/base/v2/a/b/referrers/" + sha + "?artifactType=a%2Fb%2Bc", nil, ""},
		"upload status": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.UploadStatus(ctx, r.Client().Target().ResolveReference(parse(t, location)), o...)
		}, "end-13", "GET", location, nil, ""},
		"cancel upload": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.CancelUpload(ctx, r.Client().Target().ResolveReference(parse(t, location)), o...)
		}, "end-14", "DELETE", location, nil, ""},
		"raw": {func(ctx context.Context, r *wire.Repository, o ...wire.Option) *wire.Exchange {
			return r.Raw(ctx, "end-3", "OPTIONS", "manifests/a%2Fb%00", o...)
		}, "end-3", "OPTIONS", "/base/v2/a/b/manifests/a%2Fb%00", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			s := serve(t, nil)
			ex := test.call(t.Context(), connect(t, s.URL+"/base").Repository("a/b"))
			succeeded(g, ex)
			g.Expect(ex.Endpoint).To(gomega.Equal(test.endpoint))
			g.Expect(ex.Method).To(gomega.Equal(test.method))
			if test.header == nil {
				test.header = http.Header{}
			}
			test.header.Set("User-Agent", "assay")
			g.Expect(s.Seen()).To(gomega.Equal([]seen{{
				Method: test.method, URI: test.uri, Host: strings.TrimPrefix(s.URL, "http://"), Header: test.header, Body: test.body,
			}}))
		})
	}
}

func TestOptionsChangeRequests(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, nil)
	repo := connect(t, s.URL, func(o *wire.Options) { o.UserAgent = "assay/1" }).Repository("a")
	open := func() io.Reader { return strings.NewReader("stream") }
	for _, ex := range []*wire.Exchange{
		repo.PutManifest(t.Context(), "v1", imageType, []byte("{}"), wire.WithoutLength()),
		repo.PutManifest(t.Context(), "v1", imageType, []byte("{}"), wire.WithoutHeader("Content-Type"), wire.WithHeader("X-One", "1")),
		repo.GetManifest(t.Context(), "v1", wire.WithHeader("Accept", imageType)),
		repo.Raw(t.Context(), "end-5", "PATCH", "up", wire.WithStream(6, open)),
		repo.Raw(t.Context(), "end-5", "PATCH", "up", wire.WithStream(-1, open)),
		repo.StartUpload(t.Context(), wire.WithoutLength()),
	} {
		succeeded(g, ex)
	}
	got := s.Seen()
	g.Expect(got).To(gomega.HaveLen(6))
	agent := func(pairs ...string) http.Header { return headers(append(pairs, "User-Agent", "assay/1")...) }
	g.Expect(got[0].Header).To(gomega.Equal(agent("Content-Type", imageType)))
	g.Expect(got[0].Chunked).To(gomega.BeTrue())
	g.Expect(got[0].Body).To(gomega.Equal("{}"))
	g.Expect(got[1].Header).To(gomega.Equal(agent("X-One", "1", "Content-Length", "2")))
	g.Expect(got[2].Header).To(gomega.Equal(agent("Accept", imageType)))
	g.Expect(got[3].Header).To(gomega.Equal(agent("Content-Length", "6")))
	g.Expect(got[3].Body).To(gomega.Equal("stream"))
	g.Expect(got[4].Header).To(gomega.Equal(agent()))
	g.Expect(got[4].Chunked).To(gomega.BeTrue())
	g.Expect(got[4].Body).To(gomega.Equal("stream"))
	g.Expect(got[5].Header).To(gomega.Equal(agent("Content-Length", "0")))
}

func TestNamesAreSentAsTheyAre(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, nil)
	client := connect(t, s.URL)
	for _, name := range []string{"UPPER", "a//b", "a/../b", "-a", "a_b__c"} {
		succeeded(g, client.Repository(name).ListTags(t.Context()))
		got := s.Seen()
		g.Expect(got[len(got)-1].URI).To(gomega.Equal("/v2/" + name + "/tags/list"))
	}
}

func TestReadOnlyClientsSendNoChange(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, nil)
	client := connect(t, s.URL, func(o *wire.Options) { o.ReadOnly = true })
	var observed []*wire.Exchange
	repo := client.Observed(func(_ context.Context, ex *wire.Exchange) { observed = append(observed, ex) }).Repository("a")
	for _, ex := range []*wire.Exchange{
		repo.StartUpload(t.Context()),
		repo.PutManifest(t.Context(), "v1", imageType, []byte("{}")),
		repo.DeleteManifest(t.Context(), "v1"),
		repo.Raw(t.Context(), "end-3", "OPTIONS", "manifests/v1"),
	} {
		g.Expect(ex.Err).To(gomega.MatchError(wire.ErrReadOnly))
		g.Expect(ex.Status).To(gomega.BeZero())
	}
	g.Expect(client.Requests()).To(gomega.BeZero())
	succeeded(g, repo.GetManifest(t.Context(), "v1"))
	succeeded(g, repo.HeadManifest(t.Context(), "v1"))
	g.Expect(client.Requests()).To(gomega.Equal(2))
	g.Expect(s.Seen()).To(gomega.HaveLen(2))
	g.Expect(observed).To(gomega.HaveLen(6))
}
