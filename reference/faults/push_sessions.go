package faults

import (
	"strings"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func startUploadFaults() []Fault {
	return []Fault{
		fault("upload-start-201", "the start of an upload is answered 201",
			OnAnswer(StartUpload, OK(Status(201))), require.PushBlobPostPutStartStatus),
		fault("upload-start-200", "the start of an upload is answered 200",
			OnAnswer(StartUpload, OK(Status(200))), require.PushBlobPostPutStartStatus),
		fault("upload-start-no-location", "the start of an upload has no Location",
			OnAnswer(StartUpload, Del("Location")), require.PushBlobPostPutStartLocation),
		fault("upload-start-bad-location", "the Location of an upload is not a URL",
			OnAnswer(StartUpload, OK(Set("Location", "http://[upload"))), require.PushBlobPostPutStartLocation),
		fault("upload-start-location-prefix", "the Location of an upload lacks the /v2 of its path",
			OnAnswer(StartUpload, OK(SetFrom("Location", func(v string) string { return strings.Replace(v, "/v2/", "/", 1) }))), require.PushBlobPostPutStatus, require.PushBlobChunkStatus),
		fault("upload-start-location-in-body", "the start of an upload gives the Location in another header",
			OnAnswer(StartUpload, OK(MoveHeader("Location", "Docker-Upload-Location"))), require.PushBlobPostPutStartLocation),
	}
}

func unknownUploadFaults() []Fault {
	return []Fault{
		fault("upload-session-numbered", "uploads have a number instead of a UUID",
			NumberedSessions, require.PushBlobSessionUuid),
		fault("upload-session-same", "all uploads have the same UUID, followed by a number",
			SameSessions, require.PushBlobSessionUuid),
		fault("upload-session-short", "the UUID of an upload is cut to eight characters",
			RenamedSessions(ShortNames), require.PushBlobSessionUuid),
		fault("session-unknown-400-patch", "a PATCH of an upload that does not exist is answered 400",
			OnAnswer(PatchUpload, On(404, Refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobSessionUnknownListed),
		fault("session-unknown-202-patch", "a PATCH of an upload that does not exist is answered 202",
			OnAnswer(PatchUpload, On(404, OfNewUpload(202))), require.PushBlobSessionUnknown).in(require.V1_1),
		fault("session-unknown-201-put", "a PUT of an upload that does not exist is answered 201",
			OnAnswer(PutUpload, On(404, Status(201), Text("", ""), Nowhere)), require.PushBlobSessionUnknown),
		fault("session-unknown-500-1.0", "a PATCH or PUT of an upload that does not exist is answered 500",
			OnAnswer(Is("PATCH PUT", Session), On(404, Refuse(500, "UNKNOWN"))), require.PushBlobSessionUnknown).in(require.V1_0),
		fault("session-unknown-status-400", "a GET of an upload that does not exist is answered 400",
			OnAnswer(GetUpload, On(404, Refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobSessionUnknownListed),
		fault("session-unknown-status-500", "a GET of an upload that does not exist is answered 500",
			OnAnswer(GetUpload, On(404, Refuse(500, "UNKNOWN"))), require.PushBlobSessionUnknownStatus),
		fault("session-unknown-status-204", "a GET of an upload that does not exist is answered 204",
			OnAnswer(GetUpload, On(404, OfNewUpload(204))), require.PushBlobSessionUnknownStatus),
		fault("session-unknown-cancel-204", "the cancelling of an upload that does not exist is answered 204",
			OnAnswer(CancelUpload, On(404, Status(204))), require.PushBlobSessionUnknownCancel),
		fault("session-unknown-cancel-500", "the cancelling of an upload that does not exist is answered 500",
			OnAnswer(CancelUpload, On(404, Refuse(500, "UNKNOWN"))), require.PushBlobSessionUnknownCancel),
	}
}

func uploadStatusFaults() []Fault {
	return []Fault{
		fault("upload-status-200", "a GET of an upload is answered 200",
			OnAnswer(GetUpload, OK(Status(200))), require.PushBlobUploadStatusStatus),
		fault("upload-status-202", "a GET of an upload is answered 202",
			OnAnswer(GetUpload, OK(Status(202))), require.PushBlobUploadStatusStatus),
		fault("upload-status-404", "a GET of an upload is answered 404",
			OnAnswer(GetUpload, Refuse(404, "BLOB_UPLOAD_UNKNOWN")), require.PushBlobUploadStatusStatus),
		fault("upload-status-405", "a GET of an upload is answered 405",
			Instead(GetUpload, Refuse(405, "UNSUPPORTED")), require.PushBlobUploadStatusStatus),
		fault("upload-status-no-location", "the answer to a GET of an upload has no Location",
			OnAnswer(GetUpload, Del("Location")), require.PushBlobUploadStatusLocation),
		fault("upload-status-no-range", "the answer to a GET of an upload has no Range",
			OnAnswer(GetUpload, Del("Range")), require.PushBlobUploadStatusRange),
		fault("upload-status-range-unit", "the Range of an upload has a unit",
			OnAnswer(GetUpload, OK(SetFrom("Range", Prepended("bytes=")))), require.PushBlobUploadStatusRangeValue),
		fault("upload-status-range-exclusive", "the Range of an upload ends one byte too late",
			OnAnswer(GetUpload, OK(SetFrom("Range", OneMore))), require.PushBlobUploadStatusRangeValue),
		fault("upload-status-range-zero", "the Range of an upload is always 0-0",
			OnAnswer(GetUpload, OK(Set("Range", "0-0"))), require.PushBlobUploadStatusRangeValue).in(require.V1_1),
	}
}

func cancelFaults() []Fault {
	return []Fault{
		fault("cancel-200", "the cancelling of an upload is answered 200",
			OnAnswer(CancelUpload, OK(Status(200))), require.PushBlobCancelStatus),
		fault("cancel-202", "the cancelling of an upload is answered 202",
			OnAnswer(CancelUpload, OK(Status(202))), require.PushBlobCancelStatus),
		fault("cancel-202-after-chunk", "the cancelling of an upload that has received a chunk is answered 202",
			AfterChunk(CancelUpload, OK(Status(202))), require.PushBlobCancelStatus),
		fault("cancel-ignored", "the cancelling of an upload is answered 204, but the upload goes on",
			Instead(CancelUpload, Status(204)), require.PushBlobCancelGone),
	}
}
