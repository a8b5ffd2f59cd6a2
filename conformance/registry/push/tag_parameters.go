package push

import (
	"context"
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
		there []string // the tags among them that exist afterwards
		put   *wire.Exchange
	)
	type pushed struct {
		there []string
		put   *wire.Exchange
	}
	push := suite.Once(func(ctx context.Context) pushed {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		var tags []string
		var options []wire.Option
		for range many {
			tags = append(tags, suite.Tag())
			options = append(options, wire.WithQuery("tag", tags[len(tags)-1]))
		}
		put := repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data, options...)
		var (
			exists [many]bool
			looks  []func(context.Context)
			there  []string
		)
		for i, tag := range tags {
			looks = append(looks, func(ctx context.Context) { exists[i] = put.OK() && repo.HasManifest(ctx, tag) })
		}
		suite.Concurrently(ctx, looks...)
		for i, tag := range tags {
			if exists[i] {
				there = append(there, tag)
			}
		}
		return pushed{there, put}
	})

	BeforeEach(func(ctx SpecContext) {
		suite.Need(ctx, suite.TagParameters)
		got := push(ctx)
		there, put = got.there, got.put
	})

	It("accepts ten tags", require.PushManifestTagParametersTen, func() {
		for _, tag := range namedTags(put) {
			if put.OK() && !slices.Contains(there, tag) {
				suite.Blocked(require.PushManifestTagParametersHeader, put, "OCI-Tag lists %s, and the tag does not exist", tag)
			}
		}
		Expect(put).To(Check(fmt.Sprintf("success (any 2xx status), and all %d tags exist afterwards", many), func(ex *wire.Exchange) (string, bool) {
			if !ex.OK() {
				return ex.StatusAndReason(), false
			}
			return fmt.Sprintf("%d of the tags exist", len(there)), len(there) == many
		}))
	})
	It("lists each tag that it created in OCI-Tag", require.PushManifestTagParametersHeader, func() {
		suite.Must(put, require.PushManifestTagParametersTen)
		made, named := slices.Clone(there), namedTags(put)
		slices.Sort(made)
		slices.Sort(named)
		Expect(put).To(Check("OCI-Tag: "+strings.Join(made, ", "), func(*wire.Exchange) (string, bool) {
			return "OCI-Tag: " + strings.Join(named, ", "), slices.Equal(made, named)
		}))
	})
})
