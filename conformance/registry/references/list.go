package references

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// referrersOf reads the descriptors of a list, leniently: what is no index has
// none.
func referrersOf(ex *wire.Exchange) []ocispec.Descriptor {
	var index ocispec.Index
	_ = ex.JSON(&index)
	return index.Manifests
}

// find returns the entry of a manifest; nil when the list has none.
func find(list []ocispec.Descriptor, m fixtures.Manifest) *ocispec.Descriptor {
	for i := range list {
		if list[i].Digest == m.Digest {
			return &list[i]
		}
	}
	return nil
}

// allPages follows rel="next" from a first page; the result is one list.
func allPages(ctx SpecContext, repo *suite.Repository, page *wire.Exchange) []ocispec.Descriptor {
	var list []ocispec.Descriptor
	for _, page := range repo.Pages(ctx, page) {
		list = append(list, referrersOf(page)...)
	}
	return list
}

// entry wants the list to hold the manifest, with a descriptor that check
// accepts.
func entry(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest, expected string, check func(ocispec.Descriptor) (string, bool)) types.GomegaMatcher {
	return Check(expected, func(ex *wire.Exchange) (string, bool) {
		d := find(allPages(ctx, repo, ex), m)
		if d == nil {
			return "no entry for " + m.Digest.String(), false
		}
		return check(*d)
	})
}

// listWith pushes a subject and its referrers and lists them. It ends the spec
// as blocked when one of them is not listed at all, which is another
// requirement.
func listWith(ctx SpecContext, make func(subject fixtures.Manifest) []fixtures.Manifest) (*suite.Repository, fixtures.Manifest, []fixtures.Manifest, *wire.Exchange) {
	suite.Need(suite.Referrers)
	repo, subject := suite.Repo(), fixtures.NewImage(suite.Nonce())
	repo.PushManifest(ctx, subject)
	referrers := make(subject)
	for _, r := range referrers {
		repo.PushManifest(ctx, r)
	}
	return repo, subject, referrers, repo.ListReferrers(ctx, subject.Digest.String())
}

// needListed ends the spec as blocked unless the list holds all of them.
func needListed(ctx SpecContext, repo *suite.Repository, list *wire.Exchange, referrers []fixtures.Manifest) {
	suite.Must(list, require.ReferencesListStatus)
	all := allPages(ctx, repo, list)
	for _, r := range referrers {
		if find(all, r) == nil {
			suite.Blocked(require.ReferencesListComplete, list, "a referrer is not listed")
		}
	}
}

func artifact(opts ...fixtures.Option) func(fixtures.Manifest) []fixtures.Manifest {
	return func(subject fixtures.Manifest) []fixtures.Manifest {
		opts := append(opts, fixtures.WithSubject(subject.Descriptor()))
		return []fixtures.Manifest{fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), opts...)}
	}
}

var _ = Describe("Listing referrers", func() {
	var (
		repo      *suite.Repository
		referrers []fixtures.Manifest
		list      *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		if suite.ReadOnly() {
			suite.Need(suite.Referrers)
			repo = suite.Repo()
			list = repo.ListReferrers(ctx, suite.ExistingSubject())
			return
		}
		repo, _, referrers, list = listWith(ctx, func(subject fixtures.Manifest) []fixtures.Manifest {
			index := fixtures.NewIndex(suite.Nonce(), nil, fixtures.WithSubject(subject.Descriptor()))
			return append(append(artifact()(subject), artifact()(subject)...), index)
		})
		// Somebody else's referrer is in the repository, too.
		repo.PushManifest(ctx, artifact()(fixtures.NewImage(suite.Nonce()))[0])
		list = repo.ListReferrers(ctx, referrers[0].Subject.Digest.String())
	})

	It("is answered 200", require.ReferencesListStatus, func() {
		if list.Status == http.StatusNotFound {
			suite.Blocked(require.ReferencesListNotFound, list, "the answer was 404")
		}
		Expect(list).To(HaveStatus(http.StatusOK))
	})
	It("is answered with an image index", require.ReferencesListBody, func() {
		suite.Must(list, require.ReferencesListStatus)
		Expect(list).To(Check("an image index: schemaVersion 2, its mediaType, and a list of manifests", func(ex *wire.Exchange) (string, bool) {
			var index struct {
				SchemaVersion int               `json:"schemaVersion"`
				MediaType     string            `json:"mediaType"`
				Manifests     []json.RawMessage `json:"manifests"`
			}
			if err := ex.JSON(&index); err != nil {
				return err.Error(), false
			}
			return fmt.Sprintf("schemaVersion %d, mediaType %q, %d manifests", index.SchemaVersion, index.MediaType, len(index.Manifests)),
				index.SchemaVersion == 2 && index.Manifests != nil && (index.MediaType == "" || index.MediaType == ocispec.MediaTypeImageIndex)
		}))
	})
	It("is answered with the Content-Type of an image index", require.ReferencesListContentType, func() {
		suite.Must(list, require.ReferencesListStatus)
		Expect(list).To(HaveContentType(ocispec.MediaTypeImageIndex))
	})
	It("gives every referrer", require.ReferencesListComplete, func(ctx SpecContext) {
		suite.NeedPushed()
		suite.Must(list, require.ReferencesListStatus)
		needIndex(list)
		for _, r := range referrers {
			Expect(list).To(entry(ctx, repo, r, "an entry for "+r.Digest.String(), anything))
		}
	})
	It("gives nothing but the referrers", require.ReferencesListOnly, func(ctx SpecContext) {
		suite.NeedPushed()
		suite.Must(list, require.ReferencesListStatus)
		Expect(list).To(Check("no entry for anything else", func(ex *wire.Exchange) (string, bool) {
			for _, d := range allPages(ctx, repo, ex) {
				if !slices.ContainsFunc(referrers, func(r fixtures.Manifest) bool { return r.Digest == d.Digest }) {
					return "an entry for " + d.Digest.String(), false
				}
			}
			return "", true
		}))
	})
	It("gives each referrer once, also when it has a tag", require.ReferencesListDuplicates, func(ctx SpecContext) {
		suite.NeedPushed()
		needListed(ctx, repo, list, referrers)
		repo.PushTagged(ctx, suite.Tag(), referrers[0])
		again := suite.Must(repo.ListReferrers(ctx, referrers[0].Subject.Digest.String()), require.ReferencesListStatus)
		Expect(again).To(Check("one entry for "+referrers[0].Digest.String(), func(ex *wire.Exchange) (string, bool) {
			count := 0
			for _, d := range allPages(ctx, repo, ex) {
				if d.Digest == referrers[0].Digest {
					count++
				}
			}
			return fmt.Sprintf("%d entries", count), count == 1
		}))
	})
	It("describes each with its size and media type", require.ReferencesListDescriptor, func(ctx SpecContext) {
		suite.NeedPushed()
		needListed(ctx, repo, list, referrers)
		want := referrers[0].Descriptor()
		Expect(list).To(entry(ctx, repo, referrers[0], fmt.Sprintf("%s of %d bytes", want.MediaType, want.Size), func(d ocispec.Descriptor) (string, bool) {
			return fmt.Sprintf("%s of %d bytes", d.MediaType, d.Size), d.MediaType == want.MediaType && d.Size == want.Size
		}))
	})
})

var _ = Describe("A list of referrers", func() {
	artifactType := func(want string) (string, func(ocispec.Descriptor) (string, bool)) {
		return fmt.Sprintf("artifactType %q", want), func(d ocispec.Descriptor) (string, bool) {
			return fmt.Sprintf("artifactType %q", d.ArtifactType), d.ArtifactType == want
		}
	}
	judge := func(ctx SpecContext, make func(fixtures.Manifest) []fixtures.Manifest) {
		GinkgoHelper()
		repo, _, referrers, list := listWith(ctx, make)
		needListed(ctx, repo, list, referrers)
		expected, check := artifactType(referrers[0].ArtifactType)
		Expect(list).To(entry(ctx, repo, referrers[0], expected, check))
	}

	It("has the artifactType of an image manifest", require.ReferencesListArtifactType, func(ctx SpecContext) {
		judge(ctx, artifact())
	})
	It("has the artifactType of an index", require.ReferencesListArtifactType, func(ctx SpecContext) {
		judge(ctx, func(subject fixtures.Manifest) []fixtures.Manifest {
			return []fixtures.Manifest{fixtures.NewIndex(suite.Nonce(), nil,
				fixtures.WithArtifactType(suite.MediaType("+type")), fixtures.WithSubject(subject.Descriptor()))}
		})
	})
	It("has the config's media type for an image without artifactType", require.ReferencesListConfigType, func(ctx SpecContext) {
		judge(ctx, func(subject fixtures.Manifest) []fixtures.Manifest {
			config := fixtures.NewBlob(suite.Nonce(), 32).As(suite.MediaType("+config"))
			return []fixtures.Manifest{fixtures.NewImage(suite.Nonce(),
				fixtures.WithConfig(config), fixtures.WithSubject(subject.Descriptor()))}
		})
	})
	It("has no artifactType for an index without one", require.ReferencesListIndexNoType, func(ctx SpecContext) {
		judge(ctx, func(subject fixtures.Manifest) []fixtures.Manifest {
			return []fixtures.Manifest{fixtures.NewIndex(suite.Nonce(), nil, fixtures.WithSubject(subject.Descriptor()))}
		})
	})
	It("has the annotations", require.ReferencesListAnnotations, func(ctx SpecContext) {
		want := map[string]string{"org.example.a": suite.Nonce(), "org.example.b/c": "é \"quoted\""}
		repo, _, referrers, list := listWith(ctx, artifact(fixtures.WithAnnotations(want)))
		needListed(ctx, repo, list, referrers)
		want = referrers[0].Annotations
		Expect(list).To(entry(ctx, repo, referrers[0], fmt.Sprint(want), func(d ocispec.Descriptor) (string, bool) {
			return fmt.Sprint(d.Annotations), maps.Equal(d.Annotations, want)
		}))
	})
	It("is empty for a digest without referrers", require.ReferencesListEmpty, func(ctx SpecContext) {
		_, _, _, list := listWith(ctx, func(fixtures.Manifest) []fixtures.Manifest { return nil })
		suite.Must(list, require.ReferencesListStatus)
		needIndex(list)
		Expect(list).To(Check(`"manifests": []`, func(ex *wire.Exchange) (string, bool) {
			var index struct {
				Manifests json.RawMessage `json:"manifests"`
			}
			if err := ex.JSON(&index); err != nil {
				return err.Error(), false
			}
			var entries []json.RawMessage
			_ = json.Unmarshal(index.Manifests, &entries)
			return fmt.Sprintf(`"manifests": %s`, index.Manifests), entries != nil && len(entries) == 0
		}))
	})
	It("is never a 404, even for a digest that nobody has", require.ReferencesListNotFound, func(ctx SpecContext) {
		suite.Need(suite.Referrers)
		repo := suite.Occupied(ctx)
		Expect(repo.ListReferrers(ctx, suite.MissingDigest())).To(HaveStatusNot(http.StatusNotFound))
	})
	It("is refused with 400 for a malformed digest", require.ReferencesListInvalidDigest, func(ctx SpecContext) {
		suite.Need(suite.Referrers)
		repo := suite.Occupied(ctx)
		Expect(repo.ListReferrers(ctx, "sha256:baddigest")).To(HaveStatus(http.StatusBadRequest))
	})
})

// needIndex ends the spec when a list is not of the form of an index.
func needIndex(list *wire.Exchange) {
	var index map[string]json.RawMessage
	if list.JSON(&index) != nil || index["manifests"] == nil {
		suite.Blocked(require.ReferencesListBody, list, "the list is no image index")
	}
}

// anything accepts every descriptor: that there is one is what is asked.
func anything(ocispec.Descriptor) (string, bool) { return "", true }
