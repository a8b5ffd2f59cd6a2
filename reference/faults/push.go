package faults

import "slices"

func pushFaults() []Fault {
	return slices.Concat(
		startUploadFaults(),
		unknownUploadFaults(),
		uploadStatusFaults(),
		cancelFaults(),
		wholeBlobFaults(),
		singlePostFaults(),
		pushedDigestFaults(),
		mountFaults(),
		mountCaseFaults(),
		besideFaults(),
		untrueUploadFaults(),
		sizeFaults(),
		everyPushFaults(),
		closeUploadFaults(),
		chunkFaults(),
		uploadProgressFaults(),
		knownDigestFaults(),
		streamFaults(),
		tagParameterFaults(),
		repositoryNameFaults(),
		tagNameFaults(),
		pushedReferenceFaults(),
		missingContentFaults(),
		manifestSizeFaults(),
		putManifestFaults(),
		refusedTypeFaults(),
		layerTypeFaults(),
		configFaults(),
		mediaTypeFaults(),
		unknownTypeFaults(),
		pushedSubjectFaults(),
		typeFormFaults(),
		manifestFormFaults(),
	)
}
