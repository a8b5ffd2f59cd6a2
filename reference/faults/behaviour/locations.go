package behaviour

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// Redirected sends the clients that match to another host.
func Redirected(code int, w When) func(address string) Middleware {
	return func(address string) Middleware {
		return Instead(w, Status(code), SetRequested("Location", func(req *http.Request) string {
			return "http://" + address + req.URL.RequestURI()
		}))
	}
}

// LocationsAt puts the Locations of the answers to what matches at another host.
func LocationsAt(w When) func(address string) Middleware {
	return func(address string) Middleware {
		return OnAnswer(w, SetFrom("Location", Prepended("http://"+address)))
	}
}

// AbsoluteLocations makes every Location absolute.
func AbsoluteLocations(next http.Handler) http.Handler {
	return OnAnswer(Always, func(a *Answer) {
		if location := a.Header.Get("Location"); strings.HasPrefix(location, "/") {
			a.Header.Set("Location", "http://"+a.Request.Host+location)
		}
	})(next)
}

// RelativeLocations names uploads without their path: what the client asked
// ends with a slash, or with the name itself.
func RelativeLocations(next http.Handler) http.Handler {
	return OnAnswer(Is("POST PATCH GET", Uploads, Session), OK(SetFrom("Location", func(v string) string {
		location, err := url.Parse(v)
		if err != nil || !strings.Contains(location.Path, "/uploads/") {
			return v
		}
		location.Path = location.Path[strings.LastIndex(location.Path, "/")+1:]
		return location.String()
	})))(next)
}

// addQuery adds a parameter to the Locations of uploads.
func addQuery(a *Answer, name, value string) {
	editLocation(a, func(location *url.URL, _ Place) {
		q := location.Query()
		q.Set(name, value)
		location.RawQuery = q.Encode()
	})
}

// DemandedQuery refuses requests for an upload without the parameters that its
// Location has.
func DemandedQuery(next http.Handler) http.Handler {
	const signature = "a+b/c=="
	return Handle(aboutUpload, func(next http.Handler, req *http.Request) *Answer {
		if PlaceOf(req).Kind == Session && req.URL.Query().Get("signature") != signature {
			return NewAnswer(req, Refuse(403, "DENIED"))
		}
		a := Pass(next, Edited(req, DelParameters("signature")))
		addQuery(a, "signature", signature)
		return a
	})(next)
}

// ChangingLocations refuses chunks and ends that are sent to a Location that
// was replaced by a later one.
func ChangingLocations(next http.Handler) http.Handler {
	var count atomic.Int64
	newest := new(Memory[string]) // by path of the session
	return Handle(aboutUpload, func(next http.Handler, req *http.Request) *Answer {
		if turn, found := newest.Get(req.URL.Path); found && Is("PATCH PUT")(req) && req.URL.Query().Get("turn") != turn {
			return NewAnswer(req, Refuse(404, "BLOB_UPLOAD_UNKNOWN"))
		}
		a := Pass(next, Edited(req, DelParameters("turn")))
		turn := strconv.FormatInt(count.Add(1), 10)
		addQuery(a, "turn", turn)
		if location, err := url.Parse(a.Header.Get("Location")); err == nil && a.OK() && Is("POST PATCH GET")(req) {
			newest.Put(location.Path, turn)
		}
		return a
	})(next)
}

// pathOf is the path of a URL; empty if it is none.
func pathOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Path
}

// Nowhere is a Location in the repository at which there is no blob.
func Nowhere(a *Answer) { a.Header.Set("Location", BlobPath(PlaceOf(a.Request).Repo, ZeroDigest)) }

// NowhereManifest is a Location in the repository at which there is no manifest.
func NowhereManifest(a *Answer) {
	a.Header.Set("Location", ManifestPath(PlaceOf(a.Request).Repo, ZeroDigest))
}

// LocationByDigest is the Location of a manifest by its digest.
func LocationByDigest(a *Answer) {
	a.Header.Set("Location", ManifestPath(PlaceOf(a.Request).Repo, a.Header.Get(DigestHeader)))
}

// ToStorage redirects pulls of blobs to a storage that does not know the registry's
// headers. The redirect has them.
func ToStorage(next http.Handler) http.Handler {
	return Handle(PullBlob, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if !a.OK() {
			return a
		}
		if req.URL.Query().Has("storage") {
			a.Header.Del(DigestHeader)
			return a
		}
		return NewAnswer(req, Status(http.StatusTemporaryRedirect),
			Set("Location", req.URL.Path+"?storage=1"), Set(DigestHeader, PlaceOf(req).Name))
	})(next)
}
