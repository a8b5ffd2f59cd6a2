package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func deleteAlongFaults() []Fault {
	return []Fault{
		fault("tag-delete-digest", "with a tag goes the manifest by its digest, and other tags stay",
			DigestGoes, require.ManagementTagDeleteOthers),
		fault("tag-delete-last", "with its last tag goes the whole repository",
			LastTagTakesAll, require.ManagementTagDeleteOthers),
		fault("manifest-delete-children", "with an index goes what it lists",
			ChildrenGo, require.ManagementManifestDeleteOthers),
		fault("manifest-delete-parents", "with a manifest go the indexes that list it",
			ParentsGo, require.ManagementManifestDeleteOthers).in(require.V1_0),
		fault("manifest-delete-further-tags-stay", "all but the first tag of a manifest that was deleted still give it",
			FurtherTagsStay, require.ManagementManifestDeleteTagsGone),
		fault("manifest-delete-index-ignored", "an index is there after it was deleted",
			Handle(DeleteManifest, IgnoredFor(IsIndex)), require.ManagementManifestDeleteGone),
	}
}

func deleteAgainFaults() []Fault {
	return []Fault{
		fault("tag-delete-405-done", "the deletion of a tag is answered 405 and done",
			OnAnswer(DeleteTag, OK(Refuse(405, "UNSUPPORTED"))), require.ManagementTagDeleteDisabled),
		fault("manifest-delete-405-done", "the deletion of a manifest is answered 405 and done",
			OnAnswer(DeleteManifest, OK(Refuse(405, "UNSUPPORTED"))), require.ManagementManifestDeleteDisabled),
		fault("blob-delete-400-done", "the deletion of a blob is answered 400 and done",
			OnAnswer(DeleteBlob, OK(Refuse(400, "UNSUPPORTED"))), require.ManagementBlobDeleteDisabled),
		fault("tag-delete-for-good", "a tag that was deleted is 404 even after it was pushed again",
			GoneForGood(DeleteTag, PullManifest), require.ManagementTagDeleteAgain),
		fault("manifest-delete-for-good", "a manifest that was deleted is 404 even after it was pushed again",
			GoneForGood(DeleteManifest, PullManifest), require.ManagementManifestDeleteAgain),
		fault("blob-delete-for-good", "a blob that was deleted is 404 even after it was pushed again",
			GoneForGood(DeleteBlob, PullBlob), require.ManagementBlobDeleteAgain),
		fault("tag-delete-never-again", "a tag that was deleted cannot be pushed again",
			NeverAgain(DeleteTag), require.ManagementRefusedAgain),
		fault("manifest-delete-never-again", "a manifest that was deleted cannot be pushed again",
			NeverAgain(DeleteManifest), require.ManagementRefusedAgain),
	}
}
