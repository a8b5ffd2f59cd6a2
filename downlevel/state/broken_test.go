package state_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/state"
	"assay/fixtures/mechanisms"
	"assay/reference"
)

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// endless sends as long as somebody listens.
func endless(mediaType string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		line := []byte(strings.Repeat("a", 1<<16))
		for {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	}
}

// A registry that breaks, or lies, is an error and never a state.
func TestBrokenRegistries(t *testing.T) {
	c := mechanism(t, "subject-manifest")
	first := c.Image.Blobs[0].Digest.String()
	digestPath := "/manifests/sha256:"
	for name, broken := range map[string]struct {
		misbehaviour func(http.ResponseWriter, *http.Request) bool
		want         string
	}{
		"tags are answered 500":        {with("GET", "/tags/list", status(500)), "/v2/room/tags/list: 500 Internal Server Error"},
		"tags are answered 403":        {with("GET", "/tags/list", status(403)), "403"},
		"tags are a page for browsers": {with("GET", "/tags/list", text("<html>")), "tags/list"},
		"tags are none":                {with("GET", "/tags/list", text(`{"errors":[]}`)), "not a list of tags"},
		"tags do not end":              {with("GET", "/tags/list", endless("application/json")), "tags/list"},
		"a tag is answered 500":        {with("GET", "/manifests/v1", status(500)), "/manifests/v1"},
		"a tag does not end":           {with("GET", "/manifests/v1", endless(image)), "/manifests/v1"},
		"a manifest is answered 502":   {with("GET", digestPath, status(502)), digestPath},
		"a manifest is answered 401":   {with("GET", digestPath, status(401)), digestPath},
		"a blob is answered 500":       {with("", "/blobs/"+first, status(500)), "/blobs/" + first},
		"referrers are answered 500":   {with("GET", "/referrers/", status(500)), "/referrers/"},
		"referrers are answered 429":   {with("GET", "/referrers/", status(429)), "/referrers/"},
		"referrers do not end":         {with("GET", "/referrers/", endless(index)), "/referrers/"},
		"the referrers tag is answered 500": {
			with("GET", "/manifests/sha256-", status(500)), "/manifests/sha256-",
		},
		"the list of tags goes on with itself": {
			with("GET", "/tags/list", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Link", `</v2/room/tags/list?n=1>; rel="next"`)
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `{"name":"room","tags":["v1"]}`)
			}), "breaks off",
		},
		"the list of tags goes on elsewhere, and there is nothing": {
			with("GET", "/tags/list", func(w http.ResponseWriter, req *http.Request) {
				if req.URL.Query().Has("n") {
					w.WriteHeader(500)
					return
				}
				w.Header().Set("Link", `</v2/room/tags/list?n=1>; rel="next"`)
				fmt.Fprint(w, `{"name":"room","tags":["v1"]}`)
			}), "breaks off after 1 page",
		},
		"the referrers go on with a page for browsers": {
			with("GET", "/referrers/", func(w http.ResponseWriter, req *http.Request) {
				if req.URL.Query().Has("after") {
					fmt.Fprint(w, "<html>")
					return
				}
				w.Header().Set("Link", fmt.Sprintf(`<%s?after=1>; rel="next"`, req.URL.Path))
				w.Header().Set("Content-Type", index)
				fmt.Fprint(w, `{"schemaVersion":2,"manifests":[]}`)
			}), "/referrers/",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			broken.misbehaviour = afterPuts(broken.misbehaviour)
			repo := serve(t, reference.Options{}, broken.misbehaviour)
			g.Expect(put(t.Context(), repo, c)).To(Succeed())
			repo.Client().Support(t.Context()) // see afterPuts
			s, err := state.Take(t.Context(), repo, digests(c), digests(c))
			g.Expect(err).To(MatchError(And(HavePrefix("the repository room cannot be read: "), ContainSubstring(broken.want))))
			g.Expect(s.IsZero()).To(BeTrue())
		})
	}
}

// text answers 200 with the text.
func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

// afterPuts has a misbehaviour begin with the question after /v2/.
func afterPuts(misbehave func(http.ResponseWriter, *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	begun := make(chan struct{})
	return func(w http.ResponseWriter, req *http.Request) bool {
		if req.URL.Path == "/v2/" {
			close(begun)
			return false
		}
		select {
		case <-begun:
			return misbehave(w, req)
		default:
			return false
		}
	}
}

// A manifest that comes as other bytes is not what was asked for.
func TestOtherBytesAreNotTheManifest(t *testing.T) {
	g := NewWithT(t)
	c := mechanism(t, "image-alone")
	repo := serve(t, reference.Options{}, with("GET", "/manifests/"+c.Image.Digest.String(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", image)
		_, _ = w.Write(append(c.Image.Data, '\n'))
	}))
	g.Expect(put(t.Context(), repo, c)).To(Succeed())
	s := take(t, repo, c)
	g.Expect(s.Manifests).To(HaveKey(c.Image.Digest))
	g.Expect(s.Has(c.Image.Digest)).To(BeFalse())
	is, _ := s.TagDigest("v1")
	g.Expect(is).To(Equal(c.Image.Digest), "by the tag it is")
}

// A tag that is listed and not there is none.
func TestTagThatIsListedAlone(t *testing.T) {
	g := NewWithT(t)
	c := mechanism(t, "image-alone")
	repo := serve(t, reference.Options{}, with("GET", "/manifests/v2", status(404)))
	g.Expect(put(t.Context(), repo, c)).To(Succeed())
	s := take(t, repo, c)
	g.Expect(s.Tags).To(HaveKey("v2"))
	g.Expect(s.TagNames()).To(Equal([]string{"stable", "v1"}))
}

// Answers that mean that there is no referrers API.
func TestNoReferrersAPI(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"404": status(404), "400": status(400), "405": status(405), "501": status(501),
		"a page for browsers": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"JSON of another kind": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"errors":[]}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			repo, c := serve(t, reference.Options{DisableReferrers: true}, with("GET", "/referrers/", answer)), mechanism(t, "subject-manifest")
			g.Expect(put(t.Context(), repo, c)).To(Succeed())
			s := take(t, repo, c)
			g.Expect(s.Referrers).To(BeEmpty())
			g.Expect(s.Found(c.Image.Digest)).To(ConsistOf(c.Attached[0].Descriptor.Digest))
		})
	}
}

// Pushes that fail are errors that say what was pushed; only a manifest that is
// answered with an error is refused.
func TestPushesThatFail(t *testing.T) {
	c := mechanism(t, "subject-manifest")
	for name, broken := range map[string]struct {
		misbehaviour func(http.ResponseWriter, *http.Request) bool
		want         string
		refused      bool
	}{
		"uploads are answered 500":    {with("POST", "/blobs/uploads/", status(500)), "of the manifest", false},
		"a manifest is answered 415":  {with("PUT", "/manifests/sha256:", status(415)), "is answered 415 Unsupported Media Type", true},
		"a manifest is hung up on":    {with("PUT", "/manifests/sha256:", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "cannot be pushed", false},
		"the referrers are not known": {with("GET", "/referrers/", status(500)), "/referrers/", false},
		"the referrers tag is not known": {func(w http.ResponseWriter, req *http.Request) bool {
			return with("GET", "/referrers/", status(404))(w, req) || with("GET", "/manifests/sha256-", status(503))(w, req)
		}, "/manifests/sha256-", false},
		"a manifest is there already, as other bytes": {with("", "/manifests/"+c.After[0].Manifest.Digest.String(), func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodPut {
				w.WriteHeader(400)
				return
			}
			w.Header().Set("Content-Type", image)
			fmt.Fprint(w, "{}")
		}), "is answered 400 Bad Request", true},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			repo := serve(t, reference.Options{DisableReferrers: true}, broken.misbehaviour)
			err := put(t.Context(), repo, c)
			g.Expect(err).To(MatchError(ContainSubstring(broken.want)))
			_, refused := firstRefusal(err)
			g.Expect(refused).To(Equal(broken.refused))
		})
	}
}

// The tag of the referrers that names something else is not overwritten.
func TestReferrersTagThatIsNoList(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{DisableReferrers: true}), mechanism(t, "subject-manifest")
	g.Expect(state.Put(t.Context(), repo, c.Before)).To(Succeed())
	tag := state.FallbackTag(c.Image.Digest)
	g.Expect(state.Put(t.Context(), repo, []mechanisms.Push{{Manifest: c.Image, Tag: tag}})).To(Succeed())
	g.Expect(state.Put(t.Context(), repo, c.After)).To(MatchError(ContainSubstring("does not name an index")))
	s := take(t, repo, c)
	g.Expect(s.Found(c.Image.Digest)).To(BeEmpty())
	g.Expect(s.Fallback(c.Image.Digest).MediaType).To(Equal(image))
}

// What the registry says is in the error, on one line, and no secret.
func TestWordsOfARefusal(t *testing.T) {
	g := NewWithT(t)
	c := mechanism(t, "subject-manifest")
	repo := serve(t, reference.Options{}, with("PUT", "/manifests/sha256:", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
		fmt.Fprint(w, `{"errors":[{"code":"MANIFEST_INVALID","message":"no\nsuch https://user:secret@host/ kind"},{"code":"DENIED"}]}`)
	}))
	err := put(t.Context(), repo, c)
	refused, ok := firstRefusal(err)
	g.Expect(ok).To(BeTrue())
	g.Expect(refused.Message).To(And(HavePrefix("MANIFEST_INVALID: no such https://"), HaveSuffix("kind; DENIED"), Not(ContainSubstring("secret"))))
	long := serve(t, reference.Options{}, with("PUT", "/manifests/sha256:", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		fmt.Fprint(w, strings.Repeat("ä", 5000))
	}))
	refused, ok = firstRefusal(put(t.Context(), long, c))
	g.Expect(ok).To(BeTrue())
	g.Expect([]rune(refused.Message)).To(HaveLen(301))
}
