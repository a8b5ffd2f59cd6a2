// Package references has the specs of what a client does with artifacts that refer to
// images.
package references

import (
	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/reference/faults/behaviour"
)

var _ = Describe("Listing referrers", func() {
	It("works with the API", require.ClientReferencesListApi, func(ctx SpecContext) { lists(ctx, scenarios.PlainReferrers) })
	It("works without a filter of the registry", require.ClientReferencesListUnfiltered, func(ctx SpecContext) {
		lists(ctx, scenarios.ReferrersUnfiltered)
	})
	It("selects by artifactType without a filter of the registry", require.ClientReferencesListUnfiltered, func(ctx SpecContext) {
		filtered := Play(ctx, scenarios.ReferrersFilter)
		one := digests(filtered)[:1]
		if filtered.Steps[0].Loose || !filtered.Steps[0].Done() || Caught(func() { Lists(filtered, 0, "", one) }) {
			Unsupported("the client does not select by artifactType")
		}
		p := Succeeds(ctx, scenarios.ReferrersFilterMissing)
		Lists(p, 0, "the referrers of the artifactType", digests(p)[:1])
	})
	It("follows a Link", require.ClientReferencesListPages, func(ctx SpecContext) { lists(ctx, scenarios.ReferrersPages) })
	It("prints a referrer once", require.ClientReferencesListDuplicates, func(ctx SpecContext) { lists(ctx, scenarios.ReferrersDuplicates) })
	It("uses the referrers tag after 404", require.ClientReferencesListFallback, func(ctx SpecContext) {
		p := Play(ctx, scenarios.ReferrersByTag)
		tag := scenarios.ReferrersTag(p.Content.Image.Digest)
		mustName(ctx, p, tag)
		Expected(p, Find(p, Named("GET", behaviour.Manifests, tag)) != nil, Last(p), "a GET of the tag "+tag, "none")
		lists(ctx, scenarios.ReferrersByTag)
	})
	It("fails if the API fails", require.ClientReferencesListFailure, func(ctx SpecContext) {
		refused(ctx, scenarios.ReferrersFail, "the client did not ask the referrers API")
	})
	It("fails if a page cannot be got", require.ClientReferencesListFailure, func(ctx SpecContext) {
		refused(ctx, scenarios.ReferrersPageFails, "the client did not ask for the next page")
	})
	It("asks the API by the digest of the image", require.ClientReferencesListDigest, func(ctx SpecContext) {
		p := Play(ctx, scenarios.ReferrersOfTag)
		asked := Find(p, Of("GET", behaviour.Referrers))
		if asked == nil {
			Unsupported("the client did not ask the referrers API")
		}
		byTag := Find(p, func(ex *traffic.Exchange) bool { return ex.Is("GET", behaviour.Referrers) && !ex.ByDigest() })
		Expected(p, byTag == nil, byTag, "a digest in the path", "the referrers of a tag")
		lists(ctx, scenarios.ReferrersOfTag)
	})
	It("finds none without a tag", require.ClientReferencesListNone, func(ctx SpecContext) { none(ctx, scenarios.ReferrersNone) })
	It("finds none with an image under the tag", require.ClientReferencesListNone, func(ctx SpecContext) {
		none(ctx, scenarios.ReferrersTagImage)
	})
})

// refused judges that the client fails if a request for referrers is refused. Absent is the
// message if it sends none.
func refused(ctx SpecContext, s *stage.Scenario, absent string) {
	p := Play(ctx, s)
	failed := Find(p, func(ex *traffic.Exchange) bool { return ex.Is("GET", behaviour.Referrers) && ex.Status >= 500 })
	if failed == nil {
		Unsupported("%s", absent)
	}
	Expected(p, !p.Steps[0].Done(), failed, "a failure of the client, which could not list the referrers", "exit 0")
}

// lists judges that the client prints all referrers.
func lists(ctx SpecContext, s *stage.Scenario) {
	p := Succeeds(ctx, s)
	Lists(p, 0, "the referrers", digests(p))
}

// none judges that the client prints no referrer. A tool that prints more than digests
// may name the image itself.
func none(ctx SpecContext, s *stage.Scenario) {
	asked := Play(ctx, s)
	if tag := scenarios.ReferrersTag(asked.Content.Image.Digest); !asked.Steps[0].Done() && Find(asked, Named("GET HEAD", behaviour.Manifests, tag)) == nil {
		Blocked(require.ClientReferencesListFallback, Last(asked), "the client failed before it asked for the referrers tag")
	}
	p := Succeeds(ctx, s)
	if !p.Steps[0].Loose {
		Lists(p, 0, "no referrers", nil)
	}
}

func digests(p *stage.Played) []string {
	var all []string
	for _, m := range p.Referrers {
		all = append(all, m.Digest.String())
	}
	return all
}
