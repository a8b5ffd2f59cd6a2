package security

import (
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

// spelled sends a request for the repository with its name spelled otherwise
// in the path, percent-encodings and all.
func spelled(repo *suite.Repository, name string) wire.Option {
	return func(r *wire.Request) {
		u := *r.URL
		u.RawPath = strings.Replace(u.EscapedPath(), "/v2/"+repo.Name()+"/", "/v2/"+name+"/", 1)
		u.Path, _ = url.PathUnescape(u.RawPath) // the names here are well encoded
		r.URL = &u
	}
}

// Who checks access in front of a registry reads the path in one way; a
// registry that reads it in another serves what was not checked.
var _ = Describe("A repository name with an encoded slash", func() {
	It("is refused", require.SecurityPathEncodedSlash, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		if !strings.Contains(repo.Name(), "/") {
			suite.Nothing("the repository's name has no slash")
		}
		image := fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, image)
		encoded := spelled(repo, strings.ReplaceAll(repo.Name(), "/", "%2F"))
		Expect(repo.GetManifest(ctx, image.Digest.String(), encoded, wire.NoRedirect())).To(BeRefused())
		Expect(repo.GetBlob(ctx, image.Blobs[0].Digest.String(), encoded, wire.NoRedirect())).To(BeRefused())
		Expect(repo.PutManifest(ctx, suite.Tag(), image.MediaType, image.Data, encoded, wire.NoRedirect())).To(BeRefused())
	})
})

// A redirect to the plain name is no finding: the client that follows it asks
// for that name, and is checked for it.
var _ = Describe("A repository name with dot segments", func() {
	It("gives nothing of the repository that remains without them", require.SecurityPathDotSegments, func(ctx SpecContext) {
		_, two := both(ctx)
		image, tag := fixtures.NewImage(suite.Nonce()), suite.Tag()
		two.PushTagged(ctx, tag, image)
		needOwnManifests(ctx, tag)
		dir, last := path.Split(two.Name())
		elsewhere := dir + suite.Nonce()
		for _, name := range []string{
			elsewhere + "/../" + last,
			elsewhere + "/%2e%2e/" + last,
			elsewhere + "/..%2F" + last,
			elsewhere + "/.%2E/" + last,
			dir + "./" + last,
			dir + "%2e/" + last,
		} {
			pull := two.GetManifest(ctx, tag, spelled(two, name), wire.NoRedirect())
			Expect(pull).To(Check("nothing of "+two.Name(), func(ex *wire.Exchange) (string, bool) {
				return "its manifest " + image.Digest.String(), !ex.OK() || string(ex.Body) != string(image.Data)
			}))
		}
	})
})
