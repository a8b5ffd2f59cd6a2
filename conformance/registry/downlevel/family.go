package downlevel

import (
	"context"
	"slices"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// family is an index with two images that have no tag, and a lone image without a tag.
// The index, one of its images, and the lone image each got one artifact, which was then
// deleted. Then all three got it again, and the index and the lone image, which had tags
// by then, were deleted.
type family struct {
	index, child, sibling, lone fixtures.Manifest
	tags, loneTags              []string
	with                        bool // artifacts were attached
	refused                     *wire.Exchange

	attached, detached, removed look
	deletes                     []*wire.Exchange // of the artifacts
	del, delLone                *wire.Exchange   // nil if manifests cannot be deleted
}

// The titles of the requests.
const (
	indexByTag    = "the index by its tag"
	indexBySecond = "the index by its second tag"
	indexByThird  = "the index by its third tag"
	indexByDigest = "the index by its digest"
	headIndex     = "HEAD of the index's second tag"
	ofIndex       = "an image that the index lists"
	siblingOf     = "the other image that the index lists"
	configOfChild = "the config of an image that the index lists"
	layerOfChild  = "the layer of an image that the index lists"
	loneByDigest  = "an image without a tag"
	loneByTag     = "the image by its first tag"
	loneBySecond  = "the image by its second tag"
	loneByThird   = "the image by its third tag"
	headLone      = "HEAD of the image's second tag"
	configOfLone  = "the config of an image without a tag"
	layerOfLone   = "the layer of an image without a tag"
)

// kin is the family with artifacts; kinAlone is one without. The second is made only if
// something is wrong.
var (
	kin      = suite.Once(func(ctx context.Context) *family { return raise(ctx, true) })
	kinAlone = suite.Once(func(ctx context.Context) *family { return raise(ctx, false) })
)

func raise(ctx context.Context, with bool) *family {
	suite.NeedPushed(ctx)
	if suite.Version(ctx) == require.V1_0 && suite.ProposedWay(ctx) == nil {
		suite.NotApplicable("version 1.0 knows no subject")
	}
	repo := suite.Repo(ctx)
	f := &family{with: with, tags: []string{suite.Tag(), suite.Tag(), suite.Tag()}, loneTags: []string{suite.Tag(), suite.Tag(), suite.Tag()}}
	f.child, f.sibling = fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs()), fixtures.NewImage(suite.Nonce())
	f.lone = fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs())
	f.index = fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{f.child, f.sibling})
	repo.PushContent(ctx, f.index)
	repo.PushManifest(ctx, f.lone)
	for _, tag := range f.tags {
		suite.Must(put(ctx, repo, tag, f.index), require.PushManifestStatus)
	}
	artifacts := f.attach(ctx, repo)
	f.attached = ask(ctx, repo, f.everything())
	if !suite.Has(ctx, suite.ManifestDelete) {
		return f
	}
	for _, a := range artifacts {
		f.deletes = append(f.deletes, repo.DeleteManifest(ctx, a.Digest.String()))
	}
	f.detached = ask(ctx, repo, f.everything())
	for _, a := range artifacts {
		put(ctx, repo, a.reference, a.Manifest)
	}
	for _, tag := range f.loneTags {
		repo.PutManifest(ctx, tag, f.lone.MediaType, f.lone.Data)
	}
	f.del = repo.DeleteManifest(ctx, f.index.Digest.String())
	f.delLone = repo.DeleteManifest(ctx, f.lone.Digest.String())
	f.removed = ask(ctx, repo, append(f.names(),
		request{loneByTag, getBy(f.loneTags[0])}, request{loneBySecond, getBy(f.loneTags[1])}, request{loneByThird, getBy(f.loneTags[2])},
		request{loneByDigest, getBy(f.lone.Digest.String())}, request{headLone, headBy(f.loneTags[1])}))
	return f
}

// attach pushes an artifact for the index, for one of its images, and for the lone
// image, and returns those that the registry accepted.
func (f *family) attach(ctx context.Context, repo *suite.Repository) []artifact {
	if !f.with {
		return nil
	}
	var accepted []artifact
	for _, m := range []fixtures.Manifest{f.index, f.child, f.lone} {
		for _, a := range artifactsOf(ctx, m) {
			for _, b := range a.Blobs {
				repo.PushBlob(ctx, b)
			}
			if push := put(ctx, repo, a.reference, a.Manifest); push.OK() {
				accepted = append(accepted, a)
			} else {
				f.refused = push
			}
		}
	}
	slices.Reverse(accepted) // an index is deleted before its entries
	return accepted
}

// artifactsOf are the artifacts that a member of the family gets.
func artifactsOf(ctx context.Context, m fixtures.Manifest) []artifact {
	if suite.ProposedWay(ctx) != nil {
		return waysOf(ctx)[0].attach(m, nil)
	}
	return []artifact{asDigest("an artifact", newArtifact(m))}
}

func put(ctx context.Context, repo *suite.Repository, reference string, m fixtures.Manifest) *wire.Exchange {
	return repo.PutManifest(ctx, reference, m.MediaType, m.Data)
}

func getBy(reference string) func(context.Context, *suite.Repository) *wire.Exchange {
	return func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
		return repo.GetManifest(ctx, reference)
	}
}

func headBy(reference string) func(context.Context, *suite.Repository) *wire.Exchange {
	return func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
		return repo.HeadManifest(ctx, reference)
	}
}

func blobOf(b fixtures.Blob) func(context.Context, *suite.Repository) *wire.Exchange {
	return func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
		return repo.GetBlob(ctx, b.Digest.String())
	}
}

// names requests the index by all its names.
func (f *family) names() []request {
	return []request{
		{indexByTag, getBy(f.tags[0])}, {indexBySecond, getBy(f.tags[1])}, {indexByThird, getBy(f.tags[2])},
		{indexByDigest, getBy(f.index.Digest.String())}, {headIndex, headBy(f.tags[1])},
	}
}

// everything requests all content but the artifacts.
func (f *family) everything() []request {
	return append(f.names(), []request{
		{ofIndex, getBy(f.child.Digest.String())}, {siblingOf, getBy(f.sibling.Digest.String())},
		{configOfChild, blobOf(configOf(f.child))}, {layerOfChild, blobOf(layerOf(f.child))},
		{loneByDigest, getBy(f.lone.Digest.String())},
		{configOfLone, blobOf(configOf(f.lone))}, {layerOfLone, blobOf(layerOf(f.lone))},
	}...)
}

// data is the content that a request has to return.
func (f *family) data(name string) []byte {
	switch name {
	case ofIndex:
		return f.child.Data
	case siblingOf:
		return f.sibling.Data
	case configOfChild:
		return configOf(f.child).Data
	case layerOfChild:
		return layerOf(f.child).Data
	case loneByDigest:
		return f.lone.Data
	case configOfLone:
		return configOf(f.lone).Data
	case layerOfLone:
		return layerOf(f.lone).Data
	}
	return f.index.Data
}

// kept claims that the requests return what was pushed.
func (f *family) kept(at look, by require.ID, names ...string) []claim {
	var claims []claim
	for _, name := range names {
		claims = append(claims, unchanged(name, at[name], f.data(name), by))
	}
	return claims
}

// familiar is what a spec claims of a family.
type familiar func(*family) []claim

// needKin ends the spec if an earlier step was already wrong. by is the requirement for
// that step.
func needKin(ctx context.Context, by require.ID, q familiar) {
	for _, c := range broken(q(kin(ctx))) {
		needOrdinary(ctx, c.ex)
		suite.Blocked(by, c.ex, "%s was not as expected already", c.name)
	}
}

// judgeKin judges the claims of a family with artifacts. If a family without artifacts
// has the same defect, the spec ends as blocked.
func judgeKin(ctx context.Context, q familiar) {
	for _, c := range broken(q(kin(ctx))) {
		for _, control := range broken(q(kinAlone(ctx))) {
			if control.name == c.name || control.by == c.by { // which of several tags is wrong may differ
				needDeletes(control.ex)
				suite.Blocked(c.by, control.ex, "the same is wrong with content that has no artifacts")
			}
		}
		needOrdinary(ctx, c.ex)
		Expect(c.ex).To(Check(c.want+" ("+c.name+")", c.check))
	}
}

// needAttached ends the spec unless all artifacts were accepted.
func needAttached(ctx context.Context) {
	if push := kin(ctx).refused; push != nil {
		suite.Blocked(require.PushSubjectArtifact, push, "an artifact is refused")
	}
}

// needLeft ends the spec unless all artifacts were deleted.
func needLeft(ctx context.Context) {
	suite.Need(ctx, suite.ManifestDelete)
	needAttached(ctx)
	if i := slices.IndexFunc(kin(ctx).deletes, func(ex *wire.Exchange) bool { return !ex.OK() }); i >= 0 {
		needDeletes(kin(ctx).deletes[i])
		suite.Must(kin(ctx).deletes[i], require.ManagementManifestDeleteStatus)
	}
}
