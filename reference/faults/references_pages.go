package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func referrerPageFaults() []Fault {
	return []Fault{
		fault("referrers-page-no-link", "the pages of referrers are not linked",
			OnAnswer(ListReferrers, Del("Link")), require.ReferencesPageLink).with(referrersPage(5)),
		fault("referrers-page-link-bare", "the Link of referrers is a URL alone",
			OnAnswer(ListReferrers, EditLink(`^<(.*)>.*$`, "$1")), require.ReferencesPageLinkFormat).with(referrersPage(5)),
		fault("referrers-page-link-no-rel", "the Link of referrers has no rel",
			OnAnswer(ListReferrers, EditLink(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(referrersPage(5)),
		fault("referrers-page-link-other-rel", "the Link of referrers has rel=\"self\"",
			OnAnswer(ListReferrers, EditLink(`"next"`, `"self"`)), require.ReferencesPageLinkFormat).with(referrersPage(5)).in(require.V1_1),
		fault("referrers-page-skip", "the second page of referrers leaves one out",
			OnAnswer(ListFurther, ReferrerList(AllButFirst)), require.ReferencesPageComplete).with(referrersPage(5)),
		fault("referrers-page-loop", "the second page of referrers is the first",
			Chain(OnAnswer(ListFurther, Del("Link")),
				OnRequest(ListFurther, DelParameters("after"))), require.ReferencesPageComplete).with(referrersPage(5)),
		fault("referrers-page-two", "after the second page of referrers there is no Link",
			OnAnswer(ListFurther, Del("Link")), require.ReferencesPageComplete).with(referrersPage(5)),
		fault("referrers-page-of-two-no-link", "the pages of two referrers are not linked",
			OnAnswer(ListReferrers, Del("Link")), require.ReferencesPageLink).with(referrersPage(2)),
		fault("referrers-page-of-two-no-rel", "the Link between pages of two referrers has no rel",
			OnAnswer(ListReferrers, EditLink(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(referrersPage(2)),
		fault("referrers-page-404", "the second page of referrers is answered 404",
			Instead(ListFurther, Refuse(404, "MANIFEST_UNKNOWN")), require.ReferencesPageComplete).with(referrersPage(5)),
		fault("filter-page-no-link", "the pages of a list that was filtered are not linked",
			OnAnswer(ListFiltered, Del("Link")), require.ReferencesPageLink).with(referrersPage(5)),
		fault("filter-page-link-no-rel", "the Link of a list that was filtered has no rel",
			OnAnswer(ListFiltered, EditLink(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(referrersPage(5)),
		fault("filter-page-skip", "the second page of a list that was filtered leaves one out",
			OnAnswer(ListFiltered.And(ListFurther), ReferrerList(AllButFirst)), require.ReferencesPageComplete).with(referrersPage(5)),
	}
}
