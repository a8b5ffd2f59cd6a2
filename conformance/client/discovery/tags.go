// Package discovery has the specs of how a client lists tags.
package discovery

import (
	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/reference/faults/behaviour"
)

var _ = Describe("Listing tags", func() {
	It("works", require.ClientDiscoveryTagsList, func(ctx SpecContext) { lists(ctx, scenarios.PlainTags) })
	It("follows a Link", require.ClientDiscoveryTagsLink, func(ctx SpecContext) { lists(ctx, scenarios.TagsLink) })
	It("follows an absolute Link", require.ClientDiscoveryTagsLink, func(ctx SpecContext) { lists(ctx, scenarios.TagsLinkAbsolute) })
	It("follows a Link with its own query", require.ClientDiscoveryTagsLinkQuery, func(ctx SpecContext) {
		Play(ctx, scenarios.TagsLinkQuery) // a client that lists no tags is not blocked
		Presume(require.ClientDiscoveryTagsLink, "the client does not follow a Link", func() { lists(ctx, scenarios.TagsLink) })
		lists(ctx, scenarios.TagsLinkQuery)
	})
	It("follows a Link to another path", require.ClientDiscoveryTagsLinkQuery, func(ctx SpecContext) {
		Play(ctx, scenarios.TagsLinkPath)
		Presume(require.ClientDiscoveryTagsLink, "the client does not follow a Link", func() { lists(ctx, scenarios.TagsLink) })
		lists(ctx, scenarios.TagsLinkPath)
	})
	It("follows a Link among several", require.ClientDiscoveryTagsLinkForm, func(ctx SpecContext) {
		Play(ctx, scenarios.TagsLinkForm)
		Presume(require.ClientDiscoveryTagsLink, "the client does not follow a Link", func() { lists(ctx, scenarios.TagsLink) })
		lists(ctx, scenarios.TagsLinkForm)
	})
	It("lists nothing if there is no tag", require.ClientDiscoveryTagsEmpty, func(ctx SpecContext) {
		p := Succeeds(ctx, scenarios.TagsNone)
		if !p.Steps[0].Loose {
			Lists(p, 0, "no tags", nil)
		}
	})
	It("fails if a page cannot be got", require.ClientDiscoveryTagsFailure, func(ctx SpecContext) {
		p := Play(ctx, scenarios.TagsFail)
		refused := Find(p, func(ex *traffic.Exchange) bool { return ex.Is("GET", behaviour.Tags) && ex.Status == 500 })
		if refused == nil {
			Unsupported("the client did not ask for the second page")
		}
		Expected(p, !p.Steps[0].Done(), refused, "a failure of the client, which lacks a page of the tags", "exit 0")
	})
	It("finds all pages without a Link, if it asks for n tags", require.ClientDiscoveryTagsWithoutLink, func(ctx SpecContext) {
		p := Play(ctx, scenarios.TagsWithoutLink)
		if Find(p, func(ex *traffic.Exchange) bool { return ex.Is("GET", behaviour.Tags) && ex.URL.Query().Has("n") }) == nil {
			Unsupported("the client does not ask for a number of tags")
		}
		lists(ctx, scenarios.TagsWithoutLink)
	})
	It("has no number in last", require.ClientDiscoveryTagsLastNumber, func(ctx SpecContext) { EveryRequest(ctx, require.ClientDiscoveryTagsLastNumber) })
	It("has a tag in last", require.ClientDiscoveryTagsLastTag, func(ctx SpecContext) { EveryRequest(ctx, require.ClientDiscoveryTagsLastTag) })
})

// lists judges that the client prints all tags.
func lists(ctx SpecContext, s *stage.Scenario) {
	p := Succeeds(ctx, s)
	Lists(p, 0, "the tags", p.Tags)
}
