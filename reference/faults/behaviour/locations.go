package behaviour

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// Redirected redirects the matching requests to another host.
func Redirected(code int, w When) func(address string) Middleware {
	return func(address string) Middleware {
		return Instead(w, Status(code), SetRequested("Location", func(req *http.Request) string {
			return "http://" + address + req.URL.RequestURI()
		}))
	}
}

// LocationsAt makes the Locations in the answers to matching requests point to another
// host.
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

// RelativeLocations makes the Locations of uploads relative to the path of the request.
// This path ends with a slash, or with the name of the upload.
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

// addQuery adds a parameter to the Location of an upload.
func addQuery(a *Answer, name, value string) {
	editLocation(a, func(location *url.URL, _ Place) {
		q := location.Query()
		q.Set(name, value)
		location.RawQuery = q.Encode()
	})
}

// DemandedQuery refuses requests for an upload that lack the parameters of its
// Location.
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

// ChangingLocations gives an upload a new Location with each answer. It refuses chunks
// and ends of uploads that are sent to an older one.
func ChangingLocations(next http.Handler) http.Handler { return changingLocations("PATCH PUT")(next) }

// NewestLocations is ChangingLocations, and also refuses to tell the status at an older one.
func NewestLocations(next http.Handler) http.Handler { return changingLocations("GET PATCH PUT")(next) }

func changingLocations(refused string) Middleware {
	return func(next http.Handler) http.Handler { return changing(next, Is(refused)) }
}

func changing(next http.Handler, refused When) http.Handler {
	var count atomic.Int64
	newest := new(Memory[string]) // by path of the session
	return Handle(aboutUpload, func(next http.Handler, req *http.Request) *Answer {
		if turn, found := newest.Get(req.URL.Path); found && refused(req) && req.URL.Query().Get("turn") != turn {
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

// pathOf is the path of a URL. It is empty when the URL is malformed.
func pathOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Path
}

// Nowhere sets a Location in the repository at which no blob exists.
func Nowhere(a *Answer) { a.Header.Set("Location", BlobPath(PlaceOf(a.Request).Repo, ZeroDigest)) }

// NowhereManifest sets a Location in the repository at which no manifest exists.
func NowhereManifest(a *Answer) {
	a.Header.Set("Location", ManifestPath(PlaceOf(a.Request).Repo, ZeroDigest))
}

// LocationByDigest sets the Location of a manifest by its digest.
func LocationByDigest(a *Answer) {
	a.Header.Set("Location", ManifestPath(PlaceOf(a.Request).Repo, a.Header.Get(DigestHeader)))
}

// ToStorage redirects pulls of blobs to a storage that does not send the registry's own
// headers. The redirect itself has them.
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
