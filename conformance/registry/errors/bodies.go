package errors

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// known are the codes of the distribution-spec, section "Error Codes".
var known = []string{
	"BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN",
	"MANIFEST_INVALID", "MANIFEST_UNKNOWN", "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED",
	"DENIED", "UNSUPPORTED", "TOOMANYREQUESTS",
}

// legacy are codes that older registries may send (distribution-spec, "Legacy
// Docker support error codes").
var legacy = []string{"TAG_INVALID", "MANIFEST_UNVERIFIED"}

var codeFormat = regexp.MustCompile(`^[A-Z_]+$`)

// one is an entry of "errors"; nil where a field is missing.
type one struct {
	Code    any `json:"code"`
	Message any `json:"message"`
}

// errorsOf reads the list; ok is false when the body is not of that shape.
func errorsOf(ex *wire.Exchange) (list []one, ok bool) {
	var body struct {
		Errors *[]json.RawMessage `json:"errors"`
	}
	if ex.JSON(&body) != nil || body.Errors == nil {
		return nil, false
	}
	for _, raw := range *body.Errors {
		var o one
		if json.Unmarshal(raw, &o) != nil || o.Code == nil {
			return nil, false
		}
		list = append(list, o)
	}
	return list, true
}

// provocations are requests that a registry may refuse, one for each place
// that is likely to have an error of its own.
func provocations(ctx SpecContext) []*wire.Exchange {
	repo, image := suite.Repo(), fixtures.NewImage(suite.Nonce())
	repo.PushManifest(ctx, image)
	wrong := fixtures.NewBlob(suite.Nonce(), 16)
	wrong.Digest = fixtures.NewBlob(suite.Nonce(), 16).Digest
	session := repo.OpenUpload(ctx)
	return []*wire.Exchange{
		repo.GetManifest(ctx, suite.Tag()),
		repo.GetManifest(ctx, suite.MissingDigest()),
		repo.GetManifest(ctx, "sha256:baddigest"),
		repo.GetBlob(ctx, suite.MissingDigest()),
		repo.GetBlob(ctx, "sha256:baddigest"),
		repo.PutManifest(ctx, suite.Tag(), image.MediaType, []byte("this is not a manifest")),
		repo.PutManifest(ctx, suite.MissingDigest(), image.MediaType, image.Data),
		repo.DeleteManifest(ctx, suite.MissingDigest()),
		repo.DeleteBlob(ctx, suite.MissingDigest()),
		repo.ListReferrers(ctx, "sha256:baddigest"),
		session.Patch(ctx, fixtures.Chunk{Data: []byte("out of order"), Start: 1000}),
		session.PutWhole(ctx, wrong),
		repo.UploadStatus(ctx, repo.URL("blobs/uploads/00000000-0000-4000-8000-000000000000")),
		suite.Named(suite.MissingRepository()).ListTags(ctx),
		suite.Named("assay/UPPER").ListTags(ctx),
	}
}

// refusals keeps the 4xx answers whose body is JSON: other bodies may be
// anything.
func refusals(ctx SpecContext) []*wire.Exchange {
	kept := slices.DeleteFunc(provocations(ctx), func(ex *wire.Exchange) bool {
		return ex.Err != nil || ex.Status < 400 || ex.Status > 499 || len(ex.Body) == 0 || !ex.IsJSON()
	})
	if len(kept) == 0 {
		suite.Nothing("no refusal had a JSON body")
	}
	return kept
}

// each judges every entry of every refusal that has the right shape; the
// shape itself is another requirement.
func each(ctx SpecContext, expected string, check func(one) (string, bool)) {
	GinkgoHelper()
	for _, refusal := range refusals(ctx) {
		list, ok := errorsOf(refusal)
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

var _ = Describe("A refusal with a JSON body", func() {
	It("has a list of errors, each with a code", require.ErrorsBodyShape, func(ctx SpecContext) {
		for _, refusal := range refusals(ctx) {
			Expect(refusal).To(Check(`{"errors":[{"code":…}]}`, func(ex *wire.Exchange) (string, bool) {
				_, ok := errorsOf(ex)
				return string(ex.Body[:min(len(ex.Body), 200)]), ok
			}))
		}
	})
	It("has codes of upper-case letters and underscores", require.ErrorsCodeFormat, func(ctx SpecContext) {
		each(ctx, "a code of upper-case letters and underscores", func(o one) (string, bool) {
			code, ok := o.Code.(string)
			return fmt.Sprintf("code %v", o.Code), ok && codeFormat.MatchString(code)
		})
	})
	It("has codes that the specification lists", require.ErrorsCodeKnown, func(ctx SpecContext) {
		each(ctx, "one of the 14 codes of the specification", func(o one) (string, bool) {
			code, ok := o.Code.(string)
			if !ok || !codeFormat.MatchString(code) {
				return "", true // judged by the spec before this one
			}
			return "code " + code, slices.Contains(known, code) || slices.Contains(legacy, code)
		})
	})
	It("has messages that are text, if any", require.ErrorsMessageText, func(ctx SpecContext) {
		each(ctx, "a message that is text", func(o one) (string, bool) {
			_, ok := o.Message.(string)
			return fmt.Sprintf("message %v", o.Message), ok || o.Message == nil
		})
	})
})
