package faults

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	require "assay/conformance/requirements"
)

func sessionFaults() []Fault {
	return []Fault{
		fault("upload-status-200", "an upload in progress is answered 200",
			onAnswer(uploadStatus, ok(status(200))), require.PushBlobUploadStatusStatus),
		fault("upload-status-202", "an upload in progress is answered 202",
			onAnswer(uploadStatus, ok(status(202))), require.PushBlobUploadStatusStatus),
		fault("upload-status-404", "an upload in progress cannot be asked for",
			onAnswer(uploadStatus, refuse(404, "BLOB_UPLOAD_UNKNOWN")), require.PushBlobUploadStatusStatus),
		fault("upload-status-405", "uploads cannot be asked for",
			instead(uploadStatus, refuse(405, "UNSUPPORTED")), require.PushBlobUploadStatusStatus),
		fault("upload-status-no-location", "an upload in progress has no Location",
			onAnswer(uploadStatus, del("Location")), require.PushBlobUploadStatusLocation),
		fault("upload-status-no-range", "an upload in progress has no Range",
			onAnswer(uploadStatus, del("Range")), require.PushBlobUploadStatusRange),
		fault("upload-status-range-unit", "the Range of an upload has a unit",
			onAnswer(uploadStatus, ok(setFrom("Range", func(v string) string { return "bytes=" + v }))), require.PushBlobUploadStatusRangeValue),
		fault("upload-status-range-exclusive", "the Range of an upload ends behind its last byte",
			onAnswer(uploadStatus, ok(setFrom("Range", func(v string) string { return moveEnd(v, 1) }))), require.PushBlobUploadStatusRangeValue),
		fault("upload-status-range-zero", "the Range of an upload is always 0-0",
			onAnswer(uploadStatus, ok(set("Range", "0-0"))), require.PushBlobUploadStatusRangeValue).in(require.V1_1),
		fault("cancel-200", "the cancelling of an upload is answered 200",
			onAnswer(cancelUpload, ok(status(200))), require.PushBlobCancelStatus),
		fault("cancel-202", "the cancelling of an upload is answered 202",
			onAnswer(cancelUpload, ok(status(202))), require.PushBlobCancelStatus),
		fault("cancel-ignored", "an upload goes on after it was cancelled",
			instead(cancelUpload, status(204)), require.PushBlobCancelGone),
		fault("session-unknown-400", "a PATCH or PUT of an upload that is not there is answered 400",
			onAnswer(is("PATCH PUT", session), on(404, refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobSessionUnknown),
		fault("session-unknown-416-patch", "a PATCH of an upload that is not there is answered 416",
			onAnswer(patch, on(404, refuse(416, "BLOB_UPLOAD_UNKNOWN"))), require.PushBlobSessionUnknown),
		fault("session-unknown-201-put", "a PUT of an upload that is not there is answered 201",
			onAnswer(putUpload, on(404, status(201), text("", ""), nowhere)), require.PushBlobSessionUnknown),
		fault("session-unknown-500-1.0", "a PATCH or PUT of an upload that is not there is answered 500",
			onAnswer(is("PATCH PUT", session), on(404, refuse(500, "UNKNOWN"))), require.PushBlobSessionUnknown).in(require.V1_0),
		fault("session-unknown-status-400", "an upload that is not there is answered 400 when asked for",
			onAnswer(uploadStatus, on(404, refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobSessionUnknownStatus),
		fault("session-unknown-status-204", "an upload that is not there is answered 204 when asked for",
			onAnswer(uploadStatus, on(404, func(a *answer) {
				a.status, a.body, a.header = 204, nil, http.Header{"Location": {a.req.URL.RequestURI()}, "Range": {"0-0"}}
			})), require.PushBlobSessionUnknownStatus),
		fault("session-unknown-cancel-204", "an upload that is not there is cancelled with 204",
			onAnswer(cancelUpload, on(404, status(204))), require.PushBlobSessionUnknownCancel),
		fault("session-unknown-cancel-500", "the cancelling of an upload that is not there is answered 500",
			onAnswer(cancelUpload, on(404, refuse(500, "UNKNOWN"))), require.PushBlobSessionUnknownCancel),
	}
}

func mountFaults() []Fault {
	return []Fault{
		fault("mount-200", "a mount is answered 200",
			onAnswer(mount, on(201, status(200))), require.PushBlobMountStatus),
		fault("mount-204", "a mount is answered 204",
			onAnswer(mount, on(201, status(204))), require.PushBlobMountStatus),
		fault("mount-no-location", "a mount has no Location",
			onAnswer(mount, on(201, del("Location"))), require.PushBlobMountLocation),
		fault("mount-dead-location", "the Location of a mount leads nowhere",
			onAnswer(mount, on(201, nowhere)), require.PushBlobMountLocationPullable),
		fault("mount-claimed", "a mount is answered 201, and nothing is mounted",
			forgetting(mount), require.PushBlobMountLocationPullable),
		fault("mount-sha512-dead-location", "the Location of a mount leads nowhere when the digest is sha512",
			onAnswer(mount.and(func(req *http.Request) bool { return strings.HasPrefix(req.URL.Query().Get("mount"), "sha512:") }), on(201, nowhere)), require.PushBlobMountLocationPullable),
		fault("mount-unknown-404", "a mount of what is not there is answered 404",
			onAnswer(mount, on(202, refuse(404, "BLOB_UNKNOWN"))), require.PushBlobMountFallback),
		fault("mount-unknown-400-repository", "a mount from a repository that is not there is answered 400",
			onAnswer(mount.and(func(req *http.Request) bool { return strings.Contains(req.URL.Query().Get("from"), "-missing-") }),
				on(202, refuse(400, "NAME_UNKNOWN"))), require.PushBlobMountFallback),
		fault("mount-without-from-400", "a mount that does not say from where is answered 400",
			instead(mount.and(not(query("from"))), refuse(400, "NAME_INVALID")), require.PushBlobMountFallback),
		fault("mount-unknown-201", "a mount of what is not there is answered 201",
			onAnswer(mount, on(202, status(201), nowhere)), require.PushBlobMountFallback),
		fault("mount-fallback-no-location", "the upload that an impossible mount starts has no Location",
			onAnswer(mount, on(202, del("Location"))), require.PushBlobMountFallback),
		fault("mount-fallback-dead", "the upload that an impossible mount starts takes nothing",
			handle(mount, func(next http.Handler, req *http.Request) *answer {
				a := pass(next, req)
				if location, err := url.Parse(a.header.Get("Location")); err == nil && a.status == http.StatusAccepted {
					ask(next, req, http.MethodDelete, location.Path, nil)
				}
				return a
			}), require.PushBlobMountFallbackUpload),
	}
}

// resetting begins an upload anew after a chunk out of order: under its old
// name there is a new session.
func resetting(next http.Handler) http.Handler {
	var mu sync.Mutex
	renamed := map[string]string{} // paths
	inner := func(req *http.Request) *http.Request {
		mu.Lock()
		defer mu.Unlock()
		changed := req.Clone(req.Context())
		if path := renamed[req.URL.Path]; path != "" {
			changed.URL.Path = path
		}
		return changed
	}
	return handle(is("GET PATCH PUT DELETE", session), func(next http.Handler, req *http.Request) *answer {
		a := pass(next, inner(req))
		if a.ok() && a.header.Get("Location") != "" && req.Method != http.MethodPut {
			a.header.Set("Location", req.URL.RequestURI())
		}
		if a.status == http.StatusRequestedRangeNotSatisfiable {
			started := ask(next, req, http.MethodPost, "/v2/"+placeOf(req).repo+"/blobs/uploads/", nil)
			if location, err := url.Parse(started.header.Get("Location")); err == nil {
				mu.Lock()
				renamed[req.URL.Path] = location.Path
				mu.Unlock()
			}
		}
		return a
	})(next)
}

// sameSessions calls every upload by one UUID, and a number that is none.
func sameSessions(next http.Handler) http.Handler {
	const same = "00000000-0000-4000-8000-000000000000."
	numbers := newShelf()
	var count atomic.Int64
	return handle(is("POST PATCH PUT GET DELETE", uploads, session), func(next http.Handler, req *http.Request) *answer {
		changed := req.Clone(req.Context())
		if at := placeOf(req); strings.HasPrefix(at.name, same) {
			k, _ := numbers.get(at.name)
			changed.URL.Path = strings.Replace(req.URL.Path, at.name, k.contentType, 1)
		}
		a := pass(next, changed)
		location, err := url.Parse(a.header.Get("Location"))
		if at := placeOf(&http.Request{URL: location}); err == nil && at.kind == session {
			name := placeOf(req).name
			if !strings.HasPrefix(name, same) {
				name = same + strconv.FormatInt(count.Add(1), 10)
			}
			numbers.put(name, at.name, nil)
			location.Path = strings.Replace(location.Path, at.name, name, 1)
			a.header.Set("Location", location.String())
		}
		return a
	})(next)
}

// numberedSessions gives uploads numbers for names.
func numberedSessions(next http.Handler) http.Handler {
	var mu sync.Mutex
	count := 0
	return renamedSessions(func(string) string {
		mu.Lock()
		defer mu.Unlock()
		count++
		return strconv.Itoa(count)
	})(next)
}

// renamedSessions gives uploads other names.
func renamedSessions(rename func(id string) string) Middleware {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		inner, outer := map[string]string{}, map[string]string{}
		handler := handle(is("GET PATCH PUT DELETE POST", session, uploads), func(next http.Handler, req *http.Request) *answer {
			changed := req.Clone(req.Context())
			if at := placeOf(req); at.kind == session {
				mu.Lock()
				id := inner[at.name]
				mu.Unlock()
				if id == "" {
					id = at.name
				}
				changed.URL.Path = "/v2/" + at.repo + "/blobs/uploads/" + id
			}
			a := pass(next, changed)
			location, err := url.Parse(a.header.Get("Location"))
			if err != nil {
				return a
			}
			if at := placeOf(&http.Request{URL: location}); at.kind == session {
				mu.Lock()
				name := outer[at.name]
				if name == "" {
					name = rename(at.name)
					outer[at.name], inner[name] = name, at.name
				}
				mu.Unlock()
				location.Path = "/v2/" + at.repo + "/blobs/uploads/" + name
				a.header.Set("Location", location.String())
			}
			return a
		})
		return handler(next)
	}
}
