package security

import (
	"context"
	"net/http"
	"slices"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// asksForLogin says that a response asks for credentials. A 403 does not: registries
// also return it for requests that no user may send.
func asksForLogin(ex *wire.Exchange) bool { return ex.Status == http.StatusUnauthorized }

// expectNoWayIn judges that no request without credentials succeeded, if another
// request was refused because it had no credentials.
func expectNoWayIn(deed string, anonymous []*wire.Exchange) {
	i := slices.IndexFunc(anonymous, asksForLogin)
	if i < 0 {
		suite.NotApplicable("the registry asks for no login to " + deed)
	}
	for _, ex := range anonymous {
		Expect(ex).To(Check("a refusal (no 2xx status), because a login is needed for "+anonymous[i].String(), func(ex *wire.Exchange) (string, bool) {
			return ex.StatusAndReason(), !ex.OK()
		}))
	}
}

var _ = Describe("Without a login", func() {
	It("either every way to read is refused, or none", require.SecurityAnonymousRead, func(ctx SpecContext) {
		repo, image, _ := suite.TaggedImage(ctx)
		ways := slices.Clone(anonymousReads(ctx))
		if suite.Has(ctx, suite.Referrers) {
			ways = append(ways, repo.ListReferrers(ctx, image.Digest.String(), wire.Anonymous()))
		}
		expectNoWayIn("read", ways)
	})
	It("either every way to write is refused, or none", require.SecurityAnonymousWrite, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		blob := fixtures.NewBlob(suite.Nonce(), 64)
		ways := []*wire.Exchange{
			repo.StartUpload(ctx, wire.Anonymous()),
			repo.PostBlob(ctx, blob.Digest.String(), blob.Data, wire.Anonymous()),
			suite.Repo2(ctx).Mount(ctx, image.Blobs[0].Digest.String(), repo.Name(), wire.Anonymous()),
			repo.PutManifest(ctx, suite.Tag(), image.MediaType, image.Data, wire.Anonymous()),
			repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data, wire.Anonymous()),
		}
		expectNoWayIn("write", append(ways, inSession(ctx, repo)...))
	})
	It("either every way to delete is refused, or none", require.SecurityAnonymousDelete, func(ctx SpecContext) {
		repo, image, tag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
		repo.PushTagged(ctx, tag, image)
		blob := fixtures.NewBlob(suite.Nonce(), 64)
		repo.PushBlob(ctx, blob)
		expectNoWayIn("delete", []*wire.Exchange{
			repo.DeleteManifest(ctx, tag, wire.Anonymous()),
			repo.DeleteManifest(ctx, image.Digest.String(), wire.Anonymous()),
			repo.DeleteBlob(ctx, blob.Digest.String(), wire.Anonymous()),
		})
	})
	It("a 401 response says how to log in", require.SecurityAnonymousChallenge, func(ctx SpecContext) {
		ways := append(slices.Clone(anonymousReads(ctx)), suite.Registry(ctx).Support(ctx, wire.Anonymous()))
		if !slices.ContainsFunc(ways, asksForLogin) {
			ways = append(ways, suite.Repo(ctx).StartUpload(ctx, wire.Anonymous()))
		}
		refusals := slices.DeleteFunc(ways, func(ex *wire.Exchange) bool { return !asksForLogin(ex) })
		if len(refusals) == 0 {
			suite.NotApplicable("the registry asks for no login")
		}
		for _, refusal := range refusals {
			Expect(refusal).To(HaveAnyHeader("WWW-Authenticate"))
		}
	})
})

// anonymousReads requests the content of the repository in every way.
var anonymousReads = suite.Once(func(ctx context.Context) []*wire.Exchange {
	repo, image, tag := suite.TaggedImage(ctx)
	ways := []func(context.Context) *wire.Exchange{
		func(ctx context.Context) *wire.Exchange { return repo.ListTags(ctx, wire.Anonymous()) },
	}
	for _, reference := range []string{tag, image.Digest.String()} {
		ways = append(ways, anonymous(repo.GetManifest, reference), anonymous(repo.HeadManifest, reference))
	}
	for _, b := range image.Blobs {
		ways = append(ways, anonymous(repo.GetBlob, b.Digest.String()), anonymous(repo.HeadBlob, b.Digest.String()))
	}
	return suite.AtOnce(ctx, ways...)
})

// anonymous is a request for a reference without a login.
func anonymous(request func(context.Context, string, ...wire.Option) *wire.Exchange, reference string) func(context.Context) *wire.Exchange {
	return func(ctx context.Context) *wire.Exchange { return request(ctx, reference, wire.Anonymous()) }
}

// inSession continues, without a login, uploads that were started with one. A
// Location on another host often contains a permission of its own; such uploads are
// left out.
func inSession(ctx SpecContext, repo *suite.Repository) []*wire.Exchange {
	blob := fixtures.NewBlob(suite.Nonce(), 64)
	chunk := blob.Chunks(len(blob.Data))[0]
	var ways []*wire.Exchange
	for _, step := range []func(*suite.Session) *wire.Exchange{
		func(s *suite.Session) *wire.Exchange { return s.Patch(ctx, chunk, wire.Anonymous()) },
		func(s *suite.Session) *wire.Exchange { return s.PutWhole(ctx, blob, wire.Anonymous()) },
		func(s *suite.Session) *wire.Exchange { return repo.CancelUpload(ctx, s.Location, wire.Anonymous()) },
	} {
		session := repo.OpenUpload(ctx)
		if session.Location.Host == repo.URL("").Host {
			ways = append(ways, step(session))
		}
	}
	return ways
}
