package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func tagChangeFaults() []Fault {
	return []Fault{
		fault("tags-of-deleted-manifests", "tags stay in the list after their manifest is deleted by digest",
			TagsOfDeletedListed, require.DiscoveryTagsComplete).in(require.V1_1),
		fault("tags-digests-listed", "manifests that were pushed by digest are listed as tags",
			DigestsListed, require.DiscoveryTagsComplete),
		fault("tag-made-by-digest", "the push of a manifest by digest makes a tag",
			TagByDigest, require.DiscoveryTagsComplete),
		fault("tags-of-repositories-below", "the list of tags also has the tags of repositories below this one",
			TagsBelowListed, require.DiscoveryTagsComplete),
		fault("tags-incomplete-index", "tags of indexes are not listed",
			TagsUnlisted(PutIndex), require.DiscoveryTagsComplete),
		fault("tags-incomplete-artifact", "tags of manifests with a subject are not listed",
			TagsUnlisted(PutManifestThat(HasSubject)), require.DiscoveryTagsComplete).in(require.V1_1),
		fault("tags-incomplete-digest", "tags that spell a digest are not listed",
			OnAnswer(ListTags, TagList(WithoutTags(`^sha256-`))), require.DiscoveryTagsComplete),
		fault("tags-new-once", "a new tag is missing from the next list",
			NewTagsOnceUnlisted, require.DiscoveryTagsComplete),
		fault("tags-deleted-for-good", "a deleted tag is never listed again, even after a new push",
			TagsPushedAgainUnlisted, require.DiscoveryTagsComplete).in(require.V1_0),
		fault("tags-pages-stale", "with n the list still has deleted tags",
			DeletedTagsInPages, require.DiscoveryTagsComplete),
		fault("tags-by-length", "shorter tags are listed first",
			OnAnswer(ListTags, TagList(ByLength)), require.DiscoveryTagsOrder),
		fault("tags-by-value", "tags that are numbers are listed by their value",
			OnAnswer(ListTags, TagList(ByValue)), require.DiscoveryTagsOrder),
		fault("tags-newest-last", "the tag that was pushed last is at the end of the list",
			NewestTagLast, require.DiscoveryTagsOrder),
		fault("tags-unknown-repository-200", "the tags of a repository that does not exist are an empty list",
			OnAnswer(ListTags.And(MissingRepository), On(404, Status(200), NoTagsAtAll)), require.DiscoveryTagsUnknownRepository),
		fault("tags-versions-by-value", "tags that are versions are ordered by their numbers",
			OnAnswer(ListTags, TagList(ByVersion)), require.DiscoveryTagsOrder).in(require.V1_1),
		fault("tags-without-marks", "tags are sorted as if they had no dots, hyphens and underscores",
			OnAnswer(ListTags, TagList(WithoutMarks)), require.DiscoveryTagsOrder).in(require.V1_1),
		fault("tags-none-404", "the list of tags is answered 404 when a repository has no tags",
			OnAnswer(ListAllTags, OK(If(NoTags, Refuse(404, "NAME_UNKNOWN")))), require.DiscoveryTagsStatus),
		fault("tags-none-null", "the field tags is null when a repository has no tags",
			OnAnswer(ListAllTags, OK(NullTags)), require.DiscoveryTagsEmpty),
		fault("tags-zero-null", "with n=0 the field tags is null",
			OnAnswer(ListNoTags, OK(NullTags)), require.DiscoveryTagsZeroEmpty),
		fault("tags-zero-no-tags", "with n=0 the field tags is missing",
			OnAnswer(ListNoTags, OK(EditJSON(Drop("tags")))), require.DiscoveryTagsZeroEmpty).in(require.V1_0),
	}
}

func tagRefusalFaults() []Fault {
	return []Fault{
		fault("tags-last-405", "the parameter last must be a token, and a tag is refused",
			Chain(Instead(ListTagsAfterLast.And(Not(WithParameter("token"))), Refuse(405, "UNSUPPORTED")),
				OnAnswer(ListTags, EditLink(`\?`, "?token=1&"))), require.DiscoveryTagsLast),
		fault("tags-last-position", "a last tag that is a number is read as a position in the list",
			LastIsPosition, require.DiscoveryTagsLast),
		fault("tags-last-end-404", "a list that begins after the last tag is answered 404",
			OnAnswer(ListTagsAfterLast, OK(If(NoTags, Refuse(404, "NAME_UNKNOWN")))), require.DiscoveryTagsLast).in(require.V1_1),
		fault("tags-n-large-400", "an n above 100 is refused",
			Instead(ListTagsByN.And(WithValue("n", "1000")), Refuse(400, "UNSUPPORTED")), require.DiscoveryTagsNCount),
		fault("tags-n-cut-silently", "with n the list ends after three tags and has no Link",
			Chain(OnAnswer(ListTagsByN.And(Not(WithValue("n", "2"))), Del("Link"), TagList(UpTo[string](3)))), require.DiscoveryTagsNCount),
		fault("tags-pages-loop", "the Link of a page leads to the same page",
			OnAnswer(ListTags, If(func(a *Answer) bool { return a.Header.Get("Link") != "" }, NextIsItself)), require.DiscoveryTagsPages),
	}
}
