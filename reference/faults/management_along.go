package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func deleteAlongFaults() []Fault {
	return []Fault{
		fault("tag-delete-digest", "the delete of a tag also deletes the manifest by digest, but not its other tags",
			DigestGoes, require.ManagementTagDeleteOthers),
		fault("tag-delete-last", "the delete of the last tag also deletes the whole repository",
			LastTagTakesAll, require.ManagementTagDeleteOthers),
		fault("tag-delete-prefix", "the delete of a tag also deletes the tags whose names begin with it",
			LongerTagsGo, require.ManagementTagDeleteOthers),
		fault("tag-delete-previous-back", "the delete of a tag that was moved makes it point to the manifest before",
			PreviousReturns, require.ManagementTagDeleteGone).in(require.V1_0),
		fault("tag-delete-any-case", "the delete of a tag also deletes the tags that differ only in upper and lower case",
			TagsOfAnyCaseGo, require.ManagementTagDeleteOthers),
		fault("blob-delete-own-manifests", "the delete of a blob also deletes the tagged manifests that refer to it",
			ManifestsOfBlobGo, require.ManagementBlobDeleteManifest),
		fault("manifest-delete-children", "the delete of an index also deletes the manifests it lists",
			ChildrenGo, require.ManagementManifestDeleteOthers),
		fault("manifest-delete-parents", "the delete of a manifest also deletes the indexes that list it",
			ParentsGo, require.ManagementManifestDeleteOthers).in(require.V1_0),
		fault("manifest-delete-untagged-children", "the delete of an index also deletes the manifests that only it lists and that have no tag",
			UntaggedChildrenGo(false), require.ManagementManifestDeleteChildren),
		fault("manifest-delete-shared-children", "the delete of an index also deletes manifests without a tag that another index lists",
			UntaggedChildrenGo(true), require.ManagementManifestDeleteOthers),
		fault("tag-delete-children", "the delete of an index's tag also deletes the manifests it lists, but not the index",
			ChildrenGoWithTag, require.ManagementTagDeleteOthers),
		fault("manifest-delete-further-tags-stay", "all tags of a deleted manifest but the first still give it",
			FurtherTagsStay, require.ManagementManifestDeleteTagsGone),
		fault("manifest-delete-index-ignored", "the delete of an index is answered 202, but the index stays",
			Handle(DeleteManifest, IgnoredFor(IsIndex)), require.ManagementManifestDeleteGone),
		fault("tag-delete-index-ignored", "the delete of the tag of an index is answered 202, but the tag stays",
			Handle(DeleteTag, IgnoredFor(IsIndex)), require.ManagementTagDeleteGone),
		fault("blob-delete-unknown-repository-500", "the delete of a blob in a repository that does not exist is answered 500",
			OnAnswer(DeleteBlob.And(MissingRepository), On(404, Failing())), require.ManagementBlobDeleteUnknown).in(require.V1_1),
		fault("manifest-delete-collects-fresh", "the delete of a manifest also deletes blobs that were just pushed",
			CollectsFresh, require.ManagementManifestDeleteFresh),
	}
}

func deleteAgainFaults() []Fault {
	return []Fault{
		fault("tag-delete-405-done", "the delete of a tag is answered 405, but the tag is deleted",
			OnAnswer(DeleteTag, OK(Refuse(405, "UNSUPPORTED"))), require.ManagementTagDeleteDisabled),
		fault("manifest-delete-405-done", "the delete of a manifest is answered 405, but the manifest is deleted",
			OnAnswer(DeleteManifest, OK(Refuse(405, "UNSUPPORTED"))), require.ManagementManifestDeleteDisabled),
		fault("blob-delete-400-done", "the delete of a blob is answered 400, but the blob is deleted",
			OnAnswer(DeleteBlob, OK(Refuse(400, "UNSUPPORTED"))), require.ManagementBlobDeleteDisabled),
		fault("tag-deleted-returns", "a deleted tag is back when its manifest is pushed again by digest",
			DeletedTagsReturn(DeleteTag), require.ManagementTagDeleteGone),
		fault("tag-of-deleted-returns", "the tag of a deleted manifest is back when the manifest is pushed again by digest",
			DeletedTagsReturn(DeleteManifest), require.ManagementManifestDeleteTagsGone),
		fault("tag-delete-for-good", "a deleted tag is answered 404 even after it is pushed again",
			GoneForGood(DeleteTag, PullManifest), require.ManagementTagDeleteAgain),
		fault("manifest-delete-for-good", "a deleted manifest is answered 404 even after it is pushed again",
			GoneForGood(DeleteManifest, PullManifest), require.ManagementManifestDeleteAgain),
		fault("blob-delete-for-good", "a deleted blob is answered 404 even after it is pushed again",
			GoneForGood(DeleteBlob, PullBlob), require.ManagementBlobDeleteAgain),
		fault("tag-delete-never-again", "a deleted tag cannot be pushed again",
			NeverAgain(DeleteTag), require.ManagementRefusedAgain),
		fault("manifest-delete-never-again", "a deleted manifest cannot be pushed again",
			NeverAgain(DeleteManifest), require.ManagementRefusedAgain),
		fault("blob-delete-again-202", "the delete of a blob that was deleted before is answered 202",
			DeletedAgain(DeleteBlob, Status(202)), require.ManagementBlobDeleteUnknown),
		fault("blob-delete-elsewhere-202", "the delete of a blob that only another repository has is answered 202",
			DeletesElsewhere, require.ManagementBlobDeleteUnknown),
		fault("blob-delete-head-kept", "HEAD keeps the answer that there is a blob, also when it is deleted",
			KeepsFound(HeadBlob), require.ManagementBlobDeleteGone),
	}
}

// everyDeleteFaults are wrong for some content alone.
func everyDeleteFaults() []Fault {
	return []Fault{
		fault("tag-delete-nested-200", "the delete of a tag of a nested repository is answered 200",
			OnAnswer(DeleteTag.And(RepositoryLike("assay-lists")), OK(Status(200))), require.ManagementTagDeleteStatus),
		fault("manifest-delete-nested-200", "the delete of a manifest of a nested repository is answered 200",
			OnAnswer(DeleteManifest.And(RepositoryLike("assay-lists")), OK(Status(200))), require.ManagementManifestDeleteStatus),
		fault("blob-delete-second-repository-200", "the delete of a blob of the second repository is answered 200",
			OnAnswer(DeleteBlob.And(RepositoryLike("two$")), OK(Status(200))), require.ManagementBlobDeleteStatus),
	}
}
