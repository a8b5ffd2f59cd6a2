package behaviour

import (
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
)

// PushedAgainWith changes the answers to pushes of content that already exists.
func PushedAgainWith(c Change) Middleware {
	return Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		there := Ask(next, req, http.MethodHead, req.URL.Path, nil)
		same := there.OK() && there.Header.Get(DigestHeader) == digest.FromBytes(BodyOf(req)).String()
		a := Pass(next, req)
		if same && a.OK() {
			c(a)
		}
		return a
	})
}

// KeepRefused stores a manifest under its own digest when it was pushed under the
// digest of another and refused.
func KeepRefused(next http.Handler) http.Handler {
	return Handle(PutManifest.And(ByValidDigest), func(next http.Handler, req *http.Request) *Answer {
		data := BodyOf(req)
		a := Pass(next, req)
		if own := digest.FromBytes(data).String(); !a.OK() && own != PlaceOf(req).Name {
			pushAt(next, req, own, data)
		}
		return a
	})(next)
}

// TagByDigest makes a tag for a manifest that is pushed by digest.
func TagByDigest(next http.Handler) http.Handler {
	return Handle(PutManifest.And(ByValidDigest), func(next http.Handler, req *http.Request) *Answer {
		data := BodyOf(req)
		a := Pass(next, req)
		if a.OK() {
			pushAt(next, req, "untagged-"+digest.FromBytes(data).Encoded()[:12], data)
		}
		return a
	})(next)
}

// pushAt pushes a manifest under another reference.
func pushAt(next http.Handler, req *http.Request, reference string, data []byte) {
	Ask(next, req, http.MethodPut, ManifestPath(PlaceOf(req).Repo, reference), data, "Content-Type", req.Header.Get("Content-Type"))
}

// OneTag removes the older tags of a manifest when it is pushed by another tag.
func OneTag(next http.Handler) http.Handler {
	newest := new(Memory[string]) // tags by repository and digest
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		at, d := PlaceOf(req), digest.FromBytes(BodyOf(req)).String()
		a := Pass(next, req)
		if a.OK() {
			newest.Put(at.Repo+" "+d, at.Name)
		}
		return a
	})(next)
	return Handle(PullManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		a, at := Pass(next, req), PlaceOf(req)
		if tag, known := newest.Get(at.Repo + " " + a.Header.Get(DigestHeader)); a.OK() && known && tag != at.Name {
			Refuse(http.StatusNotFound, "MANIFEST_UNKNOWN")(a)
		}
		return a
	})(handler)
}

// GoneWhenMoved hides the manifest that a tag named before it was moved.
func GoneWhenMoved(next http.Handler) http.Handler {
	gone := new(Marks)
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		old := Ask(next, req, http.MethodHead, req.URL.Path, nil).Header.Get(DigestHeader)
		own := digest.FromBytes(BodyOf(req)).String()
		a := Pass(next, req)
		if a.OK() && old != "" && old != own {
			gone.Add(strings.TrimSuffix(req.URL.Path, PlaceOf(req).Name) + old)
		}
		return a
	})(next)
	return OnAnswer(PullManifest.And(gone.atPath), OK(Refuse(http.StatusNotFound, "MANIFEST_UNKNOWN")))(handler)
}
