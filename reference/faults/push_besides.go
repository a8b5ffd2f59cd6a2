package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

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
	}
}
