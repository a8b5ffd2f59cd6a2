package faults

import (
	"slices"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func pullFaults() []Fault {
	return slices.Concat(
		supportFaults(),
		unknownRepositoryFaults(),
		getManifestFaults(),
		contentTypeFaults(),
		headManifestFaults(),
		pullReferenceFaults(),
		pullTagFaults(),
		getBlobFaults(),
		blobCaseFaults(),
		headBlobFaults(),
		rangeFaults(),
		repeatedPullFaults(),
		unusualRepositoryFaults(),
		encodedPullFaults(),
		acceptFormFaults(),
		conditionFaults(),
		rewrittenTextFaults(),
		largePullFaults(),
		unusualRangeFaults(),
		everyPullFaults(),
	)
}

func supportFaults() []Fault {
	return []Fault{
		fault("ping-404", "/v2/ is answered 404",
			OnAnswer(Is("GET", Root), Refuse(404, "UNSUPPORTED")), require.PullSupportStatus),
		fault("ping-204", "/v2/ is answered 204",
			OnAnswer(Is("GET", Root), Status(204)), require.PullSupportStatus),
		fault("head-index-charset", "the Content-Type of HEAD of an index has a parameter",
			OnAnswer(HeadManifest, Where(AnIndex, Set("Content-Type", IndexType+"; charset=utf-8"))), require.PullManifestContentTypeParameters),
		fault("ping-500", "/v2/ is answered 500",
			OnAnswer(Is("GET", Root), Refuse(500, "UNKNOWN")), require.PullSupportStatus),
	}
}

func unknownRepositoryFaults() []Fault {
	return []Fault{
		fault("repository-unknown-manifest-403", "a manifest of a repository that does not exist is answered 403",
			OnAnswer(PullManifest.And(MissingRepository), On(404, Refuse(403, "DENIED"))), require.PullRepositoryUnknownManifest),
		fault("repository-unknown-manifest-400", "a manifest of a repository that does not exist is answered 400",
			OnAnswer(PullManifest.And(MissingRepository), On(404, Refuse(400, "NAME_INVALID"))), require.PullRepositoryUnknownManifest),
		fault("repository-name-deep", "repository names of more than four components are refused",
			Instead(RepositoryLike(`/.*/.*/.*/`), Refuse(400, "NAME_INVALID")), require.PullRepositoryUnknownManifest),
		fault("repository-name-in-a-row", "repository names with several separators in a row are refused",
			Instead(RepositoryLike(`__|--`), Refuse(400, "NAME_INVALID")), require.PullRepositoryUnknownManifest).in(require.V1_1),
		fault("repository-unknown-blob-403", "a blob of a repository that does not exist is answered 403",
			OnAnswer(PullBlob.And(MissingRepository), On(404, Refuse(403, "DENIED"))), require.PullRepositoryUnknownBlob),
		fault("repository-any-manifest", "a repository gives manifests that only other repositories have",
			OrElsewhere(PullManifest.And(ByDigest)), require.PullRepositoryUnknownManifest, require.SecurityIsolationManifest),
		fault("repository-any-blob", "a repository gives blobs that only other repositories have",
			OrElsewhere(PullBlob), require.PullRepositoryUnknownBlob, require.SecurityIsolationBlob),
	}
}
