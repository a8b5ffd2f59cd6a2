package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func referrerVariants() []Variant {
	return []Variant{
		variant("no-referrers", "there is no referrers API",
			nil).with(noReferrers),
		variant("no-referrers-1.1", "there is no referrers API",
			nil).with(noReferrers).in(require.V1_1),
		variant("no-referrers-1.0", "there is no referrers API",
			nil).with(noReferrers).in(require.V1_0),
		variant("no-referrers-text", "there is no referrers API, and the 404 has plain text",
			OnAnswer(ListReferrers, Refused(Text("text/plain; charset=utf-8", "404 page not found\n")))).with(noReferrers),
		variant("referrer-pages-of-one", "each page has one referrer",
			nil).with(referrersPage(1)),
		variant("referrer-pages-of-one-1.1", "each page has one referrer",
			nil).with(referrersPage(1)).in(require.V1_1),
		variant("referrer-links-absolute", "the Link of a list of referrers has an absolute URL and no quotes",
			OnAnswer(ListReferrers, AbsoluteLink, EditLink(`"next"`, `next`))).with(referrersPage(1)),
		variant("referrer-pages-empty", "the first page of referrers is empty",
			EmptyFirstPage),
		variant("no-filter", "referrers cannot be filtered",
			OnRequest(ListReferrers, DelParameters("artifactType"))),
		variant("no-filter-1.1", "referrers cannot be filtered",
			OnRequest(ListReferrers, DelParameters("artifactType"))).in(require.V1_1),
		variant("referrers-annotated", "the list of referrers has annotations",
			OnAnswer(ListReferrers, OK(EditJSON(SetField("annotations", Object{"org.example.generated": "now"}))))),
		variant("referrers-charset", "the list of referrers has a charset",
			OnAnswer(ListReferrers, OK(Set("Content-Type", IndexType+"; charset=utf-8")))),
		variant("referrers-reversed", "the newest referrers are listed first",
			OnAnswer(ListReferrers, ReferrerList(Reversed))),
		variant("referrer-pages-newest-first", "each page has one referrer, the newest first, and is named by its position",
			NewestFirstPages),
		variant("referrer-pages-of-two", "each page has two referrers",
			nil).with(referrersPage(2)),
		variant("referrer-link-token", "the Link of a list of referrers names the next page by a token, without the filter",
			Chain(OnAnswer(ListReferrers.And(WithParameter("next_page")), Del("OCI-Filters-Applied")), TokenPages(ListReferrers))).with(referrersPage(2)),
		variant("referrers-data", "the list of referrers has additional fields",
			OnAnswer(ListReferrers, EachReferrer(SetField("urls", []any{"https://registry.example.com/"})), EachReferrer(SetField("org.example.pushed", "now")))),
		variant("no-sha512-subjects", "a manifest whose subject has a SHA-512 digest is refused with 400",
			RefuseManifests(FieldThat(IsSHA512, "subject", "digest"))),
		variant("referrers-type-omitted", "the list of referrers has no mediaType",
			OnAnswer(ListReferrers, OK(EditJSON(Drop("mediaType"))))),
	}
}
