package security

import (
	"context"
	"net/url"
	"path"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// withNameInPath sends a request with another spelling of the repository's name in its
// path. name may have percent-encodings, which are sent as they are.
func withNameInPath(repo *suite.Repository, name string) wire.Option {
	return func(r *wire.Request) {
		u := *r.URL
		u.RawPath = strings.Replace(u.EscapedPath(), "/v2/"+repo.Name()+"/", "/v2/"+name+"/", 1)
		u.Path, _ = url.PathUnescape(u.RawPath) // the names in this file are encoded correctly
		r.URL = &u
	}
}

// A proxy may check access in front of a registry. If the registry reads the path in
// another way than the proxy, it serves content that the proxy did not check.
var _ = Describe("A repository name with an encoded slash", func() {
	It("is refused", require.SecurityPathEncodedSlash, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		if !strings.Contains(repo.Name(), "/") {
			suite.NotApplicable("the name of the run's repository has no slash")
		}
		suite.NeedPushed(ctx)
		_, image, _ := suite.TaggedImage(ctx)
		other := fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, other)
		encoded := withNameInPath(repo, strings.ReplaceAll(repo.Name(), "/", "%2F"))
		Expect(repo.GetManifest(ctx, image.Digest.String(), encoded, wire.NoRedirect())).To(BeRefused())
		Expect(repo.GetBlob(ctx, image.Blobs[0].Digest.String(), encoded, wire.NoRedirect())).To(BeRefused())
		Expect(repo.PutManifest(ctx, suite.Tag(), other.MediaType, other.Data, encoded, wire.NoRedirect())).To(BeRefused())
	})
})

// A redirect to the plain name is no finding: the client that follows it requests
// that name, and its access to that name is checked.
var _ = Describe("A repository name with dot segments", func() {
	It("returns no content of the repository that the path resolves to", require.SecurityPathDotSegments, func(ctx SpecContext) {
		_, two := twoRepositories(ctx)
		image, tag := fixtures.NewImage(suite.Nonce()), suite.Tag()
		two.PushTagged(ctx, tag, image)
		dir, last := path.Split(two.Name())
		elsewhere := dir + suite.Nonce()
		var requests []func(context.Context) *wire.Exchange
		for _, name := range []string{
			elsewhere + "/../" + last,
			elsewhere + "/%2e%2e/" + last,
			elsewhere + "/..%2F" + last,
			elsewhere + "/.%2E/" + last,
			dir + "./" + last,
			dir + "%2e/" + last,
		} {
			requests = append(requests, func(ctx context.Context) *wire.Exchange {
				return two.GetManifest(ctx, tag, withNameInPath(two, name), wire.NoRedirect())
			})
		}
		for _, pull := range suite.AtOnce(ctx, requests...) {
			if pull.OK() && string(pull.Body) == string(image.Data) {
				needOwnManifests(ctx, tag)
			}
			Expect(pull).To(Check("no content of "+two.Name(), func(ex *wire.Exchange) (string, bool) {
				return "the manifest " + image.Digest.String(), !ex.OK() || string(ex.Body) != string(image.Data)
			}))
		}
	})
})
