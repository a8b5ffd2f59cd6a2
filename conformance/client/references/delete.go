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

var _ = Describe("Deleting an artifact", func() {
	It("works with the API", require.ClientReferencesDeleteReferrer, func(ctx SpecContext) {
		p := Succeeds(ctx, scenarios.PlainDelete)
		_, there := p.Manifest(first(p))
		Expected(p, !there, Last(p), "no manifest any more", "exit 0, and the manifest")
	})
	It("removes it from the list of the referrers tag", require.ClientReferencesDeleteList, func(ctx SpecContext) {
		p := Play(ctx, scenarios.DeleteReferrerByTag)
		tag := scenarios.ReferrersTag(p.Content.Image.Digest)
		// A registry may refuse a list with a manifest that it does not have. Then the list
		// that the client pushed last says what it wanted.
		if lists := All(p, Named("PUT", behaviour.Manifests, tag)); len(lists) > 0 {
			last := lists[len(lists)-1]
			doc, _ := last.Document()
			Expected(p, !lists1(doc, first(p)), last, "a list without the artifact", "a list with the artifact")
		}
		deleted(ctx)
		mustName(ctx, p, tag)
		data, there := p.Manifest(tag)
		doc, _ := traffic.Read(data)
		Expected(p, !there || !lists1(doc, first(p)), Last(p), "a list without the artifact", "the artifact in the list")
	})
	It("removes the last entry from the list of the referrers tag", require.ClientReferencesDeleteList, func(ctx SpecContext) {
		p := MustSucceed(ctx, scenarios.DeleteLastReferrer, require.ClientReferencesDeleteReferrer)
		tag := scenarios.ReferrersTag(p.Content.Image.Digest)
		mustName(ctx, p, tag)
		data, there := p.Manifest(tag)
		doc, _ := traffic.Read(data)
		Expected(p, !there || !lists1(doc, first(p)), Last(p), "a list without the artifact, or no list", "the artifact in the list")
	})
	It("leaves the other entries of the list", require.ClientReferencesDeleteOthers, func(ctx SpecContext) {
		p := deleted(ctx)
		data, there := p.Manifest(scenarios.ReferrersTag(p.Content.Image.Digest))
		doc, _ := traffic.Read(data)
		for _, d := range digests(p)[1:] {
			Expected(p, there && lists1(doc, d), Last(p), "the other entries of the list", "no entry %s", d)
		}
	})
})

func first(p *stage.Played) string { return digests(p)[0] }

func deleted(ctx SpecContext) *stage.Played {
	return MustSucceed(ctx, scenarios.DeleteReferrerByTag, require.ClientReferencesDeleteReferrer)
}
