package behaviour

import (
	"net/http"
	"slices"

	"github.com/opencontainers/go-digest"
)

// Changes of how a registry treats a manifest that has referrers.

// OnReferred answers matching requests for a manifest with referrers. entries is the
// list of the referrers.
func OnReferred(w When, f func(next http.Handler, req *http.Request, subject string, entries []Object) *Answer) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		subject := named(next, req)
		if subject != "" {
			if entries := listOf(next, req, PlaceOf(req).Repo, subject); len(entries) > 0 {
				return f(next, req, subject, entries)
			}
		}
		return Pass(next, req)
	})
}

// named is the digest of the manifest that a request names. It is empty when there is
// none.
func named(next http.Handler, req *http.Request) string {
	return Ask(next, req, http.MethodHead, req.URL.Path, nil).Header.Get(DigestHeader)
}

// Referred changes the answers to matching requests for a manifest with referrers.
func Referred(w When, changes ...Change) Middleware {
	return OnReferred(w, func(next http.Handler, req *http.Request, _ string, _ []Object) *Answer {
		a := Pass(next, req)
		All(changes...)(a)
		return a
	})
}

// InsteadReferred answers matching requests for a manifest with referrers without
// asking the registry.
func InsteadReferred(w When, changes ...Change) Middleware {
	return OnReferred(w, func(_ http.Handler, req *http.Request, _ string, _ []Object) *Answer {
		return NewAnswer(req, changes...)
	})
}

// FirstReferrer gives the first referrer of a manifest instead of the manifest.
func FirstReferrer(w When) Middleware {
	return OnReferred(w, func(next http.Handler, req *http.Request, _ string, entries []Object) *Answer {
		return Ask(next, req, req.Method, ManifestPath(PlaceOf(req).Repo, Field(entries[0], "digest")), nil)
	})
}

// DigestOfReferrer names the first referrer of a manifest in Docker-Content-Digest.
func DigestOfReferrer(w When) Middleware {
	return OnReferred(w, func(next http.Handler, req *http.Request, _ string, entries []Object) *Answer {
		a := Pass(next, req)
		a.Header.Set(DigestHeader, Field(entries[0], "digest"))
		return a
	})
}

// IndexesOfReferred changes the answers to requests for indexes that list a manifest
// with referrers.
func IndexesOfReferred(changes ...Change) Middleware {
	return Handle(GetManifest, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		for _, e := range Entries(Parsed(a.Body), "manifests") {
			if len(listOf(next, req, PlaceOf(req).Repo, Field(e, "digest"))) > 0 {
				All(changes...)(a)
				break
			}
		}
		return a
	})
}

// ReferredTags edits the list of tags. referred maps the tags whose manifest has
// referrers to its digest.
func ReferredTags(edit func(tags []string, referred map[string]string) []string) Middleware {
	return Handle(ListAllTags, func(next http.Handler, req *http.Request) *Answer {
		a, repo := Pass(next, req), PlaceOf(req).Repo
		referred := map[string]string{}
		for _, tag := range tagsIn(next, req, repo) {
			d := Ask(next, req, http.MethodHead, ManifestPath(repo, tag), nil).Header.Get(DigestHeader)
			if d != "" && len(listOf(next, req, repo, d)) > 0 {
				referred[tag] = d
			}
		}
		TagList(func(tags []string) []string { return edit(tags, referred) })(a)
		return a
	})
}

// OnMoveOfReferred answers the pushes that would move a tag from a manifest with
// referrers to another manifest.
func OnMoveOfReferred(f func(next http.Handler, req *http.Request, subject string) *Answer) Middleware {
	return OnReferred(PutManifest.And(ByTag), func(next http.Handler, req *http.Request, subject string, _ []Object) *Answer {
		if subject == digest.FromBytes(BodyOf(req)).String() {
			return Pass(next, req)
		}
		return f(next, req, subject)
	})
}

// StuckTag stores the manifest but does not move the tag.
func StuckTag(next http.Handler, req *http.Request, _ string) *Answer {
	d := digest.FromBytes(BodyOf(req)).String()
	return Pass(next, Edited(req, SetPath(ManifestPath(PlaceOf(req).Repo, d))))
}

// RefuseReferredAgain refuses to push a manifest again when it has referrers.
func RefuseReferredAgain(code int) Middleware {
	return Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		d := digest.FromBytes(BodyOf(req)).String()
		repo := PlaceOf(req).Repo
		if Exists(next, req, ManifestPath(repo, d)) && len(listOf(next, req, repo, d)) > 0 {
			return NewAnswer(req, Refuse(code, "DENIED"))
		}
		return Pass(next, req)
	})
}

// digestsIn are the digests of the entries of a list.
func digestsIn(entries []Object) []string {
	var all []string
	for _, e := range entries {
		all = append(all, Field(e, "digest"))
	}
	return all
}

// blobsIn are the digests of the config and the layers of a manifest.
func blobsIn(next http.Handler, req *http.Request, repo, manifest string) []string {
	return slices.DeleteFunc(allBlobsIn(next, req, repo, manifest), func(d string) bool { return d == EmptyDigest })
}

// allBlobsIn are the blobs of a manifest, the empty one included.
func allBlobsIn(next http.Handler, req *http.Request, repo, manifest string) []string {
	d := Parsed(Ask(next, req, http.MethodGet, ManifestPath(repo, manifest), nil).Body)
	all := append([]string{Field(d, "config", "digest")}, digestsIn(Entries(d, "layers"))...)
	return slices.DeleteFunc(all, func(d string) bool { return d == "" })
}

// ReferrersOf are the digests of the referrers of a manifest.
func ReferrersOf(next http.Handler, req *http.Request, subject string) []string {
	return digestsIn(listOf(next, req, PlaceOf(req).Repo, subject))
}

// LayersOf are the digests of the layers of a manifest.
func LayersOf(next http.Handler, req *http.Request, manifest string) []string {
	path := ManifestPath(PlaceOf(req).Repo, manifest)
	return digestsIn(Entries(Parsed(Ask(next, req, http.MethodGet, path, nil).Body), "layers"))
}

// PartsOfShared changes the answers to requests for a range of a layer that a manifest
// with referrers has.
func PartsOfShared(changes ...Change) Middleware {
	return func(next http.Handler) http.Handler {
		shared := new(Marks)
		handler := OnSubject(func(next http.Handler, req *http.Request, _ *Answer, subject string) {
			for _, d := range LayersOf(next, req, subject) {
				shared.Add(BlobPath(PlaceOf(req).Repo, d))
			}
		})(next)
		return OnAnswer(GetPart.And(shared.atPath), changes...)(handler)
	}
}

// UnlistedWhenMoved no longer lists the referrers of a manifest after a tag was moved
// away from it.
func UnlistedWhenMoved(next http.Handler) http.Handler {
	left := new(Marks)
	handler := OnMoveOfReferred(func(next http.Handler, req *http.Request, subject string) *Answer {
		left.Add(ReferrersPath(PlaceOf(req).Repo, subject))
		return Pass(next, req)
	})(next)
	return OnAnswer(ListReferrers.And(left.atPath), ReferrerList(None))(handler)
}
