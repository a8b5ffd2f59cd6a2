package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func listedTooManyFaults() []Fault {
	return []Fault{
		fault("referrers-all", "every manifest with any subject is listed",
			EveryReferrer(ListUnfiltered), require.ReferencesListOnly),
		fault("referrers-itself", "a manifest is among its own referrers",
			OnAnswer(ListUnfiltered, ListsItself), require.ReferencesListOnly),
		fault("referrers-twice", "every referrer is listed twice",
			OnAnswer(ListReferrers, ReferrerList(Twice)), require.ReferencesListDuplicates),
		fault("referrers-twice-tagged", "a referrer with a tag is listed twice",
			TaggedTwice, require.ReferencesListDuplicates),
		fault("referrers-twice-index", "an index is listed again for each push",
			ListedAgain, require.ReferencesListDuplicates),
		fault("referrers-nested", "the referrers of a referrer are listed with it",
			NestedListed, require.ReferencesListOnly),
		fault("referrers-children", "what is in an index is listed for it",
			ChildrenListed, require.ReferencesListOnly),
		fault("referrers-parent", "an index is listed for what is in it",
			ParentListed, require.ReferencesListOnly),
		fault("referrers-deleted-listed", "a referrer that was deleted stays in the list",
			OnReferrerDelete(DeleteManifest, Stays), require.ReferencesListOnly),
		fault("referrers-deleted-listed-index", "an index that was deleted stays in the list",
			OnReferrerDelete(DeleteManifest, IndexStays), require.ReferencesListOnly).in(require.V1_1),
		fault("filter-all", "a list that is filtered has the referrers of all manifests",
			EveryReferrer(ListFiltered), require.ReferencesListOnly),
	}
}

func listedTooFewFaults() []Fault {
	return []Fault{
		fault("referrers-first-only", "of the referrers the first is listed",
			OnAnswer(ListUnfiltered, ReferrerList(FirstAlone)), require.ReferencesListComplete),
		fault("referrers-none", "no referrers are listed",
			OnAnswer(ListReferrers, ReferrerList(None)), require.ReferencesListComplete),
		fault("referrers-no-index", "referrers that are indexes are not listed",
			OnAnswer(ListReferrers, WithoutReferrers(IndexEntry)), require.ReferencesListComplete, require.ReferencesListArtifactType),
		fault("referrers-lost-at-once", "of the referrers that are pushed at once some are lost",
			LostReferrers, require.ReferencesListComplete),
		fault("referrers-lost-unlocked", "of the referrers that are pushed at once those are lost that come together by chance",
			UnlockedReferrers, require.ReferencesListComplete),
		fault("referrers-stale", "a list of referrers stays as it was when it was first asked for",
			StaleReferrers, require.ReferencesListNewlyPushed),
		fault("referrers-subject-there", "referrers are listed only as long as their subject is there",
			UnlistedWithoutSubject, require.ReferencesListNewlyPushed),
		fault("referrers-late", "a referrer is listed when the next one is pushed",
			LateReferrers, require.ReferencesListComplete, require.ReferencesListNewlyPushed),
		fault("referrers-subject-first", "a referrer is not listed that was pushed before its subject",
			EarlyUnlisted(Always), require.ReferencesListNewlyPushed),
		fault("referrers-no-tagged", "a referrer with a tag is not listed",
			Unlisted(ByTag), require.ReferencesListComplete),
		fault("referrers-no-tagged-index", "a referrer with a tag that is an index is not listed",
			Unlisted(PutIndexWithSubject.And(ByTag)), require.ReferencesListComplete).in(require.V1_1),
		fault("referrers-subject-first-index", "an index is not listed that was pushed before its subject",
			EarlyUnlisted(PutIndexWithSubject), require.ReferencesListNewlyPushed),
		fault("referrers-subject-again", "referrers are not listed any more when their subject is pushed again",
			SubjectAgain, require.ReferencesListComplete),
		fault("referrers-of-index", "the referrers of an index are not listed",
			Unlisted(PutManifestThat(FieldIs(IndexType, "subject", "mediaType"))), require.ReferencesListComplete),
		fault("referrers-of-referrer", "the referrers of a referrer are not listed",
			NestedUnlisted, require.ReferencesListComplete),
		fault("referrers-deleted-all", "no referrers are listed after one was deleted",
			OnReferrerDelete(DeleteManifest, AllLeave), require.ReferencesListComplete),
		fault("referrers-deleted-for-good", "a referrer that was deleted is never listed again",
			OnReferrerDelete(DeleteManifest, Leaves), require.ReferencesListComplete),
		fault("referrers-deleted-tag", "a referrer is not listed any more when its tag was deleted",
			OnReferrerDelete(DeleteTag, Leaves), require.ReferencesListComplete),
	}
}
