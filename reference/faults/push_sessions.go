package faults

import (
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
		fault("upload-start-bad-location", "the Location of an upload is no URL",
			OnAnswer(StartUpload, OK(Set("Location", "http://[upload"))), require.PushBlobPostPutStartLocation),
		fault("upload-start-location-in-body", "the Location of an upload is in another header",
			OnAnswer(StartUpload, OK(MoveHeader("Location", "Docker-Upload-Location"))), require.PushBlobPostPutStartLocation),
	}
}

func unknownUploadFaults() []Fault {
	return []Fault{
		fault("upload-session-numbered", "uploads are counted, and have no UUID",
			NumberedSessions, require.PushBlobSessionUuid),
		fault("upload-session-same", "the UUID of each upload is the same, with a number behind it",
			SameSessions, require.PushBlobSessionUuid),
		fault("upload-session-short", "the UUID of an upload is cut to eight characters",
			RenamedSessions(ShortNames), require.PushBlobSessionUuid),
		fault("session-unknown-400-patch", "a PATCH of an upload that is not there is answered 400",
			OnAnswer(PatchUpload, On(404, Refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobSessionUnknownListed),
		fault("session-unknown-202-patch", "a PATCH of an upload that is not there is answered 202",
			OnAnswer(PatchUpload, On(404, OfNewUpload(202))), require.PushBlobSessionUnknown).in(require.V1_1),
		fault("session-unknown-201-put", "a PUT of an upload that is not there is answered 201",
			OnAnswer(PutUpload, On(404, Status(201), Text("", ""), Nowhere)), require.PushBlobSessionUnknown),
		fault("session-unknown-500-1.0", "a PATCH or PUT of an upload that is not there is answered 500",
			OnAnswer(Is("PATCH PUT", Session), On(404, Refuse(500, "UNKNOWN"))), require.PushBlobSessionUnknown).in(require.V1_0),
		fault("session-unknown-status-400", "an upload that is not there is answered 400 when asked for",
			OnAnswer(GetUpload, On(404, Refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobSessionUnknownListed),
		fault("session-unknown-status-500", "an upload that is not there is answered 500 when asked for",
			OnAnswer(GetUpload, On(404, Refuse(500, "UNKNOWN"))), require.PushBlobSessionUnknownStatus),
		fault("session-unknown-status-204", "an upload that is not there is answered 204 when asked for",
			OnAnswer(GetUpload, On(404, OfNewUpload(204))), require.PushBlobSessionUnknownStatus),
		fault("session-unknown-cancel-204", "an upload that is not there is cancelled with 204",
			OnAnswer(CancelUpload, On(404, Status(204))), require.PushBlobSessionUnknownCancel),
		fault("session-unknown-cancel-500", "the cancelling of an upload that is not there is answered 500",
			OnAnswer(CancelUpload, On(404, Refuse(500, "UNKNOWN"))), require.PushBlobSessionUnknownCancel),
	}
}

func uploadStatusFaults() []Fault {
	return []Fault{
		fault("upload-status-200", "an upload in progress is answered 200",
			OnAnswer(GetUpload, OK(Status(200))), require.PushBlobUploadStatusStatus),
		fault("upload-status-202", "an upload in progress is answered 202",
			OnAnswer(GetUpload, OK(Status(202))), require.PushBlobUploadStatusStatus),
		fault("upload-status-404", "an upload in progress cannot be asked for",
			OnAnswer(GetUpload, Refuse(404, "BLOB_UPLOAD_UNKNOWN")), require.PushBlobUploadStatusStatus),
		fault("upload-status-405", "uploads cannot be asked for",
			Instead(GetUpload, Refuse(405, "UNSUPPORTED")), require.PushBlobUploadStatusStatus),
		fault("upload-status-no-location", "an upload in progress has no Location",
			OnAnswer(GetUpload, Del("Location")), require.PushBlobUploadStatusLocation),
		fault("upload-status-no-range", "an upload in progress has no Range",
			OnAnswer(GetUpload, Del("Range")), require.PushBlobUploadStatusRange),
		fault("upload-status-range-unit", "the Range of an upload has a unit",
			OnAnswer(GetUpload, OK(SetFrom("Range", Prepended("bytes=")))), require.PushBlobUploadStatusRangeValue),
		fault("upload-status-range-exclusive", "the Range of an upload ends behind its last byte",
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
		fault("cancel-ignored", "an upload goes on after it was cancelled",
			Instead(CancelUpload, Status(204)), require.PushBlobCancelGone),
	}
}
