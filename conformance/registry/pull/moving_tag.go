package pull

import (
	"fmt"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// beOneOf wants an answer that is one of the two manifests in all its parts.
// Being told to come again is accepted.
func beOneOf(a, b fixtures.Manifest) types.GomegaMatcher {
	return Check("the one manifest or the other, whole", func(ex *wire.Exchange) (string, bool) {
		if ex.Status == http.StatusTooManyRequests || ex.Status == http.StatusServiceUnavailable {
			return "", true
		}
		m, other := a, b
		if string(ex.Body) == string(b.Data) {
			m, other = b, a
		}
		named := ex.Header.Get("Docker-Content-Digest")
		return fmt.Sprintf("status %s, %d bytes (%s), Content-Type %s, Docker-Content-Digest %q",
				wire.StatusText(ex.Status), ex.BodySize, ex.BodyDigest, ex.MediaType(), named),
			ex.OK() && string(ex.Body) == string(m.Data) && ex.MediaType() != other.MediaType && named != other.Digest.String()
	})
}

// The two manifests differ in their media type, so that an answer that is made
// of both is seen.
var _ = Describe("Pulling a tag while it is moved", func() {
	const moves, reads = 10, 30

	It("gives what it was or what it is, never an error or a mix", require.PullManifestGetBytes, func(ctx SpecContext) {
		repo, image, tag := suite.Repo(), fixtures.NewImage(suite.Nonce()), suite.Tag()
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{image})
		for _, m := range []fixtures.Manifest{index, image} {
			if push := repo.PushTagged(ctx, tag, m); !push.OK() && push.Status < http.StatusInternalServerError {
				suite.Nothing("the registry does not move tags")
			}
			still := suite.Must(repo.GetManifest(ctx, tag), require.PullManifestGetStatus)
			if string(still.Body) == string(index.Data) && m.Digest == image.Digest {
				Expect(still).To(HaveBody(image.Data)) // it still gives what it gave before
			}
			if ok, _ := beOneOf(image, index).Match(still); !ok || string(still.Body) != string(m.Data) {
				suite.Blocked(require.PullManifestGetBytes, still, "the tag gives something else when nobody moves it")
			}
		}
		var puts, pulls []*wire.Exchange
		repo.Together(
			func(r *wire.Repository) {
				for i := range moves {
					m := []fixtures.Manifest{index, image}[i%2]
					puts = append(puts, r.PutManifest(ctx, tag, m.MediaType, m.Data))
				}
			},
			func(r *wire.Repository) {
				for range reads {
					pulls = append(pulls, r.GetManifest(ctx, tag))
				}
			},
		)
		for _, put := range puts {
			suite.Must(put, require.PushManifestStatus)
		}
		for _, pull := range pulls {
			Expect(pull).To(beOneOf(image, index))
		}
	})
})
