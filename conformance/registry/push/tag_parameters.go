package push

import (
	"fmt"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Pushing a manifest by digest with tags as parameters", func() {
	const many = 10
	var (
		repo *suite.Repository
		tags []string
		put  *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		suite.Need(ctx, suite.TagParameters)
		repo = suite.Repo(ctx)
		image := fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		tags = nil
		var options []wire.Option
		for range many {
			tags = append(tags, suite.Tag())
			options = append(options, wire.WithQuery("tag", tags[len(tags)-1]))
		}
		put = repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data, options...)
	})

	It("accepts ten tags", require.PushManifestTagParametersTen, func(ctx SpecContext) {
		for _, tag := range namedTags(put) {
			if slices.Contains(tags, tag) && !repo.HasManifest(ctx, tag) {
				suite.Blocked(require.PushManifestTagParametersHeader, put, "OCI-Tag lists %s, and the tag does not exist", tag)
			}
		}
		Expect(put).To(Check(fmt.Sprintf("success (any 2xx status), and all %d tags exist afterwards", many), func(ex *wire.Exchange) (string, bool) {
			if !ex.OK() {
				return "status " + wire.StatusText(ex.Status), false
			}
			there := 0
			for _, tag := range tags {
				if repo.HasManifest(ctx, tag) {
					there++
				}
			}
			return fmt.Sprintf("%d of the tags exist", there), there == many
		}))
	})
	It("lists each tag that it created in OCI-Tag", require.PushManifestTagParametersHeader, func(ctx SpecContext) {
		suite.Must(put, require.PushManifestTagParametersTen)
		var made, named []string
		for _, tag := range tags {
			if repo.HasManifest(ctx, tag) {
				made = append(made, tag)
			}
		}
		for _, value := range put.Header.Values("OCI-Tag") {
			for _, tag := range strings.Split(value, ",") {
				named = append(named, strings.TrimSpace(tag))
			}
		}
		slices.Sort(made)
		slices.Sort(named)
		Expect(put).To(Check("OCI-Tag: "+strings.Join(made, ", "), func(*wire.Exchange) (string, bool) {
			return "OCI-Tag: " + strings.Join(named, ", "), slices.Equal(made, named)
		}))
	})
})
