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
		closeUploadFaults(),
		chunkFaults(),
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
