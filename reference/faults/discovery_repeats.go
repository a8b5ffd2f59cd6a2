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

func otherPushFaults() []Fault {
	return []Fault{
		fault("tag-latest-follows", "the push of a manifest by digest moves the tag latest",
			LatestFollows, require.PullManifestGetBytes),
		fault("tag-refused-push-moves", "a push that is refused moves the tag",
			RefusedPushMoves, require.PullManifestGetBytes).in(require.V1_1),
		fault("tag-refused-push-untags", "a push that is refused removes the tag",
			RefusedPushUntags, require.PullManifestGetStatus),
		fault("tag-deleted-returns", "a deleted tag is back when its manifest is pushed again by digest",
			DeletedTagsReturn(DeleteTag), require.ManagementTagDeleteGone),
		fault("tag-of-deleted-returns", "the tag of a deleted manifest is back when the manifest is pushed again by digest",
			DeletedTagsReturn(DeleteManifest), require.ManagementManifestDeleteTagsGone),
		fault("tag-from-above", "a tag that a nested repository does not have is answered from the repository above",
			FromAbove(PullManifest.And(ByTag)), require.SecurityIsolationManifest),
		fault("manifest-from-above-head", "HEAD finds the manifests of the repository above",
			FromAbove(HeadManifest), require.SecurityIsolationManifest).in(require.V1_1),
	}
}
