package behaviour

import (
	"net/http"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"
)

// StaleTags is a cache in front of tags that does not see when they move.
func StaleTags(next http.Handler) http.Handler {
	var mu sync.Mutex
	seen := map[string]Answer{}
	return Handle(GetManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		mu.Lock()
		defer mu.Unlock()
		a := Pass(next, req)
		if old, cached := seen[req.URL.Path]; cached && a.OK() {
			old.Request, old.Header = req, old.Header.Clone()
			return &old
		}
		if a.OK() {
			copied := *a
			copied.Header = a.Header.Clone()
			seen[req.URL.Path] = copied
		}
		return a
	})(next)
}

// MovedTags deletes a tag before it moves it. In between it waits for a request for the
// tag, but not for ever.
func MovedTags(next http.Handler) http.Handler {
	var mu sync.Mutex
	moving := map[string]chan struct{}{}
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		if Ask(next, req, http.MethodHead, req.URL.Path, nil).Status != http.StatusOK {
			return Pass(next, req)
		}
		asked := make(chan struct{}, 1)
		mu.Lock()
		moving[req.URL.Path] = asked
		mu.Unlock()
		timer := time.NewTimer(20 * time.Millisecond)
		defer timer.Stop()
		select {
		case <-asked:
		case <-timer.C:
		}
		mu.Lock()
		delete(moving, req.URL.Path)
		mu.Unlock()
		return Pass(next, req)
	})(next)
	return Handle(GetManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		mu.Lock()
		asked := moving[req.URL.Path]
		mu.Unlock()
		if asked == nil {
			return Pass(next, req)
		}
		select {
		case asked <- struct{}{}:
		default:
		}
		return NewAnswer(req, Refuse(404, "MANIFEST_UNKNOWN"))
	})(handler)
}

// MovedTagsCut sends only half of the manifest when a tag was moved.
func MovedTagsCut(next http.Handler) http.Handler {
	moved := new(Marks)
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		there := Ask(next, req, http.MethodHead, req.URL.Path, nil).Header.Get(DigestHeader)
		if there != "" && there != digest.FromBytes(BodyOf(req)).String() {
			moved.Add(req.URL.Path)
		}
		return Pass(next, req)
	})(next)
	return OnAnswer(GetManifest.And(moved.atPath), OK(Body(Halved)))(handler)
}

// StaleHeads always answers HEAD of a tag with the digest of the first HEAD.
func StaleHeads(next http.Handler) http.Handler {
	first := new(Memory[string])
	return OnAnswer(HeadManifest.And(ByTag), OK(func(a *Answer) {
		if d, seen := first.Get(a.Request.URL.Path); seen {
			a.Header.Set(DigestHeader, d)
			return
		}
		first.Put(a.Request.URL.Path, a.Header.Get(DigestHeader))
	}))(next)
}

// BlobsAsManifests answers a pull of a manifest with a blob when there is no manifest of
// this digest.
func BlobsAsManifests(next http.Handler) http.Handler {
	return Handle(GetManifest.And(ByDigest), func(next http.Handler, req *http.Request) *Answer {
		a, at := Pass(next, req), PlaceOf(req)
		if a.Status != http.StatusNotFound {
			return a
		}
		return Ask(next, req, http.MethodGet, BlobPath(at.Repo, at.Name), nil)
	})(next)
}

// TagsInAnyCase also finds a tag when its name is in upper case.
func TagsInAnyCase(next http.Handler) http.Handler {
	return Handle(PullManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		if a := Pass(next, req); a.OK() {
			return a
		}
		return Pass(next, Edited(req, LowerName))
	})(next)
}
