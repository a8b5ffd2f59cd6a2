package faults

import (
	"strings"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func locationVariants() []Variant {
	return []Variant{
		elsewhere("location-other-host", "the Location of an upload is on another host",
			LocationsAt(Is("POST", Uploads))),
		elsewhere("location-pull-other-host", "the Location of pushed content is on another host",
			LocationsAt(Is("PUT", Manifests, Session))),
		variant("location-absolute", "every Location is absolute",
			AbsoluteLocations),
		variant("location-absolute-1.1", "every Location is absolute",
			AbsoluteLocations).in(require.V1_1),
		variant("location-relative", "the Location of an upload is relative to its path",
			RelativeLocations),
		variant("location-query", "the Location of an upload has parameters that must be sent back",
			DemandedQuery),
		variant("location-state", "the Location of an upload changes with each answer, and only the last one is valid",
			ChangingLocations),
	}
}

func uploadNameVariants() []Variant {
	return []Variant{
		variant("session-upper", "the UUID of an upload is in upper case",
			RenamedSessions(strings.ToUpper)),
		variant("session-plain", "the UUID of an upload has no hyphens",
			RenamedSessions(WithoutHyphens)),
		variant("session-prefix", "the UUID of an upload is part of a longer name",
			RenamedSessions(func(id string) string { return "upload." + id + ".1" })),
		variant("session-query", "the UUID of an upload is a parameter of the URL",
			SessionInQuery),
	}
}

func cancelVariants() []Variant {
	return []Variant{
		variant("cancel-404", "the cancelling of an upload is answered 404",
			Instead(CancelUpload, Refuse(404, "BLOB_UPLOAD_UNKNOWN"))),
		variant("cancel-405", "the cancelling of an upload is answered 405",
			Instead(CancelUpload, Refuse(405, "UNSUPPORTED"), Set("Allow", "GET, PATCH, PUT"))),
		variant("session-unknown-416-patch", "a PATCH of an upload that does not exist is answered 416",
			OnAnswer(PatchUpload, On(404, Refuse(416, "BLOB_UPLOAD_UNKNOWN")))),
		variant("session-unknown-400-put", "a PUT of an upload that does not exist is answered 400",
			OnAnswer(PutUpload, On(404, Refuse(400, "BLOB_UPLOAD_UNKNOWN")))),
		variant("session-unknown-cancel-400", "the cancelling of an upload that does not exist is answered 400",
			OnAnswer(CancelUpload, On(404, Refuse(400, "BLOB_UPLOAD_INVALID")))),
	}
}
