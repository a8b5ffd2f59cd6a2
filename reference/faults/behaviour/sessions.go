package behaviour

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// aboutUpload matches all requests of uploads, also those that start one.
var aboutUpload = Is("POST PATCH PUT GET DELETE", Uploads, Session)

// editLocation edits the Location of an answer if it is the Location of an upload.
func editLocation(a *Answer, edit func(location *url.URL, at Place)) {
	location, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		return
	}
	if at := placeAt(location.Path); at.Kind == Session {
		edit(location, at)
		a.Header.Set("Location", location.String())
	}
}

// ResettingUploads replaces an upload by a new one after a chunk out of order. The old
// name then stands for the new upload.
func ResettingUploads(next http.Handler) http.Handler {
	renamed := new(Memory[string]) // paths
	return Handle(Is("GET PATCH PUT DELETE", Session), func(next http.Handler, req *http.Request) *Answer {
		inner := req.Clone(req.Context())
		if path, found := renamed.Get(req.URL.Path); found {
			inner.URL.Path = path
		}
		a := Pass(next, inner)
		if a.OK() && a.Header.Get("Location") != "" && req.Method != http.MethodPut {
			editLocation(a, func(location *url.URL, _ Place) { location.Path = req.URL.Path })
		}
		if a.Status == http.StatusRequestedRangeNotSatisfiable {
			started := Ask(next, req, http.MethodPost, UploadPath(PlaceOf(req).Repo, ""), nil)
			editLocation(started, func(location *url.URL, _ Place) { renamed.Put(req.URL.Path, location.Path) })
		}
		return a
	})(next)
}

// SameSessions gives all uploads the same UUID, followed by a number.
func SameSessions(next http.Handler) http.Handler {
	const same = "00000000-0000-4000-8000-000000000000."
	var count atomic.Int64
	return RenamedSessions(func(string) string { return same + strconv.FormatInt(count.Add(1), 10) })(next)
}

// NumberedSessions gives uploads numbers as names.
func NumberedSessions(next http.Handler) http.Handler {
	var count atomic.Int64
	return RenamedSessions(func(string) string { return strconv.FormatInt(count.Add(1), 10) })(next)
}

// RenamedSessions renames uploads.
func RenamedSessions(rename func(id string) string) Middleware {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		inner, outer := map[string]string{}, map[string]string{}
		return Handle(aboutUpload, func(next http.Handler, req *http.Request) *Answer {
			changed := req.Clone(req.Context())
			if at := PlaceOf(req); at.Kind == Session {
				mu.Lock()
				id := inner[at.Name]
				mu.Unlock()
				if id == "" {
					id = at.Name
				}
				changed.URL.Path = UploadPath(at.Repo, id)
			}
			a := Pass(next, changed)
			editLocation(a, func(location *url.URL, at Place) {
				mu.Lock()
				defer mu.Unlock()
				name := outer[at.Name]
				if name == "" {
					name = rename(at.Name)
					outer[at.Name], inner[name] = name, at.Name
				}
				location.Path = UploadPath(at.Repo, name)
			})
			return a
		})(next)
	}
}

// ShortNames cuts the names of uploads to eight characters.
func ShortNames(id string) string { return id[:8] }

// SessionInQuery names uploads by a parameter, with the same path for all.
func SessionInQuery(next http.Handler) http.Handler {
	return Handle(aboutUpload, func(next http.Handler, req *http.Request) *Answer {
		changed := req.Clone(req.Context())
		if id := req.URL.Query().Get("upload"); id != "" {
			changed.URL.Path = UploadPath(PlaceOf(req).Repo, id)
			DelParameters("upload")(changed)
		}
		a := Pass(next, changed)
		editLocation(a, func(location *url.URL, at Place) {
			q := location.Query()
			q.Set("upload", at.Name)
			location.Path, location.RawQuery = UploadPath(at.Repo, "session"), q.Encode()
		})
		return a
	})(next)
}

// DeadUploads ends an upload at once when it started with an answer 202 to a matching
// request.
func DeadUploads(w When) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if location, err := url.Parse(a.Header.Get("Location")); err == nil && a.Status == http.StatusAccepted {
			Ask(next, req, http.MethodDelete, location.Path, nil)
		}
		return a
	})
}

// EndsWhenOutOfOrder ends an upload when a chunk is out of order.
func EndsWhenOutOfOrder(next http.Handler) http.Handler {
	return Handle(PatchUpload, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if a.Status == http.StatusRequestedRangeNotSatisfiable {
			Ask(next, req, http.MethodDelete, req.URL.Path, nil)
		}
		return a
	})(next)
}

// RefusesAfterGap answers every further chunk of an upload with 416 after one was out of
// order.
func RefusesAfterGap(next http.Handler) http.Handler {
	broken := new(Marks) // by the name of the upload
	return Handle(PatchUpload, func(next http.Handler, req *http.Request) *Answer {
		at := PlaceOf(req)
		if broken.Has(at.Name) {
			return NewAnswer(req, Refuse(http.StatusRequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID"))
		}
		a := Pass(next, req)
		if a.Status == http.StatusRequestedRangeNotSatisfiable {
			broken.Add(at.Name)
		}
		return a
	})(next)
}

// OfNewUpload sets the Location of the request and a Range of no bytes, as if the
// upload existed.
func OfNewUpload(code int) Change {
	return func(a *Answer) {
		a.Status, a.Body = code, nil
		a.Header = http.Header{"Location": {a.Request.URL.RequestURI()}, "Range": {"0-0"}}
	}
}

// WithoutHyphens removes the hyphens from a UUID.
func WithoutHyphens(id string) string { return strings.ReplaceAll(id, "-", "") }

// AfterChunk changes the answers to matching requests to an upload that has received a
// chunk.
func AfterChunk(w When, changes ...Change) Middleware {
	return func(next http.Handler) http.Handler {
		chunked := new(Marks)
		handler := OnAnswer(PatchUpload, OK(func(a *Answer) { chunked.Add(a.Request.URL.Path) }))(next)
		return OnAnswer(w.And(chunked.atPath), changes...)(handler)
	}
}
