package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// ofZeroBytes matches requests for the blob of zero bytes, or with its digest.
var ofZeroBytes = PathLike(ZeroBytesDigest + "$")

func mountCaseFaults() []Fault {
	return []Fault{
		fault("mount-zero-bytes-lost", "a mount of the blob of zero bytes is answered 201, but nothing is mounted",
			LosesMounted(WithValue("mount", ZeroBytesDigest)), require.PushBlobMountLocationPullable),
		fault("mount-again-lost", "a blob that is mounted a second time is gone",
			MountedAgain(LosesMounted), require.PushBlobMountLocationPullable),
		fault("mount-again-409", "a mount of a blob that was mounted before is answered 409",
			MountedAgain(func(again When) Middleware { return Instead(Mount.And(again), Refuse(409, "DENIED")) }), require.PushBlobMountFallback),
		fault("mount-stale-201", "a mount of a blob that was deleted in its source is answered 201, but nothing is mounted",
			StaleMounts, require.PushBlobMountLocationPullable),
		fault("mount-deleted-with-source", "the delete of a blob also deletes it where it was mounted",
			BoundMounts(false), require.SecurityIsolationDelete),
		fault("mount-deletes-source", "the delete of a mounted blob also deletes it in its source",
			BoundMounts(true), require.SecurityIsolationDelete),
		fault("mount-manifest-400", "a manifest with a layer that was mounted is refused",
			RefusesMounted, require.PushBlobMountReferenced),
	}
}

func besideFaults() []Fault {
	return []Fault{
		fault("manifest-push-ends-uploads", "the push of a manifest ends the uploads of its repository",
			EndsUploads(PutManifest), require.PushBlobSessionUndisturbed),
		fault("blob-delete-ends-uploads", "the delete of a blob ends the uploads of its repository",
			EndsUploads(DeleteBlob), require.PushBlobSessionUndisturbed).in(require.V1_1),
		fault("upload-locks-others", "while an upload goes on in one repository, chunks are answered 500 in others",
			LocksOthers, require.PushBlobSessionSeparate),
		fault("manifest-delete-collects-fresh", "the delete of a manifest also deletes blobs that were just pushed",
			CollectsFresh, require.ManagementManifestDeleteFresh),
		fault("blob-head-missing-kept", "HEAD keeps the answer that there is no such blob",
			KeepsMissing(HeadBlob), require.PullBlobHeadStatus),
		fault("blob-get-missing-kept", "GET keeps the answer that there is no such blob",
			KeepsMissing(GetBlob), require.PullBlobGetStatus),
		fault("blob-head-zero-bytes-no-length", "HEAD of the blob of zero bytes has no Content-Length",
			OnAnswer(HeadBlob.And(ofZeroBytes), OK(Del("Content-Length"))), require.PullBlobHeadLength),
		fault("blob-get-zero-bytes-204", "the pull of the blob of zero bytes is answered 204",
			OnAnswer(GetBlob.And(ofZeroBytes), OK(Status(204))), require.PullBlobGetStatus),
		fault("blob-head-zero-bytes-404", "HEAD does not find the blob of zero bytes",
			Instead(HeadBlob.And(ofZeroBytes), Status(404)), require.PullBlobHeadStatus),
		fault("blob-delete-again-202", "the delete of a blob that was deleted before is answered 202",
			DeletedAgain(DeleteBlob, Status(202)), require.ManagementBlobDeleteUnknown),
		fault("blob-delete-elsewhere-202", "the delete of a blob that only another repository has is answered 202",
			DeletesElsewhere, require.ManagementBlobDeleteUnknown),
		fault("blob-delete-head-kept", "HEAD keeps the answer that there is a blob, also when it is deleted",
			KeepsFound(HeadBlob), require.ManagementBlobDeleteGone),
	}
}
