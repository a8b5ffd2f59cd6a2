package responses

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/conformance/sweep"
	"assay/fixtures"
	"assay/wire"
)

// responsesWithWarnings are those of responsesOfEachKind that have a Warning.
func responsesWithWarnings(ctx SpecContext) []*wire.Exchange {
	kept := slices.DeleteFunc(slices.Clone(responsesOfEachKind(ctx)), func(ex *wire.Exchange) bool { return len(ex.Header.Values("Warning")) == 0 })
	if len(kept) == 0 {
		suite.NotApplicable("the registry sent no Warning")
	}
	return kept
}

// ownConfig is an image with a config that no other image has, so that it can be
// deleted.
func ownConfig() fixtures.Manifest {
	config := fixtures.NewBlob(suite.Nonce(), 64).As(fixtures.NewImage(suite.Nonce()).Blobs[0].MediaType)
	return fixtures.NewImage(suite.Nonce(), fixtures.WithConfig(config))
}

var responsesOfEachKind = suite.Once(func(ctx context.Context) []*wire.Exchange {
	repo, image, tag := suite.Repo(ctx), ownConfig(), suite.Tag()
	byTag := repo.PushTagged(ctx, tag, image)
	byDigest := repo.PushManifest(ctx, image)
	blob, config := fixtures.NewBlob(suite.Nonce(), 64), image.Blobs[0].Digest.String()
	var uploads []*wire.Exchange
	session, other := repo.OpenUpload(ctx), repo.OpenUpload(ctx)
	answers := append([]*wire.Exchange{byTag, byDigest}, suite.AtOnce(ctx,
		func(ctx context.Context) *wire.Exchange {
			uploads = uploadResponses(ctx, repo, session)
			return other.Cancel(ctx)
		},
		func(ctx context.Context) *wire.Exchange { return suite.Registry(ctx).Support(ctx) },
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, tag) },
		func(ctx context.Context) *wire.Exchange { return repo.HeadManifest(ctx, tag) },
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, image.Digest.String()) },
		func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, config) },
		func(ctx context.Context) *wire.Exchange { return repo.HeadBlob(ctx, config) },
		func(ctx context.Context) *wire.Exchange {
			return repo.GetBlob(ctx, config, wire.WithHeader("Range", "bytes=0-3"))
		},
		func(ctx context.Context) *wire.Exchange { return repo.ListTags(ctx) },
		func(ctx context.Context) *wire.Exchange { return repo.ListReferrers(ctx, image.Digest.String()) },
		func(ctx context.Context) *wire.Exchange {
			return repo.ListReferrers(ctx, image.Digest.String(), wire.WithQuery("artifactType", suite.MediaType("+type")))
		},
		func(ctx context.Context) *wire.Exchange {
			return repo.Mount(ctx, suite.MissingDigest(), suite.Repo2(ctx).Name())
		},
		func(ctx context.Context) *wire.Exchange { return repo.PostBlob(ctx, blob.Digest.String(), blob.Data) },
		// Refusals may have warnings, too.
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, suite.Tag()) },
		func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, suite.MissingDigest()) },
		func(ctx context.Context) *wire.Exchange { return repo.DeleteBlob(ctx, suite.MissingDigest()) },
		func(ctx context.Context) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), image.MediaType, []byte("this is not a manifest"))
		},
		func(ctx context.Context) *wire.Exchange {
			return repo.GetBlob(ctx, config, wire.WithHeader("Range", "bytes=1000000-"))
		},
	)...)
	answers = append(answers, uploads...)
	for _, reference := range []string{tag, image.Digest.String()} {
		answers = append(answers, repo.DeleteManifest(ctx, reference))
	}
	return append(answers, repo.DeleteBlob(ctx, config))
})

// uploadResponses are the responses to an upload and to a mount of the uploaded blob.
func uploadResponses(ctx context.Context, repo *suite.Repository, session *suite.Session) []*wire.Exchange {
	blob := fixtures.NewBlob(suite.Nonce(), 64)
	return []*wire.Exchange{
		session.Start, session.Patch(ctx, fixtures.Chunk{Data: blob.Data}), session.Status(ctx), session.Put(ctx, blob),
		suite.Repo2(ctx).Mount(ctx, blob.Digest.String(), repo.Name()),
	}
}

// everyWarning expects each warning of a response to satisfy check.
func everyWarning(expected string, check func(sweep.Warning) bool) types.GomegaMatcher {
	return Check(expected, func(ex *wire.Exchange) (string, bool) {
		for _, value := range ex.Header.Values("Warning") {
			for _, w := range sweep.WarningsIn(value) {
				if !check(w) {
					return "Warning: " + value, false
				}
			}
		}
		return "", true
	})
}

var _ = Describe("A warning", func() {
	It("has the warn-code 299", require.ErrorsWarningCode, func(ctx SpecContext) {
		for _, ex := range responsesWithWarnings(ctx) {
			Expect(ex).To(everyWarning("the warn-code 299", sweep.CodeIs299))
		}
	})
	It("has the warn-agent -", require.ErrorsWarningAgent, func(ctx SpecContext) {
		for _, ex := range responsesWithWarnings(ctx) {
			Expect(ex).To(everyWarning("the warn-agent -", sweep.AgentIsDash))
		}
	})
	It("has no warn-date", require.ErrorsWarningDate, func(ctx SpecContext) {
		for _, ex := range responsesWithWarnings(ctx) {
			Expect(ex).To(everyWarning("no warn-date", sweep.HasNoDate))
		}
	})
	It("has at most 4096 bytes, together with all other warnings of its response", require.ErrorsWarningSize, func(ctx SpecContext) {
		for _, ex := range responsesWithWarnings(ctx) {
			Expect(ex).To(Check("at most 4096 bytes of warnings", func(ex *wire.Exchange) (string, bool) {
				size := len(strings.Join(ex.Header.Values("Warning"), ""))
				return fmt.Sprintf("%d bytes", size), size <= sweep.WarningLimit
			}))
		}
	})
})
