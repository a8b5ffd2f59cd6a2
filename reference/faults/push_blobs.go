package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func wholeBlobFaults() []Fault {
	return []Fault{
		fault("post-put-200", "the PUT of a blob is answered 200",
			OnAnswer(PutUpload, OK(Status(200))), require.PushBlobPostPutStatus),
		fault("post-put-204-whole", "the PUT of a whole blob is answered 204",
			OnAnswer(PutWholeBlob, OK(Status(204))), require.PushBlobPostPutStatus),
		fault("post-put-202", "the PUT of a whole blob is answered 202",
			OnAnswer(PutWholeBlob, OK(Status(202))), require.PushBlobPostPutStatus),
		fault("post-put-twice-409", "a blob that already exists is refused with 409",
			RefuseAgain(PutWholeBlob, "BLOB_UPLOAD_INVALID"), require.PushBlobPostPutStatus),
		fault("post-put-no-location", "the PUT of a blob has no Location",
			OnAnswer(PutUpload, Del("Location")), require.PushBlobPostPutLocation),
		fault("post-put-no-location-whole", "the PUT of a whole blob has no Location",
			OnAnswer(PutWholeBlob, Del("Location")), require.PushBlobPostPutLocation),
		fault("post-put-dead-location", "the Location of a blob leads nowhere",
			OnAnswer(PutWholeBlob, OK(Nowhere)), require.PushBlobPostPutLocationPullable),
		fault("post-put-stale-location", "the Location of a pushed blob is the Location of its upload",
			OnAnswer(PutUpload, OK(SetRequested("Location", OwnURL))), require.PushBlobPostPutLocationPullable),
		fault("post-put-lost", "a blob that was pushed in one PUT is not stored",
			Forgetting(PutWholeBlob), require.PushBlobPostPutStored),
		fault("post-put-lost-1.0", "a blob that was pushed in one PUT is not stored",
			Forgetting(PutWholeBlob), require.PushBlobPostPutStored).in(require.V1_0),
		fault("post-put-swapped", "a blob that was pushed in one PUT is corrupt when it is pulled",
			Corrupting(PutWholeBlob), require.PushBlobPostPutStored),
		fault("blob-zero-bytes-400", "a blob of zero bytes is refused",
			Instead(PutUpload.And(OfZeroBytes), Refuse(400, "SIZE_INVALID")), require.PushBlobZeroBytes),
		fault("blob-zero-bytes-lost", "a blob of zero bytes is not stored",
			Forgetting(Is("PUT POST", Session, Uploads).And(OfZeroBytes)), require.PushBlobZeroBytes),
		fault("post-put-mismatch-stored", "a blob that is pushed in one PUT is stored under a digest that is not its own",
			Taking(PutWholeBlob.And(Mismatched)), require.PushBlobPostPutDigestMismatch),
		fault("sha512-mismatch-stored", "SHA-512 digests are not checked: a blob is stored under one that is not its own",
			Taking(PutWholeBlob.And(Mismatched).And(EndsInSHA512)), require.PushBlobPostPutDigestMismatch),
		fault("post-put-mismatch-422", "a blob that does not match its digest is answered 422",
			OnAnswer(PutWholeBlob.And(WellFormed), On(400, Refuse(422, "DIGEST_INVALID"))), require.PushBlobPostPutDigestMismatchStatus),
		fault("post-put-mismatch-500", "a blob that does not match its digest is answered 500",
			OnAnswer(PutWholeBlob.And(WellFormed), On(400, Refuse(500, "DIGEST_INVALID"))), require.PushBlobPostPutDigestMismatchStatus),
		fault("layer-zero-refused", "a manifest with a layer of zero bytes is refused",
			RefuseManifests(AnyEntry("layers", "digest", IsZeroBytes)), require.PushBlobZeroBytes),
	}
}

func singlePostFaults() []Fault {
	return []Fault{
		fault("single-post-404", "a single POST is not supported and answered 404",
			Instead(SinglePost, Refuse(404, "UNSUPPORTED")), require.PushBlobSinglePostUnsupported),
		fault("single-post-405", "a single POST is not supported and answered 405",
			Instead(SinglePost, Refuse(405, "UNSUPPORTED")), require.PushBlobSinglePostUnsupported),
		fault("single-post-202-no-location", "a single POST is answered 202 without a Location",
			Instead(SinglePost, Status(202)), require.PushBlobSinglePostUnsupported),
		fault("single-post-200", "a single POST is answered 200",
			OnAnswer(SinglePost, OK(Status(200))), require.PushBlobSinglePostStatus),
		fault("single-post-204-1.1", "a single POST is answered 204",
			OnAnswer(SinglePost, OK(Status(204))), require.PushBlobSinglePostStatus).in(require.V1_1),
		fault("single-post-no-location", "a single POST that pushed a blob has no Location",
			OnAnswer(SinglePost, OK(Del("Location"))), require.PushBlobSinglePostLocation),
		fault("single-post-dead-location", "the Location of a single POST leads nowhere",
			OnAnswer(SinglePost, OK(Nowhere)), require.PushBlobSinglePostLocationPullable),
		fault("single-post-lost", "a blob that was pushed in a single POST is not stored",
			Forgetting(SinglePost), require.PushBlobSinglePostStored),
		fault("single-post-swapped", "a blob that was pushed in a single POST is corrupt when it is pulled",
			Corrupting(SinglePost), require.PushBlobSinglePostStored),
		fault("single-post-mismatch-stored", "a blob that is pushed in a single POST is stored under a digest that is not its own",
			Taking(SinglePost.And(Mismatched)), require.PushBlobSinglePostDigestMismatch),
		fault("single-post-mismatch-422", "a single POST of a blob that does not match its digest is answered 422",
			OnAnswer(SinglePost.And(WellFormed), On(400, Refuse(422, "DIGEST_INVALID"))), require.PushBlobSinglePostDigestMismatchStatus),
		fault("single-post-mismatch-404", "a single POST of a blob that does not match its digest is answered 404",
			OnAnswer(SinglePost.And(WellFormed), On(400, Refuse(404, "BLOB_UNKNOWN"))), require.PushBlobSinglePostDigestMismatchStatus),
	}
}

func pushedDigestFaults() []Fault {
	return []Fault{
		fault("digest-invalid-404", "an upload that ends with a malformed digest is answered 404",
			OnAnswer(PutUpload.And(MalformedDigest), On(400, Refuse(404, "DIGEST_INVALID"))), require.PushBlobDigestInvalidStatus),
		fault("upload-digest-invalid-500", "an upload that ends with a malformed digest makes the server fail",
			Instead(PutUpload.And(WithValue("digest", "sha256:baddigest")), Failing()), require.PushBlobDigestInvalidStatus),
		fault("digest-invalid-422", "an upload that ends with a malformed digest is answered 422",
			OnAnswer(PutUpload.And(MalformedDigest), On(400, Refuse(422, "DIGEST_INVALID"))), require.PushBlobDigestInvalidStatus),
		fault("digest-unsupported-415", "an upload that ends with a digest of an unknown algorithm is answered 415",
			OnAnswer(PutUpload.And(UnknownAlgorithm), On(400, Refuse(415, "UNSUPPORTED"))), require.PushBlobDigestUnsupportedStatus),
		fault("digest-unsupported-501", "an upload that ends with a digest of an unknown algorithm is answered 501",
			OnAnswer(PutUpload.And(UnknownAlgorithm), On(400, Refuse(501, "UNSUPPORTED"))), require.PushBlobDigestUnsupportedStatus),
		fault("sha512-blob-lost", "a blob that is pushed under a SHA-512 digest is not stored",
			Forgetting(PutUpload.And(EndsInSHA512)), require.PushSha512Blob),
	}
}

func mountFaults() []Fault {
	return []Fault{
		fault("mount-200", "a mount is answered 200",
			OnAnswer(Mount, On(201, Status(200))), require.PushBlobMountStatus),
		fault("mount-204", "a mount is answered 204",
			OnAnswer(Mount, On(201, Status(204))), require.PushBlobMountStatus),
		fault("mount-no-location", "a mount has no Location",
			OnAnswer(Mount, On(201, Del("Location"))), require.PushBlobMountLocation),
		fault("mount-dead-location", "the Location of a mount leads nowhere",
			OnAnswer(Mount, On(201, Nowhere)), require.PushBlobMountLocationPullable),
		fault("mount-claimed", "a mount is answered 201, but nothing is mounted",
			Forgetting(Mount), require.PushBlobMountLocationPullable),
		fault("mount-sha512-dead-location", "the Location of a mount by a SHA-512 digest leads nowhere",
			OnAnswer(Mount.And(ParameterLike("mount", `^sha512:`)), On(201, Nowhere)), require.PushBlobMountLocationPullable),
		fault("mount-unknown-404", "a mount of a blob that does not exist is answered 404",
			OnAnswer(Mount, On(202, Refuse(404, "BLOB_UNKNOWN"))), require.PushBlobMountFallback),
		fault("mount-unknown-400-repository", "a mount from a repository that does not exist is answered 400",
			OnAnswer(Mount.And(ParameterLike("from", `-missing-`)), On(202, Refuse(400, "NAME_UNKNOWN"))), require.PushBlobMountFallback),
		fault("mount-without-from-400", "a mount without the parameter from is answered 400",
			Instead(Mount.And(Not(WithParameter("from"))), Refuse(400, "NAME_INVALID")), require.PushBlobMountFallback),
		fault("mount-unknown-201", "a mount of a blob that does not exist is answered 201",
			OnAnswer(Mount, On(202, Status(201), Nowhere)), require.PushBlobMountFallback),
		fault("mount-fallback-no-location", "when a mount is not possible and starts an upload, the answer has no Location",
			OnAnswer(Mount, On(202, Del("Location"))), require.PushBlobMountFallback),
		fault("mount-fallback-dead", "when a mount is not possible and starts an upload, the upload does not work",
			DeadUploads(Mount), require.PushBlobMountFallbackUpload),
	}
}
