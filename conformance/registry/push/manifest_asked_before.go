package push

import (
	"context"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// Clients ask for a manifest before they push it. A cache in front of a registry may keep
// the answer, that there is no such manifest.
var _ = Describe("A manifest that was requested before it was pushed", func() {
	type asked struct{ gets, heads []Case } // after the push
	ask := suite.Once(func(ctx context.Context) asked {
		repo, image, tag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
		both := func() (got asked) {
			for _, by := range []struct{ title, reference string }{{"by tag", tag}, {"by digest", image.Digest.String()}} {
				answers := suite.AtOnce(ctx,
					func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, by.reference) },
					func(ctx context.Context) *wire.Exchange { return repo.HeadManifest(ctx, by.reference) })
				got.gets = append(got.gets, Case{Title: by.title, Exchange: answers[0]})
				got.heads = append(got.heads, Case{Title: by.title, Exchange: answers[1]})
			}
			return got
		}
		repo.PushContent(ctx, image)
		both()
		suite.Must(repo.PutManifest(ctx, tag, image.MediaType, image.Data), require.PushManifestStatus)
		return both()
	})
	ok := HaveStatus(http.StatusOK)

	It("is returned by GET", require.PullManifestGetStatus, func(ctx SpecContext) {
		got := ask(ctx)
		if ExpectEach(got.gets).First(ok) != nil {
			needOrdinaryTag(ctx)
			needOrdinary(ctx)
		}
		ExpectEach(got.gets).To(ok)
	})
	It("is found by HEAD", require.PullManifestHeadStatus, func(ctx SpecContext) {
		got := ask(ctx)
		if missing := ExpectEach(got.gets).First(ok); missing != nil {
			suite.Blocked(require.PullManifestGetStatus, missing, "GET does not return the manifest, either")
		}
		if ExpectEach(got.heads).First(ok) != nil {
			repo, image, _ := suite.TaggedImage(ctx)
			if plain := repo.HeadManifest(ctx, image.Digest.String()); plain.Status != http.StatusOK {
				suite.Blocked(require.PullManifestHeadStatus, plain, "HEAD of another manifest does not return 200, either")
			}
		}
		ExpectEach(got.heads).To(ok)
	})
})
