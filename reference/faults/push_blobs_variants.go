package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func pushBlobVariants() []Variant {
	return []Variant{
		variant("length-required", "a request of an upload without Content-Length is answered 411",
			Instead(Is("PUT PATCH POST").And(WithoutLength), Refuse(411, "SIZE_INVALID"))),
		variant("chunk-minimum", "the start of an upload demands chunks of at least 1 KiB",
			ChunkMinimum(1<<10, 416)),
		variant("chunk-minimum-400", "the start of an upload demands chunks of at least 64 KiB",
			ChunkMinimum(64<<10, 400)).in(require.V1_1),
		variant("single-post-202", "a single POST starts an upload",
			OnRequest(SinglePost, DelParameters("digest"), SetBody(nil))),
		variant("mount-202", "a mount starts an upload",
			OnRequest(Mount, DelParameters("mount", "from"))),
		variant("mount-202-1.0", "a mount starts an upload",
			OnRequest(Mount, DelParameters("mount", "from"))).in(require.V1_0),
		variant("mount-once", "only the first mount of a blob succeeds, and later ones start an upload",
			MountedAgain(func(again When) Middleware { return OnRequest(again, DelParameters("mount", "from")) })),
		variant("mount-of-deleted", "a blob that was deleted can still be mounted, because the registry has kept it",
			KeptMounts),
		variant("mount-without-from", "a mount without the parameter from finds the blob in another repository",
			MountAnywhere),
		variant("upload-headers", "the answers to uploads have headers of older versions",
			OnAnswer(Is("POST PATCH PUT GET", Uploads, Session), OK(Set("Docker-Upload-UUID", "00000000-0000-4000-8000-000000000000"), Set("Docker-Distribution-Api-Version", "registry/2.0")))),
		variant("existing-blob-early", "the answer to the start of an upload has a Range",
			OnAnswer(StartUpload, OK(Set("Range", "0-0"), Set("Content-Length", "0")))),
	}
}

func sha512Variants() []Variant {
	return []Variant{
		variant("sha512-refused", "SHA-512 is not supported",
			Instead(Not(Is("GET HEAD DELETE")).And(FirstInSHA512), Refuse(400, "DIGEST_INVALID"))),
		variant("sha512-refused-422", "SHA-512 is refused with 422",
			Instead(Is("PUT POST").And(FirstInSHA512), Refuse(422, "UNSUPPORTED"))).in(require.V1_1),
		variant("sha512-refused-1.1", "SHA-512 is not supported at the end of an upload",
			Instead(Is("PUT POST").And(NamedInSHA512), Refuse(400, "UNSUPPORTED"))).in(require.V1_1),
	}
}
