package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func repeatedListFaults() []Fault {
	return []Fault{
		fault("tags-pages-cached", "a list with n is always the one of the first request",
			CachedLists(ListTagsByN), require.DiscoveryTagsComplete),
		fault("tags-last-cached", "a list with last is always the one of the first request",
			CachedLists(ListTagsAfterLast), require.DiscoveryTagsLast).in(require.V1_1),
		fault("tags-none-match-304", "the list of tags is answered 304 whatever If-None-Match says",
			OnAnswer(ListTags.And(WithHeader("If-None-Match")), OK(Status(304))), require.DiscoveryTagsStatus),
		fault("tags-last-unknown-restarts", "after a last tag that does not exist, the list begins with the first tag",
			UnknownLast(DelParameters("last")), require.DiscoveryTagsLast),
		fault("tags-incomplete-underscore", "tags that begin with an underscore are not listed",
			OnAnswer(ListTags, TagList(WithoutTags(`^_`))), require.DiscoveryTagsComplete),
		fault("tags-incomplete-file", "tags that end as the name of a file does are not listed",
			OnAnswer(ListTags, TagList(WithoutTags(`\.json$`))), require.DiscoveryTagsComplete).in(require.V1_0),
	}
}
