package references

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

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

// asked is a list of referrers, and the referrers that it has to contain.
type asked struct {
	subject   digest.Digest
	referrers []fixtures.Manifest
	list      *wire.Exchange
}

// listed is a list with a referrer of each kind. In a read-only run, it is the list of
// the subject that the user named.
var listed = suite.Once(func(ctx context.Context) asked {
	if suite.ReadOnly(ctx) {
		suite.Need(ctx, suite.Referrers)
		subject := digest.Digest(suite.ExistingSubject(ctx))
		return asked{subject: subject, list: suite.Repo(ctx).ListReferrers(ctx, subject.String())}
	}
	annotations := map[string]string{ocispec.AnnotationCreated: "2022-01-01T14:42:55Z", "org.example.a": suite.Nonce(), "org.example.b/c": "é \"quoted\"", "org.example.empty": ""}
	_, subject, referrers, list := listWith(ctx, together(eachKind(fixtures.WithAnnotations(annotations)), emptied(fixtures.WithAnnotations(annotations))))
	return asked{subject.Digest, referrers, list}
})

var _ = Describe("Listing referrers", func() {
	var (
		repo      *suite.Repository
		subject   digest.Digest
		referrers []fixtures.Manifest
		list      *wire.Exchange
	)

	// filled are the pages of the list, and of the list of one artifactType that exists.
	filled := suite.Once(func(ctx context.Context) []*wire.Exchange {
		repo, l := suite.Repo(ctx), listed(ctx)
		pages := repo.Pages(ctx, l.list)
		for _, page := range pages {
			for _, d := range referrersOf(page) {
				if d.ArtifactType != "" {
					return append(pages, repo.Pages(ctx, repo.ListReferrers(ctx, l.subject.String(), ofType(d.ArtifactType)))...)
				}
			}
		}
		return pages
	})
	// empty are the lists without referrers.
	empty := suite.Once(func(ctx context.Context) []*wire.Exchange {
		repo, l := suite.Repo(ctx), listed(ctx)
		of := func(d string, opts ...wire.Option) func(context.Context) *wire.Exchange {
			return func(ctx context.Context) *wire.Exchange { return repo.ListReferrers(ctx, d, opts...) }
		}
		lists := []func(context.Context) *wire.Exchange{
			of(suite.MissingDigest()),
			of(suite.MissingDigest(), ofType(suite.MediaType("+type"))),
			of(l.subject.String(), ofType(suite.MediaType("+type"))),
		}
		if len(l.referrers) > 0 {
			lists = append(lists, of(l.referrers[len(l.referrers)-1].Digest.String()))
		}
		return suite.AtOnce(ctx, lists...)
	})

	BeforeEach(func(ctx SpecContext) {
		l := listed(ctx)
		repo, subject, referrers, list = suite.Repo(ctx), l.subject, l.referrers, l.list
	})

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
			Expect(ex).To(beIndex("", func(json.RawMessage) bool { return true })) // other specs judge the form of an empty list
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
				continue // other specs judge whether the registry filters
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
		needListed(ctx, repo, list, referrers)
		// Manifests that are almost referrers: a referrer of another manifest, a
		// referrer of a referrer, and an index and the manifest that it lists.
		ours := fixtures.WithArtifactType(referrers[0].ArtifactType)
		image := fixtures.NewImage(suite.Nonce())
		parent := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{image}, ours)
		others := slices.Concat([]fixtures.Manifest{image}, artifact(ours)(image), artifact(ours)(referrers[0]), []fixtures.Manifest{parent})
		for _, m := range others {
			repo.PushManifest(ctx, m)
		}
		for _, asked := range []digest.Digest{subject, image.Digest, parent.Digest} {
			all := slices.Concat(referrers, others[1:2])
			for _, opts := range [][]wire.Option{nil, {ofType(referrers[0].ArtifactType)}} {
				list := repo.ListReferrers(ctx, asked.String(), opts...)
				if asked == parent.Digest && len(referrersOf(list)) > 0 {
					needEmpty(ctx, repo)
				}
				entries := allPages(ctx, repo, list)
				Expect(list).To(Check("no entry for anything else", func(*wire.Exchange) (string, bool) {
					for _, d := range entries {
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
		repo, l := suite.Repo(ctx), listedAgain(ctx)
		l.first.needEntries(ctx, repo, l.referrers)
		l.pushedAgain.needEntries(ctx, repo, l.referrers)
		for _, r := range l.referrers {
			Expect(l.pushedAgain.first).To(Check("one entry for "+r.Digest.String(), func(*wire.Exchange) (string, bool) {
				count := 0
				for _, d := range l.pushedAgain.entries {
					if d.Digest == r.Digest {
						count++
					}
				}
				return fmt.Sprintf("%d entries", count), count == 1
			}))
		}
	})
})

// needEmpty ends the spec if content that does not exist has referrers, too.
func needEmpty(ctx SpecContext, repo *suite.Repository) {
	if list := repo.ListReferrers(ctx, suite.MissingDigest()); len(referrersOf(list)) > 0 {
		suite.Blocked(require.ReferencesListEmpty, list, "a digest without referrers has entries in its list")
	}
}

var _ = Describe("A list of referrers", func() {
	type described struct {
		pages     []*wire.Exchange
		referrers []fixtures.Manifest
	}
	describe := suite.Once(func(ctx context.Context) described {
		suite.NeedPushed(ctx)
		repo, l := suite.Repo(ctx), listed(ctx)
		needListed(ctx, repo, l.list, l.referrers)
		pages := repo.Pages(ctx, l.list)
		for _, r := range l.referrers {
			if r.ArtifactType != "" { // other specs judge filtered lists that are incomplete
				pages = append(pages, repo.Pages(ctx, repo.ListReferrers(ctx, l.subject.String(), ofType(r.ArtifactType)))...)
			}
		}
		return described{pages, l.referrers}
	})
	for _, p := range properties {
		It("contains "+p.title, p.by, func(ctx SpecContext) {
			d := describe(ctx)
			p.judge(d.pages, d.referrers)
		})
	}
	// Runnable images are attached, too, and registries may treat their config media
	// type in a special way. The other image has a type that is long and in upper case.
	unusual := listingOf(func(subject fixtures.Manifest) []fixtures.Manifest {
		long := "application/vnd.Example.Assay." + suite.Nonce() + strings.Repeat(".More", 9) + "+Type"
		return together(artifact(fixtures.WithArtifactType(long), unusualAnnotations()), index(unusualAnnotations()), func(subject fixtures.Manifest) []fixtures.Manifest {
			return []fixtures.Manifest{fixtures.NewImage(suite.Nonce(), fixtures.WithSubject(subject.Descriptor()), unusualAnnotations())}
		})(subject)
	})
	judge := func(ctx SpecContext) {
		l := unusual(ctx)
		needListed(ctx, l.repo, l.list, l.referrers)
		for _, p := range properties {
			if p.by == suite.Judging(ctx) {
				p.judge(l.repo.Pages(ctx, l.list), l.referrers)
			}
		}
	}
	It("contains the config's media type of an ordinary image", require.ReferencesListConfigType, judge)
	It("contains the config's media type of an image whose artifactType is an empty string", require.ReferencesListConfigType, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		l := listed(ctx)
		needListed(ctx, suite.Repo(ctx), l.list, l.referrers)
		_, subject, _, _ := listWith(ctx, func(fixtures.Manifest) []fixtures.Manifest { return nil })
		repo, blank := suite.Repo(ctx), withEmptyType(subject)
		put := repo.PutWithContent(ctx, blank.Digest.String(), blank)
		if !put.OK() {
			suite.NotApplicable("the registry does not accept an artifactType that is an empty string: " + put.StatusAndReason())
		}
		list := repo.ListReferrers(ctx, subject.Digest.String())
		needListed(ctx, repo, list, []fixtures.Manifest{blank})
		for _, p := range properties {
			if p.by == suite.Judging(ctx) {
				p.judge(repo.Pages(ctx, l.list), l.referrers) // one without the field
				p.judge(repo.Pages(ctx, list), []fixtures.Manifest{blank})
			}
		}
	})
	It("returns a long artifactType with upper case unchanged", require.ReferencesListArtifactType, judge)
	It("returns annotations that are long, or many, or of unusual text unchanged", require.ReferencesListAnnotations, judge)
})

var _ = Describe("Listing the referrers of content that does not exist", func() {
	It("does not return 404", require.ReferencesListNotFound, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo := suite.NonEmptyRepo(ctx)
		Expect(repo.ListReferrers(ctx, suite.MissingDigest())).To(HaveStatusNot(http.StatusNotFound))
	})
})

var _ = Describe("Listing the referrers of a malformed digest", func() {
	It("returns 400 Bad Request", require.ReferencesListInvalidDigest, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, image, tag := suite.TaggedImage(ctx)
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
