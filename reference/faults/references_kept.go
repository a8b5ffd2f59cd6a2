package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// keptListFaults keep lists of referrers in a cache, or know them under some names alone.
func keptListFaults() []Fault {
	return []Fault{
		fault("referrers-stale-empty", "a list of referrers that was empty at a request stays empty",
			StaleLists(Always, IsEmptyList), require.ReferencesListNewlyPushed),
		fault("filter-stale-empty", "a filtered list that was empty at a request stays empty",
			StaleLists(ListFiltered, IsEmptyList), require.ReferencesListNewlyPushed),
		fault("filter-deleted-listed", "a filtered list that was not empty at a request stays as it was",
			StaleLists(ListFiltered, IsFullList), require.ReferencesListOnly),
		fault("referrers-sha512-none", "the list of a subject with a SHA-512 digest is always empty",
			OnAnswer(ListReferrers.And(BySHA512), ReferrerList(None)), require.ReferencesListComplete),
		fault("referrers-unknown-repository", "a list of referrers in a repository that does not exist is answered 404",
			Instead(ListReferrers.And(MissingRepository), Refuse(404, "NAME_UNKNOWN")), require.ReferencesListUnknownRepository),
		fault("referrers-unknown-repository-400", "a list of referrers in a repository that does not exist is answered 400",
			Instead(ListReferrers.And(MissingRepository), Refuse(400, "NAME_INVALID")), require.ReferencesListUnknownRepository).in(require.V1_1),
	}
}
