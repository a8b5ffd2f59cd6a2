package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// notADigest is a pattern of names that look like SHA-256 digests but are malformed.
const notADigest = `^sha256:([0-9a-f]{0,63}|[0-9a-f]{65,}|.*[^0-9a-f].*)$`

func otherAlgorithmFaults() []Fault {
	return []Fault{
		fault("digest-algorithm-ignored", "the algorithm of a digest is ignored when a blob is pulled",
			OnRequest(PullBlob.And(NameLike(`^(blake3|nosuchalgorithm):`)), ReplacePath(`/blobs/[a-z0-9]+:`, "/blobs/sha256:")), require.SecurityDigestOtherAlgorithmPull),
		fault("digest-algorithm-ignored-manifest", "the algorithm of a digest is ignored when a manifest is pulled",
			OnRequest(PullManifest.And(NameLike(`^blake3:`)), ReplacePath(`/manifests/blake3:`, "/manifests/sha256:")), require.SecurityDigestOtherAlgorithmPull).in(require.V1_0),
		fault("digest-algorithm-head-200", "HEAD finds every blob by a digest of an unsupported algorithm",
			Instead(HeadBlob.And(NameLike(`^md5:`))), require.SecurityDigestOtherAlgorithmPull).in(require.V1_1),
	}
}

func digestEverywhereFaults() []Fault {
	return []Fault{
		fault("digest-head-bare", "HEAD of a digest without its algorithm finds the blob",
			OnRequest(HeadBlob.And(NameLike(`^[0-9a-f]{64}$`)), AddAlgorithm), require.SecurityDigestMalformedPull),
		fault("digest-mount-malformed", "a mount of a blob by a malformed digest is answered 201",
			Instead(Mount.And(ParameterLike("mount", notADigest)), Status(201), SetRequested("Location", OwnURL)), require.SecurityDigestMalformedMount),
		fault("digest-mount-algorithm-1.1", "a mount of a blob by a digest of an unsupported algorithm is answered 201",
			Instead(Mount.And(ParameterLike("mount", `^md5:`)), Status(201), SetRequested("Location", OwnURL)), require.SecurityDigestMalformedMount).in(require.V1_1),
		fault("digest-delete-upper", "a manifest can be deleted by its digest in upper case",
			OnRequest(DeleteManifest.And(NameLike(`^sha256:.*[A-F]`)), LowerName), require.SecurityDigestMalformedDelete),
		fault("digest-delete-bare", "a blob can be deleted by its digest without the algorithm",
			OnRequest(DeleteBlob.And(NameLike(`^[0-9a-f]{64}$`)), AddAlgorithm), require.SecurityDigestMalformedDelete).in(require.V1_0),
		fault("digest-delete-202", "the delete of a blob by a malformed digest is answered 202",
			Instead(DeleteBlob.And(NameLike(notADigest)), Status(202)), require.SecurityDigestMalformedDelete),
	}
}
