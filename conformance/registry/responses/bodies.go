package responses

import (
	"context"
	"net/http"
	"slices"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/conformance/sweep"
	"assay/fixtures"
	"assay/wire"
)

// provocations are the responses to requests that a registry may refuse: one for
// each mistake, at each endpoint that is likely to have error handling of its own.
var provocations = suite.Once(func(ctx context.Context) []*wire.Exchange {
	bad := "sha256:" + suite.Nonce() // too short; a registry that takes it for a tag stores it for no other spec
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushManifest(ctx, image)
	blob := image.Blobs[0].Digest.String()
	wrong := fixtures.NewBlob(suite.Nonce(), 16)
	wrong.Digest = fixtures.NewBlob(suite.Nonce(), 16).Digest
	absent := fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs()) // neither the manifest nor its blobs are pushed
	first, second, third := repo.OpenUpload(ctx), repo.OpenUpload(ctx), repo.OpenUpload(ctx)
	nowhere := repo.URL("blobs/uploads/00000000-0000-4000-8000-000000000000")
	missing := suite.RepoNamed(ctx, suite.MissingRepository(ctx))
	return suite.AtOnce(ctx,
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, suite.Tag()) },
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, suite.MissingDigest()) },
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, bad) },
		func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, suite.MissingDigest()) },
		func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, bad) },
		func(ctx context.Context) *wire.Exchange {
			return repo.GetBlob(ctx, blob, wire.WithHeader("Range", "bytes=1000000-"))
		},
		func(ctx context.Context) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), image.MediaType, []byte("this is not a manifest"))
		},
		func(ctx context.Context) *wire.Exchange {
			return repo.PutManifest(ctx, suite.MissingDigest(), image.MediaType, image.Data)
		},
		func(ctx context.Context) *wire.Exchange {
			return repo.PutManifest(ctx, bad, image.MediaType, image.Data)
		},
		func(ctx context.Context) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), absent.MediaType, absent.Data)
		},
		func(ctx context.Context) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), "text/plain", image.Data)
		},
		func(ctx context.Context) *wire.Exchange { return repo.DeleteManifest(ctx, suite.Tag()) },
		func(ctx context.Context) *wire.Exchange { return repo.DeleteManifest(ctx, suite.MissingDigest()) },
		func(ctx context.Context) *wire.Exchange { return repo.DeleteManifest(ctx, bad) },
		func(ctx context.Context) *wire.Exchange { return repo.DeleteBlob(ctx, suite.MissingDigest()) },
		func(ctx context.Context) *wire.Exchange { return repo.DeleteBlob(ctx, bad) },
		func(ctx context.Context) *wire.Exchange { return repo.ListReferrers(ctx, bad) },
		func(ctx context.Context) *wire.Exchange { return repo.ListTags(ctx, wire.WithQuery("n", "-1")) },
		func(ctx context.Context) *wire.Exchange { return repo.PostBlob(ctx, wrong.Digest.String(), wrong.Data) },
		func(ctx context.Context) *wire.Exchange { return repo.PostBlob(ctx, bad, wrong.Data) },
		func(ctx context.Context) *wire.Exchange { return repo.Mount(ctx, bad, repo.Name()) },
		func(ctx context.Context) *wire.Exchange {
			return first.Patch(ctx, fixtures.Chunk{Data: []byte("out of order"), Start: 1000})
		},
		func(ctx context.Context) *wire.Exchange { return third.PutWhole(ctx, wrong) },
		func(ctx context.Context) *wire.Exchange { return repo.PutUpload(ctx, second.Location, bad, wrong.Data) },
		func(ctx context.Context) *wire.Exchange { return repo.PatchUpload(ctx, nowhere, "", wrong.Data) },
		func(ctx context.Context) *wire.Exchange {
			return repo.PutUpload(ctx, nowhere, wrong.Digest.String(), wrong.Data)
		},
		func(ctx context.Context) *wire.Exchange { return repo.UploadStatus(ctx, nowhere) },
		func(ctx context.Context) *wire.Exchange { return repo.CancelUpload(ctx, nowhere) },
		func(ctx context.Context) *wire.Exchange { // a method that the path does not have
			return repo.ListTags(ctx, func(r *wire.Request) { r.Method = http.MethodPost })
		},
		func(ctx context.Context) *wire.Exchange { // the same, or the header of the list
			return repo.ListTags(ctx, func(r *wire.Request) { r.Method = http.MethodHead })
		},
		func(ctx context.Context) *wire.Exchange { return missing.ListTags(ctx) },
		func(ctx context.Context) *wire.Exchange { return missing.GetManifest(ctx, suite.Tag()) },
		func(ctx context.Context) *wire.Exchange { return missing.GetBlob(ctx, suite.MissingDigest()) },
		func(ctx context.Context) *wire.Exchange { return suite.SiblingRepo(ctx, "UPPER").ListTags(ctx) },
	)
})

// refusals are the 4xx responses with a JSON body. The specification says nothing about
// other bodies.
func refusals(ctx SpecContext) []*wire.Exchange {
	kept := slices.DeleteFunc(slices.Clone(provocations(ctx)), func(ex *wire.Exchange) bool {
		return ex.Err != nil || !sweep.SaysErrors(ex)
	})
	if len(kept) == 0 {
		suite.NotApplicable("no 4xx response had a JSON body")
	}
	return kept
}

// expectEachEntry judges every entry of every 4xx response that has a list of errors.
// Other specs judge whether there is such a list.
func expectEachEntry(ctx SpecContext, expected string, check func(sweep.Entry) (string, bool)) {
	for _, refusal := range refusals(ctx) {
		list, ok := sweep.ErrorsIn(refusal)
		if !ok {
			continue
		}
		Expect(refusal).To(Check(expected, func(*wire.Exchange) (string, bool) {
			for _, o := range list {
				if received, ok := check(o); !ok {
					return received, false
				}
			}
			return "", true
		}))
	}
}

var _ = Describe("A 4xx response with a JSON body", func() {
	It("has a list of errors, each with a code", require.ErrorsBodyShape, func(ctx SpecContext) {
		for _, refusal := range refusals(ctx) {
			Expect(refusal).To(Check(`{"errors":[{"code":…}]}`, func(ex *wire.Exchange) (string, bool) {
				_, ok := sweep.ErrorsIn(ex)
				return string(ex.Body[:min(len(ex.Body), 200)]), ok
			}))
		}
	})
	It("has codes of upper-case letters and underscores", require.ErrorsCodeFormat, func(ctx SpecContext) {
		expectEachEntry(ctx, "a code of upper-case letters and underscores", sweep.FormatOfCode)
	})
	It("has only codes that the specification lists", require.ErrorsCodeKnown, func(ctx SpecContext) {
		expectEachEntry(ctx, "one of the 14 codes of the specification", sweep.KnownCode)
	})
	It("has only messages that are text, if any", require.ErrorsMessageText, func(ctx SpecContext) {
		expectEachEntry(ctx, "a message that is text", sweep.TextMessage)
	})
})
