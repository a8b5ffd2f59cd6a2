package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func deleteVariants() []Variant {
	return []Variant{
		variant("delete-405", "every delete is refused with 405",
			nil).with(noDelete),
		variant("delete-405-1.0", "every delete is refused with 405",
			nil).with(noDelete).in(require.V1_0),
		variant("delete-400", "every delete is refused with 400",
			Instead(Is("DELETE", Manifests, Blobs), Refuse(400, "UNSUPPORTED"))),
		variant("delete-400-1.1", "every delete is refused with 400",
			Instead(Is("DELETE", Manifests, Blobs), Refuse(400, "UNSUPPORTED"))).in(require.V1_1),
		variant("tag-delete-405", "deletes of tags are refused with 405",
			nil).with(noTagDelete),
		variant("tag-delete-400", "deletes of tags are refused with 400",
			Instead(DeleteTag, Refuse(400, "UNSUPPORTED"))),
		variant("manifest-delete-405", "deletes of manifests are refused with 405",
			nil).with(noManifestDelete),
		variant("manifest-delete-400", "deletes of manifests are refused with 400",
			Instead(DeleteManifest, Refuse(400, "UNSUPPORTED"))),
		variant("blob-delete-405", "deletes of blobs are refused with 405",
			nil).with(noBlobDelete),
		variant("blob-delete-400", "deletes of blobs are refused with 400",
			Instead(DeleteBlob, Refuse(400, "UNSUPPORTED"))),
		variant("referrer-goes-with-tag", "the delete of a manifest's last tag also deletes the manifest",
			GoesWithTag),
		variant("manifest-delete-collects", "the delete of a manifest also deletes the blobs that no other manifest uses",
			Collects),
	}
}
