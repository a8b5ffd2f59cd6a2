package behaviour

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// alsoListed adds tags to the matching lists of tags. extra gives the tags for the
// repository of the request.
func alsoListed(w When, extra func(next http.Handler, req *http.Request) []string) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		a, more := Pass(next, req), extra(next, req)
		TagList(func(tags []string) []string {
			tags = append(tags, more...)
			slices.Sort(tags)
			return slices.Compact(tags)
		})(a)
		return a
	})
}

// inRepo returns the names of one repository, the repository of the request. Each word
// is a repository and a name.
func inRepo(req *http.Request, words []string) []string {
	var names []string
	for _, word := range words {
		if repo, name, _ := strings.Cut(word, " "); repo == PlaceOf(req).Repo {
			names = append(names, name)
		}
	}
	return names
}

// TagsOfDeletedListed keeps tags in the list after their manifest is deleted by digest.
func TagsOfDeletedListed(next http.Handler) http.Handler {
	deleted := new(Marks)
	handler := Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
		tags := tagsOf(next, req)
		a := Pass(next, req)
		for _, tag := range tags {
			if a.OK() {
				deleted.Add(PlaceOf(req).Repo + " " + tag)
			}
		}
		return a
	})(next)
	return alsoListed(ListAllTags, func(_ http.Handler, req *http.Request) []string { return inRepo(req, deleted.List()) })(handler)
}

// DigestsListed lists manifests that were pushed by digest as if the digest were a tag.
func DigestsListed(next http.Handler) http.Handler {
	pushed := new(Marks)
	handler := Handle(PutManifest.And(ByDigest), func(next http.Handler, req *http.Request) *Answer {
		a, at := Pass(next, req), PlaceOf(req)
		if a.OK() {
			pushed.Add(at.Repo + " " + at.Name[strings.Index(at.Name, ":")+1:])
		}
		return a
	})(next)
	return alsoListed(ListAllTags, func(_ http.Handler, req *http.Request) []string { return inRepo(req, pushed.List()) })(handler)
}

// TagsBelowListed also lists the tags of the repositories below this one.
func TagsBelowListed(next http.Handler) http.Handler {
	return Everywhere(func(repos *Marks) Middleware {
		return alsoListed(ListAllTags, func(next http.Handler, req *http.Request) []string {
			var tags []string
			for _, repo := range repos.List() {
				if strings.HasPrefix(repo, PlaceOf(req).Repo+"/") {
					tags = append(tags, tagsIn(next, req, repo)...)
				}
			}
			return tags
		})
	})(next)
}

// TagsUnlisted never lists the tags that matching requests have pushed.
func TagsUnlisted(w When) Middleware {
	return func(next http.Handler) http.Handler {
		hidden := new(Marks)
		handler := Handle(PutManifest.And(ByTag, w), func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			if a.OK() {
				hidden.Add(req.URL.Path)
			}
			return a
		})(next)
		return OnAnswer(ListTags, func(a *Answer) {
			TagList(func(tags []string) []string {
				return slices.DeleteFunc(tags, func(t string) bool { return hidden.Has(ManifestPath(PlaceOf(a.Request).Repo, t)) })
			})(a)
		})(handler)
	}
}

// NewTagsOnceUnlisted leaves the newest tag out of the next list.
func NewTagsOnceUnlisted(next http.Handler) http.Handler {
	newest := new(Memory[string]) // by repository
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		a, at := Pass(next, req), PlaceOf(req)
		if a.OK() {
			newest.Put(at.Repo, at.Name)
		}
		return a
	})(next)
	return OnAnswer(ListTags, func(a *Answer) {
		repo := PlaceOf(a.Request).Repo
		last, _ := newest.Get(repo)
		newest.Drop(repo)
		TagList(func(tags []string) []string {
			return slices.DeleteFunc(tags, func(t string) bool { return t == last })
		})(a)
	})(handler)
}

// TagsPushedAgainUnlisted never lists a deleted tag again, even after a new push.
func TagsPushedAgainUnlisted(next http.Handler) http.Handler {
	deleted := new(Marks)
	handler := OnAnswer(DeleteTag, OK(func(a *Answer) { deleted.Add(a.Request.URL.Path) }))(next)
	return OnAnswer(ListTags, func(a *Answer) {
		TagList(func(tags []string) []string {
			return slices.DeleteFunc(tags, func(t string) bool { return deleted.Has(ManifestPath(PlaceOf(a.Request).Repo, t)) })
		})(a)
	})(handler)
}

// DeletedTagsInPages keeps deleted tags in the lists that have an n.
func DeletedTagsInPages(next http.Handler) http.Handler {
	deleted := new(Marks)
	handler := OnAnswer(DeleteTag, OK(func(a *Answer) {
		at := PlaceOf(a.Request)
		deleted.Add(at.Repo + " " + at.Name)
	}))(next)
	return alsoListed(ListFirstTagsByN.And(WithValue("n", "100")), func(_ http.Handler, req *http.Request) []string {
		return inRepo(req, deleted.List())
	})(handler)
}

// ByLength sorts the tags by length, shorter ones first.
func ByLength(tags []string) []string {
	slices.SortStableFunc(tags, func(a, b string) int { return len(a) - len(b) })
	return tags
}

// ByValue sorts the tags that are numbers by their value, before the others.
func ByValue(tags []string) []string {
	value := func(tag string) int {
		if n, err := strconv.Atoi(tag); err == nil {
			return n
		}
		return math.MaxInt
	}
	slices.SortStableFunc(tags, func(a, b string) int { return cmp.Compare(value(a), value(b)) })
	return tags
}

// NewestTagLast lists the tag that was pushed last behind all others.
func NewestTagLast(next http.Handler) http.Handler {
	newest := new(Memory[string]) // by repository
	handler := OnAnswer(PutManifest.And(ByTag), OK(func(a *Answer) {
		newest.Put(PlaceOf(a.Request).Repo, PlaceOf(a.Request).Name)
	}))(next)
	whole := ListTags.And(Not(WithParameter("n")), Not(WithParameter("last")))
	return OnAnswer(whole, OK(func(a *Answer) {
		last, _ := newest.Get(PlaceOf(a.Request).Repo)
		TagList(func(tags []string) []string {
			i := slices.Index(tags, last)
			if i < 0 {
				return tags
			}
			return append(slices.Delete(tags, i, i+1), last)
		})(a)
	}))(handler)
}

// ByVersion sorts the tags such as v10 by their number, after the others.
func ByVersion(tags []string) []string {
	number := func(tag string) int {
		if n, err := strconv.Atoi(strings.TrimPrefix(tag, "v")); err == nil && tag[0] == 'v' {
			return n
		}
		return -1
	}
	slices.SortStableFunc(tags, func(a, b string) int { return cmp.Compare(number(a), number(b)) })
	return tags
}

var withoutMarks = strings.NewReplacer(".", "", "-", "", "_", "")

// WithoutMarks sorts the tags as if they had no dots, hyphens and underscores.
func WithoutMarks(tags []string) []string {
	slices.SortStableFunc(tags, func(a, b string) int { return strings.Compare(withoutMarks.Replace(a), withoutMarks.Replace(b)) })
	return tags
}

// LastIsPosition reads a last tag that is a number as a position in the list.
func LastIsPosition(next http.Handler) http.Handler {
	return Handle(ListTagsAfterLast, func(next http.Handler, req *http.Request) *Answer {
		n, err := strconv.Atoi(req.URL.Query().Get("last"))
		if err != nil {
			return Pass(next, req)
		}
		a := Pass(next, Edited(req, DelParameters("last")))
		TagList(func(tags []string) []string { return tags[min(n, len(tags)):] })(a)
		return a
	})(next)
}

// NoTags sets an empty list of tags.
func NoTags(a *Answer) bool { return strings.Contains(string(a.Body), `"tags":[]`) }

// NullTags replaces an empty list of tags by null.
var NullTags = Body(Replaced(`"tags":[]`, `"tags":null`))

// PreviousReturns gives a deleted tag the manifest that it pointed to before its last
// move.
func PreviousReturns(next http.Handler) http.Handler {
	shelf, before := new(Shelf), new(Memory[[]byte]) // by path
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		old := Ask(next, req, http.MethodGet, req.URL.Path, nil)
		a := Pass(next, req)
		if a.OK() {
			shelf.Drop(req.URL.Path)
			before.Drop(req.URL.Path)
			if old.OK() {
				before.Put(req.URL.Path, old.Body)
			}
		}
		return a
	})(next)
	handler = OnAnswer(DeleteTag, OK(func(a *Answer) {
		if old, moved := before.Get(a.Request.URL.Path); moved {
			shelf.Put(a.Request.URL.Path, ImageType, old)
		}
	}))(handler)
	return Handle(PullManifest.And(ByTag), shelf.Serve)(handler)
}
