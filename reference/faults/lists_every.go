package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// everyListFaults are wrong in some repositories alone, or only after some time. No spec
// asks for just that: it shows in what other specs list.
func everyListFaults() []Fault {
	nested := ListTags.And(RepositoryLike("assay-lists"))
	return []Fault{
		fault("tags-nested-other-name", "a list of tags names the last part of a nested repository alone",
			OnAnswer(nested, OK(EditJSON(ShortRepository))), require.DiscoveryTagsBody),
		fault("tags-hundred", "a list of tags ends after a hundred tags",
			OnAnswer(nested.And(Not(WithParameter("n"))), OK(TagList(UpTo[string](100)))), require.DiscoveryTagsComplete),
		fault("tags-nested-203", "a list of tags of a nested repository is answered 203",
			OnAnswer(nested, OK(Status(203))), require.DiscoveryTagsStatus),
		fault("tags-nested-n-one-more", "a list of n tags of a nested repository has one more",
			OnRequest(nested.And(NIsNumber, Not(WithValue("n", "0"))), AddToN(1)), require.DiscoveryTagsNCount),
	}
}

func everyReferrersFaults() []Fault {
	return []Fault{
		fault("referrers-third-no-version", "the third list of referrers has no schemaVersion",
			FromNth(3, ListReferrers, EditJSON(Drop("schemaVersion"))), require.ReferencesListBody),
		fault("referrers-third-json", "the third list of referrers has the Content-Type application/json",
			FromNth(3, ListReferrers, Set("Content-Type", "application/json")), require.ReferencesListContentType),
		fault("referrers-third-twice", "the third list of referrers has each of them twice",
			FromNth(3, ListReferrers, ReferrerList(Twice[Object])), require.ReferencesListDuplicates),
		fault("referrers-third-203", "the third list of referrers is answered 203",
			FromNth(3, ListReferrers, Status(203)), require.ReferencesListStatus),
		fault("filter-unasked-second", "the second list of referrers has OCI-Filters-Applied, without a filter",
			FromSecond(ListUnfiltered, OK(Set("OCI-Filters-Applied", "artifactType"))), require.ReferencesFilterUnasked),
		fault("subject-none-header-second", "the second push of a manifest without a subject returns OCI-Subject",
			FromSecond(PutManifestThat(Lacks("subject")), OK(Set("OCI-Subject", ZeroDigest))), require.ReferencesSubjectNone),
		fault("subject-header-index-of-own", "OCI-Subject is the digest of the index that has a subject",
			OnAnswer(PutIndexWithSubject, OK(OwnSubject)), require.ReferencesSubjectHeader),
	}
}
