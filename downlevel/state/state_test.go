package state_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/state"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/reference"
	"assay/wire"
)

// serve starts a registry and returns a repository of it. Requests that match
// no misbehaviour are answered as they should be.
func serve(t *testing.T, opts reference.Options, misbehaviour ...func(http.ResponseWriter, *http.Request) bool) *wire.Repository {
	t.Helper()
	g := NewWithT(t)
	opts.Middleware = append(opts.Middleware, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			for _, misbehave := range misbehaviour {
				if misbehave(w, req) {
					return
				}
			}
			next.ServeHTTP(w, req)
		})
	})
	server, err := reference.Start(t.Context(), "", opts)
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = server.Close() })
	target, err := wire.ParseTarget(server.Addr(), true)
	g.Expect(err).NotTo(HaveOccurred())
	return wire.New(wire.Options{
		Target: target, Manners: wire.Manners{RequestTimeout: 5 * time.Minute}, RetryWait: -1, BodyLimit: 1 << 20,
	}).Repository("room")
}

// with is a misbehaviour of requests whose method and path are as given; an
// empty method stands for each, and path is a part.
func with(method, path string, answer http.HandlerFunc) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, req *http.Request) bool {
		if method != "" && req.Method != method || !strings.Contains(req.URL.Path, path) {
			return false
		}
		answer(w, req)
		return true
	}
}

func mechanism(t *testing.T, name string) mechanisms.Content {
	t.Helper()
	m, ok := mechanisms.Get(name)
	NewWithT(t).Expect(ok).To(BeTrue())
	return m.Make("nonce")
}

// digests are those of all manifests of the content, and of their subjects.
func digests(c mechanisms.Content) []digest.Digest {
	var all []digest.Digest
	var add func(m fixtures.Manifest)
	add = func(m fixtures.Manifest) {
		all = append(all, m.Digest)
		if m.Subject != nil {
			all = append(all, m.Subject.Digest)
		}
		for _, child := range m.Children {
			add(child)
		}
	}
	for _, p := range slices.Concat(c.Before, c.After) {
		add(p.Manifest)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// put pushes the content before and after.
func put(ctx context.Context, repo *wire.Repository, c mechanisms.Content) error {
	return errors.Join(state.Put(ctx, repo, c.Before), state.Put(ctx, repo, c.After))
}

func take(t *testing.T, repo *wire.Repository, c mechanisms.Content) state.Snapshot {
	t.Helper()
	s, err := state.Take(t.Context(), repo, digests(c), digests(c))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return s
}

// Each mechanism can be put on a registry, or is refused where its media type
// is none that the registry takes; and all of it is found afterwards.
func TestEveryMechanism(t *testing.T) {
	refused := []string{"oras-artifact", "oci-artifact"}
	for _, old := range []bool{false, true} {
		for _, m := range append(mechanisms.All(), mechanisms.None()) {
			t.Run(m.Name+map[bool]string{true: "/1.0"}[old], func(t *testing.T) {
				g := NewWithT(t)
				repo, c := serve(t, reference.Options{DisableReferrers: old}), m.Make("nonce")
				err := put(t.Context(), repo, c)
				if slices.Contains(refused, m.Name) {
					var refusal *state.Refused
					g.Expect(errors.As(err, &refusal)).To(BeTrue())
					g.Expect(refusal.Status).To(Equal(http.StatusBadRequest))
					g.Expect(refusal.Manifest.Digest).To(Equal(c.Attached[0].Descriptor.Digest))
					g.Expect(err).To(MatchError(And(ContainSubstring(refusal.Manifest.MediaType), ContainSubstring("MANIFEST_INVALID"))))
					return
				}
				g.Expect(err).NotTo(HaveOccurred())
				s := take(t, repo, c)
				tags := map[string]digest.Digest{}
				for _, p := range slices.Concat(c.Before, c.After) {
					if p.Tag != "" {
						tags[p.Tag] = p.Manifest.Digest
					}
					g.Expect(s.Has(p.Manifest.Digest)).To(BeTrue())
				}
				for tag, d := range tags {
					got, _ := s.TagDigest(tag)
					g.Expect(got).To(Equal(d), tag)
				}
				g.Expect(s.Blobs).NotTo(ContainElement(false))
				for _, a := range c.Attached {
					g.Expect(s.Has(a.Descriptor.Digest)).To(BeTrue())
					if a.Kind == mechanisms.Referrer {
						subject := subjectOf(c, a.Descriptor.Digest)
						g.Expect(s.Found(subject)).To(ContainElement(a.Descriptor.Digest))
						listed := s.Fallback(subject).Digest != ""
						g.Expect(listed).To(Equal(old || m.Fallback))
					}
				}
				if old {
					g.Expect(s.Referrers).To(BeEmpty())
				} else {
					g.Expect(s.Referrers).To(HaveLen(len(digests(c))))
				}
			})
		}
	}
}

func subjectOf(c mechanisms.Content, d digest.Digest) digest.Digest {
	for _, p := range c.After {
		if p.Manifest.Digest == d {
			return p.Manifest.Subject.Digest
		}
	}
	return ""
}

// Without the API, the list under the referrers tag is what the specification
// asks clients to keep: it grows, holds each once, and keeps what others wrote.
func TestReferrersTagIsKept(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{DisableReferrers: true}), mechanism(t, "subject-manifest")
	image := c.Image.Descriptor()
	g.Expect(state.Put(t.Context(), repo, c.Before)).To(Succeed())
	tag := state.FallbackTag(c.Image.Digest)

	// Somebody else's list: with an annotation that is to stay.
	theirs := fixtures.NewArtifact("theirs", "application/vnd.theirs", fixtures.WithSubject(image))
	list := fixtures.NewIndex("list", nil).Edit(func(doc map[string]any) { doc["manifests"] = []any{theirs.Referrer()} })
	list.Children = nil
	g.Expect(state.Put(t.Context(), repo, []mechanisms.Push{{Manifest: theirs}})).To(Succeed())
	g.Expect(state.Put(t.Context(), repo, []mechanisms.Push{{Manifest: list, Tag: tag}})).To(Succeed())

	ours := c.After[0].Manifest
	g.Expect(state.Put(t.Context(), repo, c.After)).To(Succeed())
	g.Expect(state.Put(t.Context(), repo, c.After)).To(Succeed(), "again")
	got := repo.GetManifest(t.Context(), tag)
	g.Expect(got.MediaType()).To(Equal(ocispec.MediaTypeImageIndex))
	var index ocispec.Index
	g.Expect(json.Unmarshal(got.Body, &index)).To(Succeed())
	g.Expect(index.Manifests).To(Equal([]ocispec.Descriptor{theirs.Referrer(), ours.Referrer()}))
	g.Expect(index.Annotations).To(HaveKey("org.example.nonce"))
	g.Expect(take(t, repo, c).Found(c.Image.Digest)).To(Equal([]digest.Digest{theirs.Digest, ours.Digest}))
}

// With the API nobody writes the tag.
func TestNoReferrersTagWithTheAPI(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{}), mechanism(t, "subject-manifest")
	g.Expect(put(t.Context(), repo, c)).To(Succeed())
	s := take(t, repo, c)
	g.Expect(s.TagNames()).To(Equal([]string{"stable", "v1", "v2"}))
	g.Expect(s.Fallbacks).To(BeEmpty())
	g.Expect(s.Found(c.Image.Digest)).To(Equal([]digest.Digest{c.Attached[0].Descriptor.Digest}))
}

// A mechanism that writes the referrers tag itself adds to a list that is there.
func TestReferrersTagThatIsPushed(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{DisableReferrers: true}), mechanism(t, "fallback-tag")
	other := fixtures.NewArtifact("other", "application/vnd.other", fixtures.WithSubject(c.Image.Descriptor()))
	g.Expect(state.Put(t.Context(), repo, c.Before)).To(Succeed())
	g.Expect(state.Put(t.Context(), repo, []mechanisms.Push{{Manifest: other}})).To(Succeed())
	g.Expect(state.Put(t.Context(), repo, c.After)).To(Succeed())
	g.Expect(take(t, repo, c).Found(c.Image.Digest)).To(Equal([]digest.Digest{other.Digest, c.Attached[0].Descriptor.Digest}))
}

func TestEmptyRepository(t *testing.T) {
	g := NewWithT(t)
	s := take(t, serve(t, reference.Options{}), mechanism(t, "subject-manifest"))
	g.Expect(s.IsZero()).To(BeFalse())
	g.Expect(s.TagNames()).To(BeEmpty())
	g.Expect(s.Manifests).To(BeEmpty())
	g.Expect(state.Snapshot{}.IsZero()).To(BeTrue())
}

func TestSnapshotsAreJSON(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{DisableReferrers: true}), mechanism(t, "subject-manifest")
	g.Expect(put(t.Context(), repo, c)).To(Succeed())
	s := take(t, repo, c)
	data, err := json.Marshal(s)
	g.Expect(err).NotTo(HaveOccurred())
	var again state.Snapshot
	g.Expect(json.Unmarshal(data, &again)).To(Succeed())
	g.Expect(again.Diff(s)).To(BeEmpty())
	g.Expect(again).To(Equal(s))
}

func firstRefusal(err error) (*state.Refused, bool) {
	var refused *state.Refused
	ok := errors.As(err, &refused)
	return refused, ok
}
