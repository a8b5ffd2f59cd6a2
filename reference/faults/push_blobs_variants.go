package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func pushBlobVariants() []Variant {
	return []Variant{
		variant("length-required", "an upload without a length is answered 411",
			Instead(Is("PUT PATCH POST").And(WithoutLength), Refuse(411, "SIZE_INVALID"))),
		variant("chunk-minimum", "chunks have at least 1 KiB, as the start of an upload says",
			ChunkMinimum(1<<10, 416)),
		variant("chunk-minimum-400", "chunks have at least 64 KiB, as the start of an upload says",
			ChunkMinimum(64<<10, 400)).in(require.V1_1),
		variant("single-post-202", "a single POST starts an upload",
			OnRequest(SinglePost, DelParameters("digest"), SetBody(nil))),
		variant("mount-202", "a mount starts an upload",
			OnRequest(Mount, DelParameters("mount", "from"))),
		variant("mount-202-1.0", "a mount starts an upload",
			OnRequest(Mount, DelParameters("mount", "from"))).in(require.V1_0),
		variant("mount-without-from", "a mount that does not say from where finds the blob by itself",
			MountAnywhere),
		variant("upload-headers", "the answers to uploads have headers of older days",
			OnAnswer(Is("POST PATCH PUT GET", Uploads, Session), OK(Set("Docker-Upload-UUID", "00000000-0000-4000-8000-000000000000"), Set("Docker-Distribution-Api-Version", "registry/2.0")))),
		variant("existing-blob-early", "an upload is told of what it may leave out",
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
