package references

import (
	"context"
	"encoding/json"
	"slices"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
	"assay/wire/repeat"
)

// referrersOf reads the descriptors of a list; a body that is not an index has
// none.
func referrersOf(ex *wire.Exchange) []ocispec.Descriptor {
	var index ocispec.Index
	_ = ex.JSON(&index)
	return index.Manifests
}

// find returns the entry for a manifest; nil if the list has none.
func find(list []ocispec.Descriptor, m fixtures.Manifest) *ocispec.Descriptor {
	for i := range list {
		if list[i].Digest == m.Digest {
			return &list[i]
		}
	}
	return nil
}

// without returns the referrers for which the list has no entry.
func without(list []ocispec.Descriptor, referrers []fixtures.Manifest) []fixtures.Manifest {
	return slices.DeleteFunc(slices.Clone(referrers), func(r fixtures.Manifest) bool { return find(list, r) != nil })
}

// allPages follows rel="next" from the first page and returns all entries. It ends
// the spec if the pages repeat themselves.
func allPages(ctx context.Context, repo *suite.Repository, page *wire.Exchange) []ocispec.Descriptor {
	var list []ocispec.Descriptor
	walk := repo.Walk(ctx, page)
	if walk.Repeating != nil {
		suite.Blocked(require.ReferencesPageComplete, walk.Repeating, "the pages repeat themselves: %s", walk.How)
	}
	for _, page := range walk.Pages {
		list = append(list, referrersOf(page)...)
	}
	return list
}

// pagedList is a list of referrers with the entries of all its pages.
type pagedList struct {
	first   *wire.Exchange
	entries []ocispec.Descriptor
}

// paged requests the further pages of a list.
func paged(ctx context.Context, repo *suite.Repository, first *wire.Exchange) pagedList {
	return pagedList{first, allPages(ctx, repo, first)}
}

// expectEntry judges that the list contains the manifest.
func (l pagedList) expectEntry(m fixtures.Manifest) {
	Expect(l.first).To(CheckAgain(repeat.Mentions(m.Digest.String()), "an entry for "+m.Digest.String(), func(*wire.Exchange) (string, bool) {
		return "no entry for " + m.Digest.String(), find(l.entries, m) != nil
	}))
}

// ofType requests the referrers of one artifactType.
func ofType(artifactType string) wire.Option { return wire.WithQuery("artifactType", artifactType) }

// making makes the referrers of a subject.
type making func(subject fixtures.Manifest) []fixtures.Manifest

// listWith pushes a subject and its referrers and lists them.
func listWith(ctx context.Context, make making) (*suite.Repository, fixtures.Manifest, []fixtures.Manifest, *wire.Exchange) {
	suite.Need(ctx, suite.Referrers)
	repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushManifest(ctx, subject)
	referrers := withoutSharedBlobs(subject, make(subject))
	for _, r := range referrers {
		repo.PushManifest(ctx, r)
	}
	return repo, subject, referrers, repo.ListReferrers(ctx, subject.Digest.String())
}

// listing is the result of listWith.
type listing struct {
	repo      *suite.Repository
	subject   fixtures.Manifest
	referrers []fixtures.Manifest
	list      *wire.Exchange
}

// listingOf makes one listing, which several specs judge without changing it.
func listingOf(make making) func(context.Context) listing {
	return suite.Once(func(ctx context.Context) listing {
		repo, subject, referrers, list := listWith(ctx, make)
		return listing{repo, subject, referrers, list}
	})
}

// needListed ends the spec as blocked unless the list contains all referrers: that is
// another requirement.
func needListed(ctx context.Context, repo *suite.Repository, list *wire.Exchange, referrers []fixtures.Manifest) {
	suite.Must(list, require.ReferencesListStatus)
	paged(ctx, repo, list).needEntries(ctx, repo, referrers)
}

// needEntries ends the spec if the list does not contain all referrers.
func (l pagedList) needEntries(ctx context.Context, repo *suite.Repository, referrers []fixtures.Manifest) {
	suite.Must(l.first, require.ReferencesListStatus)
	if len(without(l.entries, referrers)) > 0 {
		needIndex(l.first)
		needPages(ctx, repo, l.first, len(referrers))
		suite.Blocked(require.ReferencesListComplete, l.first, "a referrer is missing in the list")
	}
}

// expectListed judges that the list contains all referrers.
func expectListed(ctx SpecContext, repo *suite.Repository, list *wire.Exchange, referrers []fixtures.Manifest) {
	suite.Must(list, require.ReferencesListStatus)
	needIndex(list) // before its pages are requested
	paged(ctx, repo, list).expectEntries(ctx, repo, referrers)
}

// expectEntries judges that the list contains all referrers.
func (l pagedList) expectEntries(ctx SpecContext, repo *suite.Repository, referrers []fixtures.Manifest) {
	suite.Must(l.first, require.ReferencesListStatus)
	needIndex(l.first)
	if len(without(l.entries, referrers)) > 0 {
		needPages(ctx, repo, l.first, len(referrers))
	}
	for _, r := range referrers {
		l.expectEntry(r)
	}
}

// needPages ends the spec if entries are missing because there are too many of them
// for one page.
func needPages(ctx context.Context, repo *suite.Repository, list *wire.Exchange, many int) {
	by, few := require.ReferencesPageLink, 2
	if len(list.Header.Values("Link")) > 0 {
		by, few = require.ReferencesPageComplete, 1
		if next, err := list.Next(); err != nil || next == nil {
			by = require.ReferencesPageLinkFormat
		}
	}
	if tooMany(ctx, repo, many, few, false) {
		suite.Blocked(by, list, "%d referrers do not fit into one page, and the further pages do not list the rest", many)
	}
}

// tooMany pushes ordinary artifacts one after the other. It says whether few of them
// are all listed, but many are not.
func tooMany(ctx context.Context, repo *suite.Repository, many, few int, filter bool) bool {
	listed := func(n int) bool {
		one := suite.MediaType("+type")
		_, subject, referrers, list := listWith(ctx, artifacts(n, padded(), fixtures.WithArtifactType(one)))
		if filter {
			list = repo.ListReferrers(ctx, subject.Digest.String(), ofType(one))
		}
		return len(without(allPages(ctx, repo, list), referrers)) == 0
	}
	return !listed(many) && listed(few)
}

// needIndex ends the spec if a list does not have the form of an image index.
func needIndex(list *wire.Exchange) {
	var index struct {
		Manifests *[]json.RawMessage `json:"manifests"`
	}
	if list.JSON(&index) != nil || index.Manifests == nil {
		suite.Blocked(require.ReferencesListBody, list, "the list of referrers is not an image index")
	}
}
