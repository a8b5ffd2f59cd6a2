package behaviour

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// TagList edits the tags of a list.
func TagList(edit func([]string) []string) Change {
	return OK(EditJSON(func(d Object) {
		var tags []string
		list, _ := d["tags"].([]any)
		for _, tag := range list {
			s, _ := tag.(string)
			tags = append(tags, s)
		}
		tags = edit(tags)
		if tags == nil {
			tags = []string{}
		}
		d["tags"] = tags
	}))
}

// WithoutTags removes the tags that match the pattern.
func WithoutTags(pattern string) func([]string) []string {
	compiled := regexp.MustCompile(pattern)
	return func(tags []string) []string { return slices.DeleteFunc(tags, compiled.MatchString) }
}

// ShortRepository removes the first part of the repository name in a list.
func ShortRepository(d Object) {
	name := Field(d, "name")
	d["name"] = name[strings.Index(name, "/")+1:]
}

// tagsIn requests the tags of a repository. It returns none when the request fails.
func tagsIn(next http.Handler, req *http.Request, repo string) []string {
	var list struct{ Tags []string }
	_ = json.Unmarshal(Ask(next, req, http.MethodGet, TagsPath(repo), nil).Body, &list)
	return list.Tags
}

// NoTagsAtAll makes an answer the empty list of the repository.
func NoTagsAtAll(a *Answer) {
	Text("application/json", fmt.Sprintf(`{"name":%q,"tags":[]}`, PlaceOf(a.Request).Repo))(a)
}

// LastListed adds the tag that the parameter last names to the list.
func LastListed(a *Answer) {
	TagList(func(tags []string) []string { return append([]string{a.Request.URL.Query().Get("last")}, tags...) })(a)
}

// LastOnes lists the last n tags instead of the first n.
func LastOnes(next http.Handler) http.Handler {
	return Handle(ListFirstTagsByN.And(Not(ListNoTags)), func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, Edited(req, DelParameters("n")))
		n, _ := strconv.Atoi(req.URL.Query().Get("n"))
		if n == 1000 {
			n = 1 // there are fewer than n tags, and the first must be missing all the same
		}
		TagList(func(tags []string) []string { return tags[max(0, len(tags)-n):] })(a)
		return a
	})(next)
}

// DeletedTagsListed keeps deleted tags in the list.
func DeletedTagsListed(next http.Handler) http.Handler {
	deleted := new(Marks) // repository and tag
	handler := Handle(DeleteTag, func(next http.Handler, req *http.Request) *Answer {
		a, at := Pass(next, req), PlaceOf(req)
		if a.OK() {
			deleted.Add(at.Repo + " " + at.Name)
		}
		return a
	})(next)
	return OnAnswer(ListTags.And(Not(WithParameter("n"))), func(a *Answer) {
		TagList(func(tags []string) []string {
			for _, word := range deleted.List() {
				if repo, tag, _ := strings.Cut(word, " "); repo == PlaceOf(a.Request).Repo && !slices.Contains(tags, tag) {
					tags = append(tags, tag)
				}
			}
			slices.Sort(tags)
			return tags
		})(a)
	})(handler)
}

// TagsOfAllListed adds the tags of all repositories to every whole list.
func TagsOfAllListed(next http.Handler) http.Handler {
	return Everywhere(func(repos *Marks) Middleware {
		return Handle(ListTags.And(Not(WithParameter("n"))), func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			for _, repo := range repos.List() {
				if repo == PlaceOf(req).Repo {
					continue
				}
				TagList(func(tags []string) []string {
					tags = append(tags, tagsIn(next, req, repo)...)
					slices.Sort(tags)
					return slices.Compact(tags)
				})(a)
			}
			return a
		})
	})(next)
}

// MovedTagsTwice lists the tags twice that were moved.
func MovedTagsTwice(next http.Handler) http.Handler {
	moved := new(Marks)
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		there := Ask(next, req, http.MethodHead, req.URL.Path, nil)
		a := Pass(next, req)
		if a.OK() && there.OK() && there.Header.Get(DigestHeader) != a.Header.Get(DigestHeader) {
			moved.Add(PlaceOf(req).Name)
		}
		return a
	})(next)
	return OnAnswer(ListTags.And(Not(WithParameter("n"))), TagList(func(tags []string) []string {
		var twice []string
		for _, tag := range tags {
			twice = append(twice, tag)
			if moved.Has(tag) {
				twice = append(twice, tag)
			}
		}
		return twice
	}))(handler)
}

// LateTags lists a tag only after the next tag is pushed.
func LateTags(next http.Handler) http.Handler {
	newest := new(Memory[string]) // by repository
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		a, at := Pass(next, req), PlaceOf(req)
		if a.OK() {
			newest.Put(at.Repo, at.Name)
		}
		return a
	})(next)
	return OnAnswer(ListTags, func(a *Answer) {
		last, _ := newest.Get(PlaceOf(a.Request).Repo)
		TagList(func(tags []string) []string {
			return slices.DeleteFunc(tags, func(t string) bool { return t == last })
		})(a)
	})(handler)
}

// LexicalTags sorts tags as a dictionary does, also across pages.
func LexicalTags(next http.Handler) http.Handler {
	fold := func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	}
	return Handle(ListTags, func(next http.Handler, req *http.Request) *Answer {
		q := req.URL.Query()
		changed := req.Clone(req.Context())
		changed.URL.RawQuery = ""
		a := Pass(next, changed)
		n, err := strconv.Atoi(q.Get("n"))
		if q.Has("n") && err != nil {
			return Pass(next, req)
		}
		TagList(func(tags []string) []string {
			slices.SortFunc(tags, fold)
			if last := q.Get("last"); last != "" {
				tags = slices.DeleteFunc(tags, func(t string) bool { return fold(t, last) <= 0 })
			}
			if q.Has("n") && n < len(tags) {
				tags = tags[:n]
				if n > 0 {
					a.Header.Set("Link", "<"+req.URL.Path+"?"+url.Values{"n": {strconv.Itoa(n)}, "last": {tags[n-1]}}.Encode()+`>; rel="next"`)
				}
			}
			return tags
		})(a)
		return a
	})(next)
}
