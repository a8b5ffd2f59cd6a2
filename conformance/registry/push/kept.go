package push

import (
	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// suspect is a manifest with less to it than the one that a spec is about:
// where it is not kept either, the requirement by is what is broken.
type suspect struct {
	by require.ID
	m  fixtures.Manifest
	// taken says that the requirement asks for acceptance alone, so that what
	// comes back is not its matter.
	taken bool
}

// isBroken tries the suspect and says what came of it.
func (s suspect) isBroken(ctx SpecContext, repo *suite.Repository) (*wire.Exchange, bool) {
	answer := pushAndPull(ctx, repo, s.m.Digest.String(), s.m)
	if s.taken {
		return answer, isRefused(answer)
	}
	return answer, !isKept(answer, s.m)
}

// expectKept judges that the manifest is accepted and comes back byte for byte.
// Where it does not, the suspects are tried first, in their order.
func expectKept(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest, suspects ...suspect) {
	answer := pushAndPull(ctx, repo, m.Digest.String(), m)
	if !isKept(answer, m) {
		needOrdinary(ctx, repo)
		if len(m.Children) > 0 {
			needOrdinaryIndex(ctx, repo)
		}
		if answer.OK() { // it came back as something else
			suspects = append([]suspect{withUnknownField()}, suspects...)
		}
		for _, s := range suspects {
			if s.by == suite.Judging(ctx) {
				continue
			}
			if other, broken := s.isBroken(ctx, repo); broken {
				suite.Blocked(s.by, other, "a manifest with less to it is not accepted and kept either")
			}
		}
	}
	Expect(answer).To(beKept(m))
}

// pushAndPull pushes the manifest with all that it references and pulls it
// again: the answer to the push, where it was refused, or to the pull.
func pushAndPull(ctx SpecContext, repo *suite.Repository, reference string, m fixtures.Manifest) *wire.Exchange {
	repo.PushContent(ctx, m)
	put := repo.PutManifest(ctx, reference, m.MediaType, m.Data)
	if !put.OK() {
		return put
	}
	return repo.GetManifest(ctx, reference)
}

// isRefused and isKept say what pushAndPull came to.
func isRefused(answer *wire.Exchange) bool {
	return answer.Endpoint == wire.EndManifestPut && !answer.OK()
}

func isKept(answer *wire.Exchange, m fixtures.Manifest) bool {
	return answer.OK() && string(answer.Body) == string(m.Data)
}

// beKept is what pushAndPull should have come to.
func beKept(m fixtures.Manifest) types.GomegaMatcher {
	return Check("the manifest to be accepted, and kept byte for byte", func(ex *wire.Exchange) (string, bool) {
		if ex.OK() && !isKept(ex, m) {
			return "other bytes (" + ex.BodyDigest.String() + ")", false
		}
		return "status " + wire.StatusText(ex.Status), isKept(ex, m)
	})
}

// needOrdinary ends the spec unless an image manifest with nothing special
// about it is accepted and kept.
func needOrdinary(ctx SpecContext, repo *suite.Repository) {
	image := fixtures.NewImage(suite.Nonce())
	needKept(ctx, repo, image.Digest.String(), image)
}

// needOrdinaryTag is needOrdinary by tag.
func needOrdinaryTag(ctx SpecContext, repo *suite.Repository) {
	needKept(ctx, repo, suite.Tag(), fixtures.NewImage(suite.Nonce()))
}

func needKept(ctx SpecContext, repo *suite.Repository, reference string, m fixtures.Manifest) {
	switch answer := pushAndPull(ctx, repo, reference, m); {
	case isKept(answer, m):
	case answer.OK():
		suite.Blocked(require.PullManifestGetBytes, answer, "an ordinary one comes back as something else")
	case isRefused(answer):
		suite.Blocked(require.PushManifestStatus, answer, "an ordinary one is refused")
	default:
		suite.Blocked(require.PullManifestGetStatus, answer, "an ordinary one is not there after its push")
	}
}

// needOrdinaryIndex is needOrdinary for an index of one image.
func needOrdinaryIndex(ctx SpecContext, repo *suite.Repository) {
	index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce())})
	needKept(ctx, repo, index.Digest.String(), index)
}

// withUnknownField is altered by registries that write manifests anew from the
// fields that they know.
func withUnknownField() suspect {
	return suspect{by: require.PushTypeUnknownField, m: fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) {
		doc["org.example.assay"] = map[string]any{"unknown": true}
	})}
}
