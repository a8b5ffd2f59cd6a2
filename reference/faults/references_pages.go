package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func referrerPageFaults() []Fault {
	return []Fault{
		fault("referrers-page-no-link", "the pages of referrers have no Link",
			OnAnswer(ListReferrers, Del("Link")), require.ReferencesPageLink).with(referrersPage(5)),
		fault("referrers-page-link-bare", "the Link to the next page of referrers is a bare URL",
			OnAnswer(ListReferrers, EditLink(`^<(.*)>.*$`, "$1")), require.ReferencesPageLinkFormat).with(referrersPage(5)),
		fault("referrers-page-link-no-rel", "the Link to the next page of referrers has no rel",
			OnAnswer(ListReferrers, EditLink(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(referrersPage(5)),
		fault("referrers-page-link-other-rel", "the Link of referrers has rel=\"self\"",
			OnAnswer(ListReferrers, EditLink(`"next"`, `"self"`)), require.ReferencesPageLinkFormat).with(referrersPage(5)).in(require.V1_1),
		fault("referrers-page-skip", "one referrer is missing from the second page",
			OnAnswer(ListFurther, ReferrerList(AllButFirst)), require.ReferencesPageComplete).with(referrersPage(5)),
		fault("referrers-page-loop", "the second page of referrers repeats the first",
			Chain(OnAnswer(ListFurther, Del("Link")),
				OnRequest(ListFurther, DelParameters("after"))), require.ReferencesPageComplete).with(referrersPage(5)),
		fault("referrers-page-two", "the second page of referrers has no Link to the third",
			OnAnswer(ListFurther, Del("Link")), require.ReferencesPageComplete).with(referrersPage(5)),
		fault("referrers-page-of-two-no-link", "with pages of two referrers, there is no Link",
			OnAnswer(ListReferrers, Del("Link")), require.ReferencesPageLink).with(referrersPage(2)),
		fault("referrers-page-of-two-no-rel", "with pages of two referrers, the Link has no rel",
			OnAnswer(ListReferrers, EditLink(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(referrersPage(2)),
		fault("referrers-page-404", "the second page of referrers is answered 404",
			Instead(ListFurther, Refuse(404, "MANIFEST_UNKNOWN")), require.ReferencesPageComplete).with(referrersPage(5)),
		fault("filter-page-no-link", "the pages of a filtered list have no Link",
			OnAnswer(ListFiltered, Del("Link")), require.ReferencesPageLink).with(referrersPage(5)),
		fault("filter-page-link-no-rel", "the Link to the next page of a filtered list has no rel",
			OnAnswer(ListFiltered, EditLink(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(referrersPage(5)),
		fault("filter-page-skip", "one referrer is missing from the second page of a filtered list",
			OnAnswer(ListFiltered.And(ListFurther), ReferrerList(AllButFirst)), require.ReferencesPageComplete).with(referrersPage(5)),
	}
}
