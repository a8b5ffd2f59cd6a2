package behaviour

import (
	"net/http"
	"strconv"
	"sync"
)

// FromSecond changes the answers from the second request for a path on.
func FromSecond(w When, changes ...Change) Middleware {
	return func(next http.Handler) http.Handler {
		asked := new(Marks)
		return OnAnswer(w, func(a *Answer) {
			if !asked.Add(a.Request.URL.Path) {
				All(changes...)(a)
			}
		})(next)
	}
}

// StaleOnce answers with the old manifest once after a tag was moved.
func StaleOnce(next http.Handler) http.Handler {
	before := new(Memory[Answer])
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		there := Ask(next, req, http.MethodGet, req.URL.Path, nil)
		if there.OK() && string(there.Body) != string(BodyOf(req)) {
			before.Put(req.URL.Path, *there)
		}
		return Pass(next, req)
	})(next)
	return Handle(GetManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		if old, found := before.Get(req.URL.Path); found {
			before.Drop(req.URL.Path)
			return &old
		}
		return Pass(next, req)
	})(handler)
}

// EqualETags gives all tags the same ETag, and answers 304 to clients that send it.
func EqualETags(next http.Handler) http.Handler {
	const equal = `"1"`
	return OnAnswer(GetManifest.And(ByTag), OK(Set("ETag", equal), func(a *Answer) {
		if a.Request.Header.Get("If-None-Match") == equal {
			a.Status, a.Body = http.StatusNotModified, nil
		}
	}))(next)
}

// RefusesOvertaken refuses an upload when another upload has stored the same blob after
// it started.
func RefusesOvertaken(next http.Handler) http.Handler {
	var mu sync.Mutex
	count, started, ended := 0, map[string]int{}, map[string]int{}
	tick := func(in map[string]int, key string) {
		mu.Lock()
		defer mu.Unlock()
		count++
		in[key] = count
	}
	handler := Handle(PutUpload, func(next http.Handler, req *http.Request) *Answer {
		blob := DigestOf(req)
		mu.Lock()
		overtaken := ended[blob] > started[PlaceOf(req).Name]
		mu.Unlock()
		if overtaken {
			return NewAnswer(req, Refuse(http.StatusConflict, "BLOB_UPLOAD_INVALID"))
		}
		a := Pass(next, req)
		if a.OK() {
			tick(ended, blob)
		}
		return a
	})(next)
	return OnAnswer(StartUpload, OK(func(a *Answer) {
		tick(started, placeAt(pathOf(a.Header.Get("Location"))).Name)
	}))(handler)
}

// EndsNext also ends another upload when an upload is cancelled: the next one that the
// same client started.
func EndsNext(next http.Handler) http.Handler {
	var mu sync.Mutex
	after, last := map[string]string{}, map[string]string{} // by path, and by client
	handler := OnAnswer(StartUpload, OK(func(a *Answer) {
		path, client := pathOf(a.Header.Get("Location")), a.Request.UserAgent()
		mu.Lock()
		defer mu.Unlock()
		after[last[client]], last[client] = path, path
	}))(next)
	return Handle(CancelUpload, func(next http.Handler, req *http.Request) *Answer {
		mu.Lock()
		path := after[req.URL.Path]
		mu.Unlock()
		a := Pass(next, req)
		if a.OK() && path != "" {
			Ask(next, req, http.MethodDelete, path, nil)
		}
		return a
	})(handler)
}

// MovedMounts removes a mounted blob from its source repository.
func MovedMounts(next http.Handler) http.Handler {
	return Handle(Mount, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if q := req.URL.Query(); a.Status == http.StatusCreated {
			Ask(next, req, http.MethodDelete, BlobPath(q.Get("from"), q.Get("mount")), nil)
		}
		return a
	})(next)
}

// HiddenMounts hides mounted blobs from HEAD, but not from GET.
func HiddenMounts(next http.Handler) http.Handler {
	mounted := new(Marks)
	handler := OnAnswer(Mount, On(http.StatusCreated, func(a *Answer) {
		mounted.Add(BlobPath(PlaceOf(a.Request).Repo, a.Request.URL.Query().Get("mount")))
	}))(next)
	return Instead(HeadBlob.And(mounted.atPath), Status(http.StatusNotFound))(handler)
}

// LengthOver matches answers to HEAD whose Content-Length is above size.
func LengthOver(size int) func(*Answer) bool {
	return func(a *Answer) bool {
		length, err := strconv.Atoi(a.Header.Get("Content-Length"))
		return err == nil && length > size
	}
}
