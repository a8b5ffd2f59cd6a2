package push

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Pushing a manifest", func() {
	for _, by := range []string{"tag", "digest"} {
		Context("by "+by, func() {
			var (
				repo  *suite.Repository
				image fixtures.Manifest
				put   *wire.Exchange
			)
			type pushed struct {
				image fixtures.Manifest
				put   *wire.Exchange
			}
			pushOnce := suite.Once(func(ctx context.Context) pushed {
				repo, image, reference := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
				if by == "digest" {
					reference = image.Digest.String()
				}
				repo.PushContent(ctx, image)
				return pushed{image, repo.PutManifest(ctx, reference, image.MediaType, image.Data)}
			})

			BeforeEach(func(ctx SpecContext) {
				p := pushOnce(ctx)
				repo, image, put = suite.Repo(ctx), p.image, p.put
			})

			It("returns 201 Created", require.PushManifestStatus, func() {
				Expect(put).To(HaveStatus(http.StatusCreated))
			})
			It("returns a Location", require.PushManifestLocation, func() {
				suite.Must(put, require.PushManifestStatus)
				Expect(put).To(HaveLocation())
			})
			It("returns a Location from which the manifest can be pulled", require.PushManifestLocationPullable, func(ctx SpecContext) {
				suite.Must(put, require.PushManifestStatus)
				location, err := put.Location()
				if err != nil {
					suite.Blocked(require.PushManifestLocation, put, "the response has no Location")
				}
				pull := repo.Get(ctx, wire.EndManifest, location, wire.WithHeader("Accept", strings.Join(wire.ManifestTypes, ", ")))
				if pull.Status != http.StatusOK || string(pull.Body) != string(image.Data) {
					repo.ControlManifest(ctx)
				}
				Expect(pull).To(HaveStatus(http.StatusOK))
				Expect(pull).To(HaveBody(image.Data))
			})
			It("returns no OCI-Subject, as it has no subject", require.ReferencesSubjectNone, func() {
				suite.Must(put, require.PushManifestStatus)
				Expect(put).To(HaveNoHeader("OCI-Subject"))
			})
			It("returns no digest other than the client's", require.PushManifestDigestValue, func() {
				suite.Must(put, require.PushManifestStatus)
				Expect(put).To(HaveDigestOf(image.Data))
				if value := put.Header.Get("Docker-Content-Digest"); by == "digest" && value != "" {
					Expect(put).To(HaveHeader("Docker-Content-Digest", image.Digest.String()))
				}
			})
		})
	}
})

var _ = Describe("Pushing a manifest that already exists", func() {
	It("returns 201 Created again, by digest and by tag", require.PushManifestStatus, func(ctx SpecContext) {
		repo, image, tag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
		repo.PushContent(ctx, image)
		for _, reference := range []string{image.Digest.String(), tag} {
			first := repo.PutManifest(ctx, reference, image.MediaType, image.Data)
			if first.Status != http.StatusCreated {
				suite.Blocked(require.PushManifestStatus, first, "the first push does not return 201 Created, either")
			}
			Expect(repo.PutManifest(ctx, reference, image.MediaType, image.Data)).To(HaveStatus(http.StatusCreated))
		}
	})
})

var _ = Describe("Pushing an index", func() {
	It("returns 201 Created", require.PushManifestStatus, func(ctx SpecContext) {
		repo, child, _ := suite.TaggedImage(ctx)
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child})
		put := repo.PutManifest(ctx, index.Digest.String(), index.MediaType, index.Data)
		if put.OK() && put.Status != http.StatusCreated {
			image := fixtures.NewImage(suite.Nonce())
			repo.PushContent(ctx, image)
			if other := repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data); other.Status == put.Status {
				suite.Blocked(require.PushManifestStatus, other, "the push of an image returns the same status")
			}
		}
		Expect(put).To(HaveStatus(http.StatusCreated))
	})
})

var _ = Describe("Pushing a manifest with a parameter in its Content-Type", func() {
	It("ignores the parameter", require.PushManifestContentTypeParameters, func(ctx SpecContext) {
		repo, image, tag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
		repo.PushContent(ctx, image)
		put := repo.PutManifest(ctx, tag, image.MediaType+"; charset=utf-8", image.Data)
		Expect(put).To(BeAccepted())
		pull := suite.Must(repo.GetManifest(ctx, tag), require.PullManifestGetStatus)
		if !strings.EqualFold(pull.Header.Get("Content-Type"), image.MediaType) {
			plain, plainTag := fixtures.NewImage(suite.Nonce()), suite.Tag()
			repo.PushTagged(ctx, plainTag, plain)
			other := repo.GetManifest(ctx, plainTag)
			switch {
			case !strings.EqualFold(other.MediaType(), plain.MediaType):
				suite.Blocked(require.PullManifestContentTypePushed, other, "a manifest that was pushed without a parameter comes back with another type, too")
			case strings.Contains(other.Header.Get("Content-Type"), ";"):
				suite.Blocked(require.PullManifestContentTypeParameters, other, "a manifest that was pushed without a parameter comes back with one, too")
			}
		}
		Expect(pull).To(Check("Content-Type: "+image.MediaType, func(ex *wire.Exchange) (string, bool) {
			value := ex.Header.Get("Content-Type")
			return "Content-Type: " + value, strings.EqualFold(value, image.MediaType)
		}))
	})
})

// needErrorList ends the spec if a refusal has no place for an error code. The body
// of a 4xx may have any format. A JSON body in another form than the specification's
// breaks another requirement.
func needErrorList(ex *wire.Exchange) {
	if ex.OK() {
		return
	}
	if !ex.IsJSON() && ex.Status < http.StatusInternalServerError {
		suite.NotApplicable("the body of the refusal is not JSON, so it has no error code")
	}
	if !ex.IsJSON() {
		return
	}
	codes := errorCodes(ex)
	if len(codes) == 0 || codes[0] == "" {
		suite.Blocked(require.ErrorsBodyShape, ex, "the JSON body of the refusal has no list of errors")
	}
	for _, code := range codes {
		if strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			suite.Blocked(require.ErrorsCodeFormat, ex, "the error code has characters other than upper-case letters and underscores")
		}
		if ex.Status < http.StatusInternalServerError && !suite.IsErrorCode(code) {
			suite.Blocked(require.ErrorsCodeKnown, ex, "the specification does not list the error code")
		}
	}
}

// errorCodes are the error codes of a refusal; none if its body has no list of
// errors.
func errorCodes(ex *wire.Exchange) []string {
	var body struct {
		Errors []struct {
			Code any `json:"code"`
		} `json:"errors"`
	}
	if ex.JSON(&body) != nil {
		return nil
	}
	var codes []string
	for _, e := range body.Errors {
		if e.Code == nil {
			e.Code = ""
		}
		codes = append(codes, fmt.Sprint(e.Code))
	}
	return codes
}
