package pull

import (
	"context"
	"net/http"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// negotiated are the kinds of manifests that are pulled with several forms of Accept: an
// image, an index, and an artifact with a subject.
var negotiated = []kind{kinds[0], kinds[1], kinds[3]}

// acceptForm is a form of Accept. lines makes the headers from the type of the manifest
// and another type. No lines stand for no header.
type acceptForm struct {
	title string
	lines func(own, other string) []string
}

var (
	acceptAny  = acceptForm{"Accept: */*", func(_, _ string) []string { return []string{"*/*"} }}
	acceptNone = acceptForm{"no Accept", func(_, _ string) []string { return nil }}

	// acceptListed are the forms that name the manifest's type among others. Several
	// headers of one name are one list (RFC 9110, section 5.3). Many clients send a header
	// for each type.
	acceptListed = []acceptForm{
		{"a header for each type, its own type last", func(own, other string) []string { return []string{other, own} }},
		{"a header for each type, its own type first", func(own, other string) []string { return []string{own, other} }},
		{"a list without spaces and with weights", func(own, other string) []string { return []string{other + "," + own + ";q=0.5,*/*;q=0.1"} }},
	}
)

func (f acceptForm) on(m fixtures.Manifest) wire.Option {
	other := ocispec.MediaTypeImageIndex
	if m.MediaType == other {
		other = ocispec.MediaTypeImageManifest
	}
	lines := f.lines(m.MediaType, other)
	return func(r *wire.Request) {
		r.Header.Del("Accept")
		if lines != nil {
			r.Header["Accept"] = lines
		}
	}
}

// expectForms judges that a manifest is found by its tag with each form of Accept. If one
// form fails, control ends the spec if the fault is not in this form.
func expectForms(ctx SpecContext, there tagged, request func(context.Context, string, ...wire.Option) *wire.Exchange, forms []acceptForm, control func(acceptForm)) {
	requests := make([]func(context.Context) *wire.Exchange, len(forms))
	for i, f := range forms {
		requests[i] = func(ctx context.Context) *wire.Exchange { return request(ctx, there.tag, f.on(there.m)) }
	}
	found := Check("success (any 2xx status) and the manifest", func(ex *wire.Exchange) (string, bool) {
		if ex.OK() && ex.Method == http.MethodGet && !ex.Is(there.m.Data) {
			return "other bytes (" + ex.BodyDigest.String() + ")", false
		}
		return ex.StatusAndReason(), ex.OK()
	})
	var cases []Case
	answers := suite.AtOnce(ctx, requests...)
	for i, f := range forms {
		cases = append(cases, Case{Title: f.title, Exchange: answers[i]})
		if right, _ := found.Match(answers[i]); !right {
			control(f)
		}
	}
	ExpectEach(cases).To(found)
}

// needPull ends the spec if an ordinary pull of the tag does not return the manifest, or
// if a pull by digest with the same Accept returns another one.
func needPull(ctx SpecContext, there tagged, accept wire.Option) {
	pull := suite.Must(suite.Repo(ctx).GetManifest(ctx, there.tag), require.PullManifestGetStatus)
	if !pull.Is(there.m.Data) {
		suite.Blocked(require.PullManifestGetBytes, pull, "the manifest is not served when its own type is accepted, either")
	}
	if byDigest := suite.Repo(ctx).GetManifest(ctx, there.m.Digest.String(), accept); byDigest.OK() && !byDigest.Is(there.m.Data) {
		suite.Blocked(require.SecurityAcceptDigest, byDigest, "a GET by digest returns another manifest, too")
	}
}

// needHead is needPull for HEAD. It also ends the spec if GET with the same form of
// Accept fails.
func needHead(ctx SpecContext, there tagged, f acceptForm, by require.ID) {
	suite.Must(suite.Repo(ctx).HeadManifest(ctx, there.tag), require.PullManifestHeadStatus)
	if pull := suite.Repo(ctx).GetManifest(ctx, there.tag, f.on(there.m)); !pull.OK() && suite.Judging(ctx) != by {
		suite.Blocked(by, pull, "GET with this Accept is refused, too")
	}
}

// pullsAndHeads declares the specs of one form of Accept, for each kind of manifest.
func pullsAndHeads(f acceptForm, by require.ID) {
	for i, k := range negotiated {
		title := "returns the manifest"
		if i > 0 {
			title = "returns " + k.title + ", too"
		}
		It(title, by, func(ctx SpecContext) {
			there := k.push(ctx)
			expectForms(ctx, there, suite.Repo(ctx).GetManifest, []acceptForm{f}, func(f acceptForm) { needPull(ctx, there, f.on(there.m)) })
			expectForms(ctx, there, suite.Repo(ctx).HeadManifest, []acceptForm{f}, func(f acceptForm) { needHead(ctx, there, f, by) })
		})
	}
}

// A client may accept any type; curl does so by default.
var _ = Describe("Pulling a manifest with Accept: */*", func() {
	pullsAndHeads(acceptAny, require.PullManifestAcceptAny)
})

// Without Accept, every type is acceptable (RFC 9110, section 12.5.1).
var _ = Describe("Pulling a manifest without Accept", func() {
	pullsAndHeads(acceptNone, require.PullManifestAcceptNone)
})

var _ = Describe("Pulling a manifest with an Accept header for each type", func() {
	It("returns the manifest", require.PullManifestAcceptListed, func(ctx SpecContext) {
		there := negotiated[0].push(ctx)
		expectForms(ctx, there, suite.Repo(ctx).GetManifest, acceptListed, func(f acceptForm) { needPull(ctx, there, f.on(there.m)) })
	})
	It("returns an index, too", require.PullManifestAcceptListed, func(ctx SpecContext) {
		there := negotiated[1].push(ctx)
		expectForms(ctx, there, suite.Repo(ctx).GetManifest, acceptListed, func(f acceptForm) { needPull(ctx, there, f.on(there.m)) })
	})
	It("finds an image and an index with HEAD", require.PullManifestHeadStatus, func(ctx SpecContext) {
		for _, k := range negotiated[:2] {
			there := k.push(ctx)
			expectForms(ctx, there, suite.Repo(ctx).HeadManifest, acceptListed, func(f acceptForm) {
				needHead(ctx, there, f, require.PullManifestAcceptListed)
			})
		}
	})
})

// Docker's registries returned the manifest of one platform to clients that did not
// accept manifest lists. Its digest is not that of the tag.
var _ = Describe("Pulling an index with an Accept header that does not name its type", func() {
	It("returns the index, or no manifest", require.PullManifestAcceptOther, func(ctx SpecContext) {
		index := kinds[1].push(ctx)
		accept := wire.WithHeader("Accept", ocispec.MediaTypeImageManifest)
		pull := suite.Repo(ctx).GetManifest(ctx, index.tag, accept)
		if pull.OK() && string(pull.Body) != string(index.m.Data) {
			needPull(ctx, index, accept)
		}
		Expect(pull).To(Check("the index, or a refusal", func(ex *wire.Exchange) (string, bool) {
			return "status " + wire.StatusText(ex.Status) + " with other bytes, Content-Type: " + ex.Header.Get("Content-Type"),
				!ex.OK() || string(ex.Body) == string(index.m.Data)
		}))
	})
})
