package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func downlevelVariants() []Variant {
	return []Variant{
		variant("docker-accept-404", "clients that accept only Docker's types get 404 for an OCI image",
			OnAnswer(GetManifest.And(HeaderLike("Accept", "prettyjws")), OK(Refuse(404, "MANIFEST_UNKNOWN")))),
		variant("docker-accept-404-1.0", "clients that accept only Docker's types get 404 for an OCI image",
			OnAnswer(GetManifest.And(HeaderLike("Accept", "prettyjws")), OK(Refuse(404, "MANIFEST_UNKNOWN")))).in(require.V1_0),
	}
}
