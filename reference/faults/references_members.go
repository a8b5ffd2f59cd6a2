package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func listedTooManyFaults() []Fault {
	return []Fault{
		fault("referrers-all", "the list has the manifests with any subject",
			EveryReferrer(ListUnfiltered), require.ReferencesListOnly),
		fault("referrers-itself", "a manifest is listed among its own referrers",
			OnAnswer(ListUnfiltered, ListsItself), require.ReferencesListOnly),
		fault("referrers-twice", "every referrer is listed twice",
			OnAnswer(ListReferrers, ReferrerList(Twice)), require.ReferencesListDuplicates),
		fault("referrers-twice-tagged", "a referrer with a tag is listed twice",
			TaggedTwice, require.ReferencesListDuplicates),
		fault("referrers-twice-index", "an index is listed again for each push",
			ListedAgain, require.ReferencesListDuplicates),
		fault("referrers-nested", "the list also has the referrers of the referrers",
			NestedListed, require.ReferencesListOnly),
		fault("referrers-children", "the manifests in an index are listed as referrers of the index",
			ChildrenListed, require.ReferencesListOnly),
		fault("referrers-parent", "an index is listed as a referrer of the manifests in it",
			ParentListed, require.ReferencesListOnly),
		fault("referrers-deleted-listed", "a deleted referrer stays in the list",
			OnReferrerDelete(DeleteManifest, Stays), require.ReferencesListOnly),
		fault("referrers-deleted-listed-index", "a deleted index stays in the list",
			OnReferrerDelete(DeleteManifest, IndexStays), require.ReferencesListOnly).in(require.V1_1),
		fault("filter-all", "a filtered list has the referrers of all manifests",
			EveryReferrer(ListFiltered), require.ReferencesListOnly),
	}
}

func listedTooFewFaults() []Fault {
	return []Fault{
		fault("referrers-first-only", "only the first referrer is listed",
			OnAnswer(ListUnfiltered, ReferrerList(FirstAlone)), require.ReferencesListComplete),
		fault("referrers-empty-layer", "artifacts whose only layer is the empty blob are not listed",
			Unlisted(PutManifestThat(AllOf(HasSubject, AnyEntry("layers", "mediaType", Being("application/vnd.oci.empty.v1+json"))))), require.ReferencesListComplete),
		fault("referrers-none", "no referrers are listed",
			OnAnswer(ListReferrers, ReferrerList(None)), require.ReferencesListComplete),
		fault("referrers-no-index", "referrers that are indexes are not listed",
			OnAnswer(ListReferrers, WithoutReferrers(IndexEntry)), require.ReferencesListComplete, require.ReferencesListArtifactType),
		fault("referrers-lost-at-once", "when several referrers are pushed at the same time, some are lost",
			LostReferrers, require.ReferencesListComplete),
		fault("referrers-lost-unlocked", "when several referrers are pushed at the same time, those whose pushes overlap can be lost",
			UnlockedReferrers, require.ReferencesListComplete),
		fault("referrers-stale", "a list of referrers stays as it was at the first request",
			StaleReferrers, require.ReferencesListNewlyPushed),
		fault("referrers-subject-there", "referrers are listed only while their subject exists",
			UnlistedWithoutSubject, require.ReferencesListNewlyPushed),
		fault("referrers-late", "a referrer is listed only after the next one is pushed",
			LateReferrers, require.ReferencesListComplete, require.ReferencesListNewlyPushed),
		fault("referrers-subject-first", "a referrer that was pushed before its subject is not listed",
			EarlyUnlisted(Always), require.ReferencesListNewlyPushed),
		fault("referrers-no-tagged", "a referrer with a tag is not listed",
			Unlisted(ByTag), require.ReferencesListComplete),
		fault("referrers-no-tagged-index", "a referrer that is an index with a tag is not listed",
			Unlisted(PutIndexWithSubject.And(ByTag)), require.ReferencesListComplete).in(require.V1_1),
		fault("referrers-subject-first-index", "an index that was pushed before its subject is not listed",
			EarlyUnlisted(PutIndexWithSubject), require.ReferencesListNewlyPushed),
		fault("referrers-subject-again", "referrers are no longer listed after their subject is pushed again",
			SubjectAgain, require.ReferencesListComplete),
		fault("referrers-of-index", "the referrers of an index are not listed",
			Unlisted(PutManifestThat(FieldIs(IndexType, "subject", "mediaType"))), require.ReferencesListComplete),
		fault("referrers-of-referrer", "the referrers of a referrer are not listed",
			NestedUnlisted, require.ReferencesListComplete),
		fault("referrers-deleted-all", "after one referrer is deleted, no referrers are listed",
			OnReferrerDelete(DeleteManifest, AllLeave), require.ReferencesListComplete),
		fault("referrers-deleted-for-good", "a deleted referrer is never listed again, even after a new push",
			OnReferrerDelete(DeleteManifest, Leaves), require.ReferencesListComplete),
		fault("referrers-deleted-tag", "a referrer is no longer listed after its tag is deleted",
			OnReferrerDelete(DeleteTag, Leaves), require.ReferencesListComplete),
	}
}
