package security

import (
	"context"
	"net/http"
	"slices"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// twoRepositories are the two repositories of the run. There is a manifest in the
// second one, so that this repository exists.
func twoRepositories(ctx SpecContext) (one, two *suite.Repository) {
	one, two = suite.Repo(ctx), suite.Repo2(ctx)
	if one.Name() == two.Name() {
		suite.NotApplicable("the run has only one repository")
	}
	two.Occupy(ctx)
	return one, two
}

// needOwnBlobs ends the spec if the registry serves the blob even from a repository
// that does not exist: then all repositories share one store, which is another
// requirement.
func needOwnBlobs(ctx SpecContext, b fixtures.Blob) {
	pull := suite.RepoNamed(ctx, suite.MissingRepository(ctx)).GetBlob(ctx, b.Digest.String())
	if pull.OK() {
		suite.Blocked(require.PullRepositoryUnknownBlob, pull, "the blob can be pulled from a repository that does not exist, too")
	}
}

// needOwnManifests is needOwnBlobs for a manifest.
func needOwnManifests(ctx SpecContext, reference string) {
	pull := suite.RepoNamed(ctx, suite.MissingRepository(ctx)).GetManifest(ctx, reference)
	if pull.OK() {
		suite.Blocked(require.PullRepositoryUnknownManifest, pull, "the manifest can be pulled from a repository that does not exist, too")
	}
}

// expectUnknown judges that a request for content of another repository returns 404.
// If it does not, the same request for content that does not exist anywhere is sent:
// if that gets the same wrong status, it blocks the spec. Before, shared ends the spec
// if all repositories share one store.
func expectUnknown(ctx SpecContext, request func(context.Context, string, ...wire.Option) *wire.Exchange, there, nowhere string, by require.ID, shared func()) {
	answer := request(ctx, there)
	if answer.Status != http.StatusNotFound {
		shared()
		if unknown := request(ctx, nowhere); unknown.Status == answer.Status {
			suite.Blocked(by, unknown, "content that does not exist anywhere does not return 404, either")
		}
	}
	Expect(answer).To(HaveStatus(http.StatusNotFound))
}

var _ = Describe("Content that only another repository has", func() {
	It("returns 404 Not Found if it is a blob", require.SecurityIsolationBlob, func(ctx SpecContext) {
		one, two := twoRepositories(ctx)
		blob := fixtures.NewBlob(suite.Nonce(), 128)
		one.PushBlob(ctx, blob)
		missing, shared := suite.MissingDigest(), func() { needOwnBlobs(ctx, blob) }
		expectUnknown(ctx, two.GetBlob, blob.Digest.String(), missing, require.PullBlobGetUnknown, shared)
		expectUnknown(ctx, two.HeadBlob, blob.Digest.String(), missing, require.PullBlobHeadUnknown, shared)
	})
	It("returns 404 Not Found if it is a manifest", require.SecurityIsolationManifest, func(ctx SpecContext) {
		one, two := twoRepositories(ctx)
		image, tag := fixtures.NewImage(suite.Nonce()), suite.Tag()
		one.PushTagged(ctx, tag, image)
		for _, reference := range []string{image.Digest.String(), tag} {
			missing, shared := suite.Tag(), func() { needOwnManifests(ctx, reference) }
			if reference != tag {
				missing = suite.MissingDigest()
			}
			expectUnknown(ctx, two.GetManifest, reference, missing, require.PullManifestGetUnknown, shared)
			expectUnknown(ctx, two.HeadManifest, reference, missing, require.PullManifestHeadUnknown, shared)
		}
	})
	It("is not listed if it is a referrer", require.SecurityIsolationReferrers, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		one, two := twoRepositories(ctx)
		subject := fixtures.NewImage(suite.Nonce())
		one.PushManifest(ctx, subject)
		two.PushManifest(ctx, subject)
		referrer := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(subject.Descriptor()))
		one.PushManifest(ctx, referrer)
		own := suite.Must(one.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
		if !lists(one.Pages(ctx, own), referrer) {
			suite.Blocked(require.ReferencesListComplete, own, "the referrer is not listed in its own repository, either")
		}
		list := suite.Must(two.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
		if lists(two.Pages(ctx, list), referrer) {
			needOwnManifests(ctx, referrer.Digest.String())
			if pull := two.GetManifest(ctx, referrer.Digest.String()); pull.OK() {
				suite.Blocked(require.SecurityIsolationManifest, pull, "the referrer can be pulled from the other repository, too")
			}
		}
		Expect(list).To(Check("no entry for "+referrer.Digest.String(), func(ex *wire.Exchange) (string, bool) {
			return "an entry for it", !lists(two.Pages(ctx, ex), referrer)
		}))
	})
})

// lists says whether a list of referrers has an entry for the manifest on any of its
// pages.
func lists(pages []*wire.Exchange, m fixtures.Manifest) bool {
	return slices.ContainsFunc(pages, func(page *wire.Exchange) bool {
		var index ocispec.Index
		_ = page.JSON(&index) // a body that is not an index has no entries
		return slices.ContainsFunc(index.Manifests, func(d ocispec.Descriptor) bool { return d.Digest == m.Digest })
	})
}

var _ = Describe("Deleting content that two repositories have", func() {
	It("leaves the manifest and its blobs in the other repository", require.SecurityIsolationDelete, func(ctx SpecContext) {
		suite.Need(ctx, suite.ManifestDelete)
		one, two := twoRepositories(ctx)
		// No other manifest has the blob, which is both config and layer.
		blob := fixtures.NewBlob(suite.Nonce(), 64)
		image := fixtures.NewImage(suite.Nonce(), fixtures.WithConfig(blob.As(ocispec.MediaTypeImageConfig)), fixtures.WithLayers(blob.As(ocispec.MediaTypeImageLayer)))
		image.Blobs = image.Blobs[:1]
		tag := suite.Tag() // the same in both repositories
		one.PushTagged(ctx, tag, image)
		two.PushTagged(ctx, tag, image)
		del := one.DeleteManifest(ctx, image.Digest.String())
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		if one.GetManifest(ctx, image.Digest.String()).OK() {
			other := fixtures.NewImage(suite.Nonce())
			two.PushManifest(ctx, other)
			if pull := one.GetManifest(ctx, other.Digest.String()); pull.OK() {
				suite.Blocked(require.SecurityIsolationManifest, pull, "the manifests of the other repository can be pulled here, too")
			}
			suite.Blocked(require.ManagementManifestDeleteGone, del, "the deleted manifest still exists")
		}
		expectManifest(ctx, two, tag, image)
		for _, b := range image.Blobs {
			expectBlob(ctx, two, b)
		}
	})
	It("leaves the referrer in the other repository, and in the list there", require.SecurityIsolationDelete, func(ctx SpecContext) {
		suite.Need(ctx, suite.ManifestDelete)
		suite.Need(ctx, suite.Referrers)
		one, two := twoRepositories(ctx)
		subject := fixtures.NewImage(suite.Nonce())
		referrer := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(subject.Descriptor()))
		for _, repo := range []*suite.Repository{one, two} {
			repo.PushManifest(ctx, subject)
			repo.PushManifest(ctx, referrer)
		}
		needDeleted(one.DeleteManifest(ctx, referrer.Digest.String()), suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		needDeleted(one.DeleteManifest(ctx, subject.Digest.String()), suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		for _, m := range []fixtures.Manifest{subject, referrer} {
			pull := two.GetManifest(ctx, m.Digest.String())
			if !pull.OK() {
				_, other, _ := suite.TaggedImage(ctx)
				needOwnManifests(ctx, other.Digest.String())
				two.ControlManifest(ctx)
			}
			Expect(pull).To(BeAccepted())
		}
		list := suite.Must(two.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
		listed := lists(two.Pages(ctx, list), referrer)
		if !listed {
			again := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(subject.Descriptor()))
			two.PushManifest(ctx, again)
			if other := two.ListReferrers(ctx, subject.Digest.String()); !lists(two.Pages(ctx, other), again) {
				suite.Blocked(require.ReferencesListComplete, other, "another referrer is not listed, either")
			}
		}
		Expect(list).To(Check("an entry for "+referrer.Digest.String(), func(*wire.Exchange) (string, bool) {
			return "no entry for it", listed
		}))
	})
	It("leaves the tag of the same name in the other repository", require.SecurityIsolationDelete, func(ctx SpecContext) {
		suite.Need(ctx, suite.TagDelete)
		one, two := twoRepositories(ctx)
		image, tag := fixtures.NewImage(suite.Nonce()), suite.Tag()
		one.PushTagged(ctx, tag, image)
		two.PushTagged(ctx, tag, image)
		needDeleted(one.DeleteManifest(ctx, tag), suite.TagDelete, require.ManagementTagDeleteStatus)
		expectManifest(ctx, two, tag, image)
	})
	It("leaves the blob in the other repository, and the manifest that has it", require.SecurityIsolationDelete, func(ctx SpecContext) {
		suite.Need(ctx, suite.BlobDelete)
		one, two := twoRepositories(ctx)
		blob, tag := fixtures.NewBlob(suite.Nonce(), 128).As(ocispec.MediaTypeImageLayer), suite.Tag()
		one.PushBlob(ctx, blob)
		image := fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(blob))
		two.PushTagged(ctx, tag, image)
		del := one.DeleteBlob(ctx, blob.Digest.String())
		needDeleted(del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		if one.GetBlob(ctx, blob.Digest.String()).OK() {
			other := fixtures.NewBlob(suite.Nonce(), 64)
			two.PushBlob(ctx, other)
			if pull := one.GetBlob(ctx, other.Digest.String()); pull.OK() {
				suite.Blocked(require.SecurityIsolationBlob, pull, "the blobs of the other repository can be pulled here, too")
			}
			suite.Blocked(require.ManagementBlobDeleteGone, del, "the deleted blob still exists")
		}
		expectBlob(ctx, two, blob)
		pull := two.GetManifest(ctx, tag)
		if !pull.OK() {
			two.ControlTag(ctx)
		}
		Expect(pull).To(BeAccepted()) // the manifest of the other repository that has the blob
	})
})

// expectManifest judges that the repository still has the manifest, by digest and by
// its tag.
func expectManifest(ctx SpecContext, repo *suite.Repository, tag string, m fixtures.Manifest) {
	pulls := suite.AtOnce(ctx,
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, m.Digest.String()) },
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, tag) },
		func(ctx context.Context) *wire.Exchange { return repo.HeadManifest(ctx, tag) })
	cases := []Case{{Title: "GET by digest", Exchange: pulls[0]}, {Title: "GET by tag", Exchange: pulls[1]}, {Title: "HEAD by tag", Exchange: pulls[2]}}
	if ExpectEach(cases).First(BeAccepted()) != nil {
		_, other, _ := suite.TaggedImage(ctx)
		needOwnManifests(ctx, other.Digest.String())
		repo.ControlManifest(ctx)
		repo.ControlTag(ctx)
	}
	if pulls[1].OK() {
		suite.Must(pulls[2], require.PullManifestHeadStatus)
	}
	ExpectEach(cases).To(BeAccepted())
}

// expectBlob judges that the repository still has the blob. If it has not, the controls
// end the spec if another requirement is broken.
func expectBlob(ctx SpecContext, repo *suite.Repository, b fixtures.Blob, controls ...func()) {
	pull := repo.GetBlob(ctx, b.Digest.String())
	if !pull.OK() {
		for _, control := range controls {
			control()
		}
		_, other := suite.StoredBlob(ctx, 64)
		needOwnBlobs(ctx, other)
		repo.ControlBlob(ctx)
	}
	Expect(pull).To(BeAccepted())
}

// needDeleted ends the spec unless the delete succeeded.
func needDeleted(del *wire.Exchange, f suite.Feature, by require.ID) {
	switch del.Status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		suite.FeatureMissing(f, "the delete returned "+wire.StatusText(del.Status))
	}
	suite.Must(del, by)
}

var _ = Describe("An upload that was started in one repository", func() {
	It("cannot be continued in another", require.SecurityIsolationSession, func(ctx SpecContext) {
		one, two := twoRepositories(ctx)
		session, blob := one.OpenUpload(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		location := *session.Location
		from, to := "/v2/"+one.Name()+"/", "/v2/"+two.Name()+"/"
		location.Path = strings.Replace(location.Path, from, to, 1)
		location.RawPath = strings.Replace(location.RawPath, from, to, 1)
		if location.Path == session.Location.Path {
			suite.NotApplicable("the Location of an upload does not name the repository")
		}
		Expect(two.PutUpload(ctx, &location, blob.Digest.String(), blob.Data)).To(BeRefused())
	})
})
