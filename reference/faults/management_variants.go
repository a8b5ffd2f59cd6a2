package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func deleteVariants() []Variant {
	return []Variant{
		variant("delete-405", "nothing can be deleted",
			nil).with(noDelete),
		variant("delete-405-1.0", "nothing can be deleted",
			nil).with(noDelete).in(require.V1_0),
		variant("delete-400", "nothing can be deleted, as 400 says",
			Instead(Is("DELETE", Manifests, Blobs), Refuse(400, "UNSUPPORTED"))),
		variant("delete-400-1.1", "nothing can be deleted, as 400 says",
			Instead(Is("DELETE", Manifests, Blobs), Refuse(400, "UNSUPPORTED"))).in(require.V1_1),
		variant("tag-delete-405", "tags cannot be deleted",
			nil).with(noTagDelete),
		variant("tag-delete-400", "tags cannot be deleted, as 400 says",
			Instead(DeleteTag, Refuse(400, "UNSUPPORTED"))),
		variant("manifest-delete-405", "manifests cannot be deleted",
			nil).with(noManifestDelete),
		variant("manifest-delete-400", "manifests cannot be deleted, as 400 says",
			Instead(DeleteManifest, Refuse(400, "UNSUPPORTED"))),
		variant("blob-delete-405", "blobs cannot be deleted",
			nil).with(noBlobDelete),
		variant("blob-delete-400", "blobs cannot be deleted, as 400 says",
			Instead(DeleteBlob, Refuse(400, "UNSUPPORTED"))),
		variant("referrer-goes-with-tag", "a manifest is deleted with its last tag",
			GoesWithTag),
		variant("manifest-delete-collects", "with a manifest go its blobs that no other manifest has",
			Collects),
	}
}
