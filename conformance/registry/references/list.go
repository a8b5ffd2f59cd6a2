package references

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/onsi/gomega/types"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// beIndex expects an image index; check says whether its manifests are as expected.
func beIndex(expected string, check func(manifests json.RawMessage) bool) types.GomegaMatcher {
	return Check("an image index with schemaVersion 2 and the right mediaType"+expected, func(ex *wire.Exchange) (string, bool) {
		var index struct {
			SchemaVersion int             `json:"schemaVersion"`
			MediaType     string          `json:"mediaType"`
			Manifests     json.RawMessage `json:"manifests"`
		}
		if err := ex.JSON(&index); err != nil {
			return err.Error(), false
		}
		return fmt.Sprintf("schemaVersion %d, mediaType %q, manifests %.200s", index.SchemaVersion, index.MediaType, index.Manifests),
			index.SchemaVersion == 2 && (index.MediaType == "" || index.MediaType == ocispec.MediaTypeImageIndex) && check(index.Manifests)
	})
}

// entriesIn is how many entries a list has; -1 if it is not a JSON list.
func entriesIn(manifests json.RawMessage) int {
	var list []json.RawMessage
	if json.Unmarshal(manifests, &list) != nil || list == nil {
		return -1
	}
	return len(list)
}

var _ = Describe("Listing referrers", func() {
	var (
		repo      *suite.Repository
		subject   digest.Digest
		referrers []fixtures.Manifest
		list      *wire.Exchange
	)

	listed := listingOf(func(subject fixtures.Manifest) []fixtures.Manifest { return eachKind()(subject) })

	BeforeEach(func(ctx SpecContext) {
		if suite.ReadOnly(ctx) {
			suite.Need(ctx, suite.Referrers)
			repo, subject = suite.Repo(ctx), digest.Digest(suite.ExistingSubject(ctx))
			list = repo.ListReferrers(ctx, subject.String())
			return
		}
		l := listed(ctx)
		repo, subject, referrers, list = l.repo, l.subject.Digest, l.referrers, l.list
	})
	// filled are the pages of the list, and of the list of one artifactType that exists.
	filled := func(ctx SpecContext) []*wire.Exchange {
		pages := repo.Pages(ctx, list)
		for _, d := range allPages(ctx, repo, list) {
			if d.ArtifactType != "" {
				return append(pages, repo.Pages(ctx, repo.ListReferrers(ctx, subject.String(), ofType(d.ArtifactType)))...)
			}
		}
		return pages
	}
	// empty are the lists without referrers.
	empty := func(ctx SpecContext) []*wire.Exchange {
		lists := []*wire.Exchange{
			repo.ListReferrers(ctx, suite.MissingDigest()),
			repo.ListReferrers(ctx, suite.MissingDigest(), ofType(suite.MediaType("+type"))),
			repo.ListReferrers(ctx, subject.String(), ofType(suite.MediaType("+type"))),
		}
		if len(referrers) > 0 {
			lists = append(lists, repo.ListReferrers(ctx, referrers[len(referrers)-1].Digest.String()))
		}
		return lists
	}

	It("returns 200 OK", require.ReferencesListStatus, func(ctx SpecContext) {
		for _, ex := range slices.Concat([]*wire.Exchange{list}, filled(ctx), empty(ctx)) {
			if ex.Status == http.StatusNotFound {
				suite.Blocked(require.ReferencesListNotFound, ex, "the status is 404")
			}
			Expect(ex).To(HaveStatus(http.StatusOK))
		}
	})
	It("never returns 404", require.ReferencesListNotFound, func(ctx SpecContext) {
		for _, ex := range slices.Concat([]*wire.Exchange{list}, filled(ctx), empty(ctx)) {
			Expect(ex).To(HaveStatusNot(http.StatusNotFound))
		}
	})
	It("returns an image index", require.ReferencesListBody, func(ctx SpecContext) {
		suite.Must(list, require.ReferencesListStatus)
		for _, page := range filled(ctx) {
			suite.Must(page, require.ReferencesListStatus)
			Expect(page).To(beIndex(", and a list of manifests", func(m json.RawMessage) bool { return entriesIn(m) >= 0 }))
		}
		for _, ex := range empty(ctx) {
			suite.Must(ex, require.ReferencesListStatus)
			Expect(ex).To(beIndex("", func(json.RawMessage) bool { return true })) // the form of an empty list is another requirement
		}
	})
	It("returns the Content-Type of an image index", require.ReferencesListContentType, func(ctx SpecContext) {
		suite.Must(list, require.ReferencesListStatus)
		for _, ex := range slices.Concat(filled(ctx), empty(ctx)) {
			suite.Must(ex, require.ReferencesListStatus)
			Expect(ex).To(HaveContentType(ocispec.MediaTypeImageIndex))
		}
	})
	It("returns an empty list for a digest without referrers, and for an artifactType that no referrer has", require.ReferencesListEmpty, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		suite.Must(list, require.ReferencesListStatus)
		needIndex(list)
		for _, ex := range empty(ctx) {
			suite.Must(ex, require.ReferencesListStatus)
			if len(referrersOf(ex)) > 0 && ex.URL.Query().Has("artifactType") && ex.URL.Path == list.URL.Path {
				continue // whether the registry filters is another requirement
			}
			if len(without(referrersOf(ex), referrers)) < len(referrers) {
				suite.Blocked(require.ReferencesListOnly, ex, "the referrers of another manifest are listed, too")
			}
			var index map[string]json.RawMessage
			if err := ex.JSON(&index); err != nil {
				suite.Blocked(require.ReferencesListBody, ex, "the list of referrers is not an image index")
			}
			Expect(ex).To(Check(`"manifests": []`, func(*wire.Exchange) (string, bool) {
				return fmt.Sprintf(`"manifests": %s`, index["manifests"]), entriesIn(index["manifests"]) == 0
			}))
		}
	})
	It("returns every referrer", require.ReferencesListComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		expectListed(ctx, repo, list, referrers)
	})
	It("returns nothing but the referrers", require.ReferencesListOnly, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		suite.Must(list, require.ReferencesListStatus)
		// Manifests that are almost referrers: a referrer of another manifest, a
		// referrer of a referrer, and an index that lists the subject.
		ours := fixtures.WithArtifactType(referrers[0].ArtifactType)
		image := fixtures.NewImage(suite.Nonce())
		others := slices.Concat(artifact(ours)(image), artifact(ours)(referrers[0]),
			[]fixtures.Manifest{image, fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{image}, ours)})
		for _, m := range others {
			repo.PushManifest(ctx, m)
		}
		for _, asked := range []digest.Digest{subject, image.Digest} {
			all := slices.Concat(referrers, others[:1])
			for _, opts := range [][]wire.Option{nil, {ofType(referrers[0].ArtifactType)}} {
				Expect(repo.ListReferrers(ctx, asked.String(), opts...)).To(Check("no entry for anything else", func(ex *wire.Exchange) (string, bool) {
					for _, d := range allPages(ctx, repo, ex) {
						if !slices.ContainsFunc(all, func(r fixtures.Manifest) bool { return r.Digest == d.Digest && r.Subject.Digest == asked }) {
							return "an entry for " + d.Digest.String(), false
						}
					}
					return "", true
				}))
			}
		}
	})
	It("returns each referrer once, even if it was pushed several times", require.ReferencesListDuplicates, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, subject, referrers, list := listWith(ctx, together(artifact(), index()))
		needListed(ctx, repo, list, referrers)
		for _, r := range referrers {
			repo.PushTagged(ctx, suite.Tag(), r)
			repo.PushTagged(ctx, suite.Tag(), r)
			repo.PushManifest(ctx, r)
		}
		again := repo.ListReferrers(ctx, subject.Digest.String())
		needListed(ctx, repo, again, referrers)
		for _, r := range referrers {
			Expect(again).To(Check("one entry for "+r.Digest.String(), func(ex *wire.Exchange) (string, bool) {
				count := 0
				for _, d := range allPages(ctx, repo, ex) {
					if d.Digest == r.Digest {
						count++
					}
				}
				return fmt.Sprintf("%d entries", count), count == 1
			}))
		}
	})
})

var _ = Describe("A list of referrers", func() {
	type described struct {
		pages     []*wire.Exchange
		referrers []fixtures.Manifest
	}
	describe := suite.Once(func(ctx context.Context) described {
		annotations := map[string]string{"org.example.a": suite.Nonce(), "org.example.b/c": "é \"quoted\"", "org.example.empty": ""}
		repo, subject, referrers, list := listWith(ctx, eachKind(fixtures.WithAnnotations(annotations)))
		needListed(ctx, repo, list, referrers)
		pages := repo.Pages(ctx, list)
		for _, r := range referrers {
			if r.ArtifactType != "" { // other specs judge what is missing in filtered lists
				pages = append(pages, repo.Pages(ctx, repo.ListReferrers(ctx, subject.Digest.String(), ofType(r.ArtifactType)))...)
			}
		}
		return described{pages, referrers}
	})
	for _, p := range properties {
		It("contains "+p.title, p.by, func(ctx SpecContext) {
			d := describe(ctx)
			p.judge(d.pages, d.referrers)
		})
	}
	// Runnable images are attached, too, and registries may treat their config media
	// type in a special way.
	It("contains the config's media type of an ordinary image", require.ReferencesListConfigType, func(ctx SpecContext) {
		repo, _, referrers, list := listWith(ctx, func(subject fixtures.Manifest) []fixtures.Manifest {
			return append(artifact()(subject), fixtures.NewImage(suite.Nonce(), fixtures.WithSubject(subject.Descriptor())))
		})
		needListed(ctx, repo, list, referrers)
		for _, p := range properties {
			if p.by == suite.Judging(ctx) {
				p.judge(repo.Pages(ctx, list), referrers)
			}
		}
	})
})

var _ = Describe("Listing the referrers of content that does not exist", func() {
	It("does not return 404", require.ReferencesListNotFound, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo := suite.Occupied(ctx)
		Expect(repo.ListReferrers(ctx, suite.MissingDigest())).To(HaveStatusNot(http.StatusNotFound))
	})
})

var _ = Describe("Listing the referrers of what is no digest", func() {
	It("returns 400 Bad Request", require.ReferencesListInvalidDigest, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, image, tag := suite.AnImage(ctx)
		shapes := append(fixtures.MalformedDigests(image.Digest), fixtures.Shape{Title: "a tag that exists", Text: tag})
		lists := suite.AskEach(ctx, "", shapes, func(ctx context.Context, text string) *wire.Exchange {
			return repo.ListReferrers(ctx, text)
		})
		if ExpectEach(lists).First(HaveStatusNot(http.StatusNotFound)) != nil {
			if other := repo.ListReferrers(ctx, suite.MissingDigest()); other.Status == http.StatusNotFound {
				suite.Blocked(require.ReferencesListNotFound, other, "a well-formed digest returns 404, too")
			}
		}
		ExpectEach(lists).To(HaveStatus(http.StatusBadRequest))
	})
})
