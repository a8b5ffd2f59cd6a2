package push

import (
	"context"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// suspect is a simpler manifest than the one that a spec judges. If the registry does
// not store the simpler one unchanged, either, the requirement by is broken.
type suspect struct {
	by require.ID
	m  fixtures.Manifest
	// taken says that the requirement asks only for acceptance: what a pull returns
	// does not matter.
	taken bool
}

// isBroken pushes and pulls the suspect, and says whether its requirement is broken.
func (s suspect) isBroken(ctx SpecContext, repo *suite.Repository) (*wire.Exchange, bool) {
	answer := pushAndPull(ctx, repo, s.m.Digest.String(), s.m)
	if s.taken {
		return answer, isRefused(answer)
	}
	return answer, !isKept(answer, s.m)
}

// expectKept judges that the manifest is accepted and comes back byte for byte. If it
// does not, the suspects are tried in their order before the spec fails.
func expectKept(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest, suspects ...suspect) {
	answer := pushAndPull(ctx, repo, m.Digest.String(), m)
	if !isKept(answer, m) {
		needOrdinary(ctx)
		if len(m.Children) > 0 {
			needOrdinaryIndex(ctx)
		}
		if answer.OK() { // the manifest came back changed
			suspects = append([]suspect{withUnknownField()}, suspects...)
		}
		for _, s := range suspects {
			if s.by == suite.Judging(ctx) {
				continue
			}
			if other, broken := s.isBroken(ctx, repo); broken {
				suite.Blocked(s.by, other, "a simpler manifest is refused or changed, too")
			}
		}
	}
	Expect(answer).To(beKept(m))
}

// pushAndPull pushes the manifest with all content that it references, and pulls it.
// It returns the push if that was refused, and the pull otherwise.
func pushAndPull(ctx SpecContext, repo *suite.Repository, reference string, m fixtures.Manifest) *wire.Exchange {
	put := repo.PutWithContent(ctx, reference, m)
	if !put.OK() {
		return put
	}
	return repo.GetManifest(ctx, reference)
}

// isRefused and isKept read the result of pushAndPull.
func isRefused(answer *wire.Exchange) bool {
	return answer.Endpoint == wire.EndManifestPut && !answer.OK()
}

func isKept(answer *wire.Exchange, m fixtures.Manifest) bool {
	return answer.OK() && string(answer.Body) == string(m.Data)
}

// beKept expects that pushAndPull got the manifest back byte for byte.
func beKept(m fixtures.Manifest) types.GomegaMatcher {
	return Check("the manifest to be accepted and stored byte for byte", func(ex *wire.Exchange) (string, bool) {
		if ex.OK() && !isKept(ex, m) {
			return "other bytes (" + ex.BodyDigest.String() + ")", false
		}
		return ex.StatusAndReason(), isKept(ex, m)
	})
}

// needOrdinary ends the spec unless an ordinary image manifest is accepted and
// stored unchanged.
func needOrdinary(ctx SpecContext) { ordinary(ctx).need() }

var ordinary = suite.Once(func(ctx context.Context) ordinaryPush {
	image := fixtures.NewImage(suite.Nonce())
	return pushOrdinary(ctx, image.Digest.String(), image)
})

// needOrdinaryTag is needOrdinary with a push by tag.
func needOrdinaryTag(ctx SpecContext) { ordinaryByTag(ctx).need() }

var ordinaryByTag = suite.Once(func(ctx context.Context) ordinaryPush {
	return pushOrdinary(ctx, suite.Tag(), fixtures.NewImage(suite.Nonce()))
})

// needOrdinaryIndex is needOrdinary for an index of one image.
func needOrdinaryIndex(ctx SpecContext) { ordinaryIndex(ctx).need() }

var ordinaryIndex = suite.Once(func(ctx context.Context) ordinaryPush {
	index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce())})
	return pushOrdinary(ctx, index.Digest.String(), index)
})

// ordinaryPush is an ordinary manifest and what pushAndPull returned for it.
type ordinaryPush struct {
	m      fixtures.Manifest
	answer *wire.Exchange
}

func pushOrdinary(ctx context.Context, reference string, m fixtures.Manifest) ordinaryPush {
	return ordinaryPush{m, pushAndPull(ctx, suite.Repo(ctx), reference, m)}
}

func (o ordinaryPush) need() {
	switch answer := o.answer; {
	case isKept(answer, o.m):
	case answer.OK():
		suite.Blocked(require.PullManifestGetBytes, answer, "an ordinary manifest comes back changed, too")
	case isRefused(answer):
		suite.Blocked(require.PushManifestStatus, answer, "an ordinary manifest is refused, too")
	default:
		suite.Blocked(require.PullManifestGetStatus, answer, "an ordinary manifest does not exist after its push, either")
	}
}

// withUnknownField is a manifest with an unknown field. Registries that write
// manifests from the fields that they know lose the field.
func withUnknownField() suspect {
	return suspect{by: require.PushTypeUnknownField, m: fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) {
		doc["org.example.assay"] = map[string]any{"unknown": true}
	})}
}
