package faults

import (
	"slices"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func managementFaults() []Fault {
	return slices.Concat(
		deleteTagFaults(),
		deleteManifestFaults(),
		deleteBlobFaults(),
		deleteAlongFaults(),
		deleteAgainFaults(),
		everyDeleteFaults(),
	)
}

func deleteTagFaults() []Fault {
	return []Fault{
		fault("tag-delete-200", "the delete of a tag is answered 200",
			OnAnswer(DeleteTag, OK(Status(200))), require.ManagementTagDeleteStatus),
		fault("tag-delete-204", "the delete of a tag is answered 204",
			OnAnswer(DeleteTag, OK(Status(204))), require.ManagementTagDeleteStatus),
		fault("tag-delete-404", "every delete of a tag is answered 404",
			Instead(DeleteTag, Refuse(404, "MANIFEST_UNKNOWN")), require.ManagementTagDeleteStatus),
		fault("tag-delete-disabled-501", "deletes of tags are disabled and answered 501",
			OnAnswer(DeleteTag, On(405, Refuse(501, "UNSUPPORTED"))), require.ManagementTagDeleteDisabled).with(noTagDelete),
		fault("tag-delete-disabled-403", "deletes of tags are disabled and answered 403",
			OnAnswer(DeleteTag, On(405, Refuse(403, "DENIED"))), require.ManagementTagDeleteDisabled).with(noTagDelete).in(require.V1_0),
		fault("tag-delete-ignored", "the delete of a tag is answered 202, but the tag stays",
			Instead(DeleteTag, Status(202)), require.ManagementTagDeleteGone),
		fault("tag-delete-head-stays", "HEAD still finds a deleted tag",
			HeadStays(DeleteTag), require.ManagementTagDeleteGone),
		fault("tag-delete-manifest", "the delete of a tag also deletes the manifest",
			WithTag, require.ManagementTagDeleteOthers),
		fault("tag-delete-410", "a deleted tag is answered 410",
			Gone(DeleteTag), require.ManagementTagDeleteGone),
	}
}

func deleteManifestFaults() []Fault {
	return []Fault{
		fault("manifest-delete-head-stays", "HEAD still finds a deleted manifest",
			HeadStays(DeleteManifest), require.ManagementManifestDeleteGone),
		fault("manifest-delete-blobs", "the delete of a manifest also deletes its blobs",
			WithBlobs, require.ManagementManifestDeleteOthers),
		fault("manifest-delete-200", "the delete of a manifest is answered 200",
			OnAnswer(DeleteManifest, OK(Status(200))), require.ManagementManifestDeleteStatus),
		fault("manifest-delete-404", "every delete of a manifest is answered 404",
			Instead(DeleteManifest, Refuse(404, "MANIFEST_UNKNOWN")), require.ManagementManifestDeleteStatus),
		fault("manifest-delete-tagged-409", "a manifest with a tag cannot be deleted",
			KeepTagged, require.ManagementManifestDeleteStatus),
		fault("manifest-delete-disabled-501", "deletes of manifests are disabled and answered 501",
			OnAnswer(DeleteManifest, On(405, Refuse(501, "UNSUPPORTED"))), require.ManagementManifestDeleteDisabled).with(noManifestDelete),
		fault("manifest-delete-disabled-403", "deletes of manifests are disabled and answered 403",
			OnAnswer(DeleteManifest, On(405, Refuse(403, "DENIED"))), require.ManagementManifestDeleteDisabled).with(noManifestDelete).in(require.V1_1),
		fault("manifest-delete-ignored", "the delete of a manifest is answered 202, but the manifest stays",
			Instead(DeleteManifest.And(InRepository), Status(202)), require.ManagementManifestDeleteGone),
		fault("manifest-delete-410", "a deleted manifest is answered 410",
			Gone(DeleteManifest), require.ManagementManifestDeleteGone),
		fault("manifest-delete-tags-stay", "the tags of a deleted manifest still give it",
			TagsStay, require.ManagementManifestDeleteTagsGone),
		fault("manifest-delete-tags-500", "the tags of a deleted manifest are answered 500",
			DanglingTags(500), require.ManagementManifestDeleteTagsGone),
		fault("manifest-delete-unknown-repository-202", "the delete of a manifest in a repository that does not exist is answered 202",
			OnAnswer(DeleteManifest.And(Not(InRepository)), On(404, Status(202))), require.ManagementManifestDeleteUnknownRepository),
		fault("manifest-delete-unknown-repository-400", "the delete of a manifest in a repository that does not exist is answered 400",
			OnAnswer(DeleteManifest.And(Not(InRepository)), On(404, Refuse(400, "NAME_UNKNOWN"))), require.ManagementManifestDeleteUnknownRepository),
	}
}

func deleteBlobFaults() []Fault {
	return []Fault{
		fault("blob-delete-head-stays", "HEAD still finds a deleted blob",
			HeadStays(DeleteBlob), require.ManagementBlobDeleteGone),
		fault("blob-delete-200", "the delete of a blob is answered 200",
			OnAnswer(DeleteBlob, OK(Status(200))), require.ManagementBlobDeleteStatus),
		fault("blob-delete-204-1.0", "the delete of a blob is answered 204",
			OnAnswer(DeleteBlob, OK(Status(204))), require.ManagementBlobDeleteStatus).in(require.V1_0),
		fault("blob-delete-404", "every delete of a blob is answered 404",
			Instead(DeleteBlob, Refuse(404, "BLOB_UNKNOWN")), require.ManagementBlobDeleteStatus),
		fault("blob-delete-unknown-202", "the delete of a blob that does not exist is answered 202",
			OnAnswer(DeleteBlob, On(404, Status(202))), require.ManagementBlobDeleteUnknown),
		fault("blob-delete-unknown-500", "the delete of a blob that does not exist is answered 500",
			OnAnswer(DeleteBlob, On(404, Refuse(500, "UNKNOWN"))), require.ManagementBlobDeleteUnknown),
		fault("blob-delete-disabled-501", "deletes of blobs are disabled and answered 501",
			OnAnswer(DeleteBlob, On(405, Refuse(501, "UNSUPPORTED"))), require.ManagementBlobDeleteDisabled).with(noBlobDelete),
		fault("blob-delete-disabled-403", "deletes of blobs are disabled and answered 403",
			OnAnswer(DeleteBlob, On(405, Refuse(403, "DENIED"))), require.ManagementBlobDeleteDisabled).with(noBlobDelete).in(require.V1_1),
		fault("blob-delete-ignored", "the delete of a blob is answered 202, but the blob stays",
			KeepBlobs, require.ManagementBlobDeleteGone),
		fault("blob-delete-410", "a deleted blob is answered 410",
			Gone(DeleteBlob), require.ManagementBlobDeleteGone),
	}
}
