package faults

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	require "assay/conformance/requirements"
)

// tagList edits the tags of a list.
func tagList(edit func([]string) []string) change {
	return ok(doc(func(d map[string]any) {
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

func reversed(tags []string) []string {
	slices.Reverse(tags)
	return tags
}

func without(drop func(string) bool) func([]string) []string {
	return func(tags []string) []string { return slices.DeleteFunc(tags, drop) }
}

// linkEdited changes a Link, if there is one.
func linkEdited(pattern, with string) change {
	compiled := regexp.MustCompile(pattern)
	return setFrom("Link", func(v string) string { return compiled.ReplaceAllString(v, with) })
}

func discoveryFaults() []Fault {
	whole := listTags.and(not(query("n")), not(query("last")))
	paged := listTags.and(query("n"))
	after := listTags.and(query("last"))
	zero := listTags.and(func(req *http.Request) bool { return req.URL.Query().Get("n") == "0" })
	return []Fault{
		fault("tags-203", "the list of tags is answered 203", onAnswer(listTags, ok(status(203))), require.DiscoveryTagsStatus),
		fault("tags-404", "there is no list of tags", instead(listTags, refuse(404, "UNSUPPORTED")), require.DiscoveryTagsStatus),
		fault("tags-500", "the list of tags is answered 500", instead(whole, refuse(500, "UNKNOWN")), require.DiscoveryTagsStatus),
		fault("tags-reversed", "tags come in reverse order", onAnswer(listTags, tagList(reversed)), require.DiscoveryTagsOrder),
		fault("tags-reversed-whole", "tags come in reverse order when all are listed", onAnswer(whole, tagList(reversed)), require.DiscoveryTagsOrder),
		fault("tags-rotated", "the last tag comes first", onAnswer(whole, tagList(func(tags []string) []string {
			if len(tags) > 1 {
				tags = append(tags[len(tags)-1:], tags[:len(tags)-1]...)
			}
			return tags
		})), require.DiscoveryTagsOrder).in(require.V1_0),
		fault("tags-no-name", "the list of tags does not name the repository",
			onAnswer(listTags, ok(doc(func(d map[string]any) { delete(d, "name") }))), require.DiscoveryTagsBody),
		fault("tags-other-name", "the list of tags names the repository without its first part",
			onAnswer(listTags, ok(doc(func(d map[string]any) {
				name := field(d, "name")
				d["name"] = name[strings.Index(name, "/")+1:]
			}))), require.DiscoveryTagsBody),
		fault("tags-bare-list", "the list of tags is a list alone",
			onAnswer(listTags, ok(body(func(b []byte) []byte {
				var d map[string]json.RawMessage
				_ = json.Unmarshal(b, &d) // it came from JSON
				return d["tags"]
			}))), require.DiscoveryTagsBody),
		fault("tags-text", "tags are listed in lines",
			onAnswer(listTags, ok(text("text/plain", "v1\nv2\n"))), require.DiscoveryTagsBody),
		fault("tags-incomplete-latest", "a tag called latest is not listed",
			onAnswer(listTags, tagList(without(func(t string) bool { return t == "latest" }))), require.DiscoveryTagsComplete),
		fault("tags-incomplete-reserved", "tags called index, current or link are not listed",
			onAnswer(listTags, tagList(without(func(t string) bool { return slices.Contains([]string{"index", "current", "link"}, t) }))), require.DiscoveryTagsComplete),
		fault("tags-incomplete-upper", "tags that end in upper case are not listed",
			onAnswer(listTags, tagList(without(func(t string) bool { return t != "" && t[len(t)-1] >= 'A' && t[len(t)-1] <= 'Z' }))), require.DiscoveryTagsComplete),
		fault("tags-cut-silently", "the list of tags ends after three without a Link",
			onAnswer(whole, tagList(func(tags []string) []string { return tags[:min(3, len(tags))] })), require.DiscoveryTagsComplete),
		fault("tags-stale", "the list of tags lacks the one that was pushed last", staleList, require.DiscoveryTagsComplete),
		fault("tags-deleted-stay", "the list of tags has those that were deleted", deletedTags, require.DiscoveryTagsComplete),
		fault("tags-of-all", "the list of tags has those of all repositories", tagsOfAll, require.DiscoveryTagsComplete),
		fault("tags-moved-twice", "a tag that was moved is listed twice", movedTwice, require.DiscoveryTagsComplete),
		fault("tags-pages-reversed", "the second page is in reverse order",
			onAnswer(after.and(func(req *http.Request) bool { return req.URL.Query().Get("n") == "2" }), tagList(reversed)), require.DiscoveryTagsNOrder),
		fault("tags-last-without-n", "last is ignored without n",
			onRequest(after.and(not(query("n"))), func(req *http.Request) { delQuery(req, "last") }), require.DiscoveryTagsLast),
		fault("tags-n-second", "pages of two begin with the second tag",
			onAnswer(paged.and(not(query("last")), func(req *http.Request) bool { return req.URL.Query().Get("n") == "2" }), secondFirst), require.DiscoveryTagsNStart),
		fault("tags-link-last", "the whole list has a Link with rel=\"last\"",
			onAnswer(whole, ok(set("Link", `</v2/>; rel="last"`))), require.DiscoveryTagsLink),
		fault("tags-link-last-page", "the last page has a Link with rel=\"first\"",
			onAnswer(after.and(query("n")), ok(func(a *answer) {
				if a.header.Get("Link") == "" {
					a.header.Set("Link", `</v2/>; rel="first"`)
				}
			})), require.DiscoveryTagsLink).in(require.V1_1),
		fault("tags-n-ignored", "n is ignored", onRequest(paged, func(req *http.Request) { delQuery(req, "n") }), require.DiscoveryTagsNCount),
		fault("tags-n-one-more", "there is one tag more than n",
			onRequest(paged.and(not(zero)), addToN(1)), require.DiscoveryTagsNCount),
		fault("tags-n-one-less-no-link", "there is one tag less than n, and no Link",
			chain(onAnswer(paged, del("Link")), onRequest(paged.and(not(zero)), addToN(-1))), require.DiscoveryTagsNCount),
		fault("tags-link-bare", "the Link to the next page is a URL alone",
			onAnswer(listTags, linkEdited(`^<(.*)>.*$`, "$1")), require.DiscoveryTagsLink),
		fault("tags-link-no-rel", "the Link to the next page has no rel",
			onAnswer(listTags, linkEdited(`>.*$`, ">")), require.DiscoveryTagsLink),
		fault("tags-link-other-rel", "the Link to the next page has rel=\"last\"",
			onAnswer(listTags, linkEdited(`rel="next"`, `rel="last"`)), require.DiscoveryTagsLink),
		fault("tags-link-unclosed", "the Link to the next page has no end",
			onAnswer(listTags, linkEdited(`>`, "")), require.DiscoveryTagsLink).in(require.V1_1),
		fault("tags-pages-skip", "the second page leaves a tag out",
			onAnswer(after.and(query("n")), tagList(func(tags []string) []string { return tags[min(1, len(tags)):] })), require.DiscoveryTagsPages, require.DiscoveryTagsLast),
		fault("tags-pages-repeat", "each page begins with the last tag of the one before",
			onAnswer(after.and(query("n"), func(req *http.Request) bool { return req.URL.Query().Get("n") != "100" }), func(a *answer) {
				tagList(func(tags []string) []string { return append([]string{a.req.URL.Query().Get("last")}, tags...) })(a)
			}), require.DiscoveryTagsPages),
		fault("tags-pages-end", "the second page has no Link to the third",
			onAnswer(after.and(query("n")), del("Link")), require.DiscoveryTagsPages),
		fault("tags-pages-404", "the next page is not there",
			onAnswer(after.and(func(req *http.Request) bool { return req.URL.Query().Get("n") == "2" }), refuse(404, "NAME_UNKNOWN")), require.DiscoveryTagsPages),
		fault("tags-zero-all", "n=0 lists every tag",
			onRequest(zero, func(req *http.Request) { delQuery(req, "n") }), require.DiscoveryTagsZeroEmpty),
		fault("tags-zero-400", "n=0 is refused",
			instead(zero, refuse(400, "UNSUPPORTED")), require.DiscoveryTagsZeroEmpty),
		fault("tags-zero-500-1.0", "n=0 makes the server fail",
			instead(zero, status(500)), require.DiscoveryTagsZeroEmpty).in(require.V1_0),
		fault("tags-zero-link", "n=0 has a Link",
			onAnswer(zero, ok(func(a *answer) { a.header.Set("Link", "<"+a.req.URL.RequestURI()+`>; rel="next"`) })), require.DiscoveryTagsZeroLink),
		fault("tags-n-start", "with n the list begins with the second tag",
			onAnswer(paged.and(not(query("last"))), tagList(func(tags []string) []string { return tags[min(1, len(tags)):] })), require.DiscoveryTagsNStart, require.DiscoveryTagsNCount),
		fault("tags-n-start-end", "with n the list gives the last ones",
			handle(paged.and(not(query("last")), not(zero)), func(next http.Handler, req *http.Request) *answer {
				changed := req.Clone(req.Context())
				delQuery(changed, "n")
				a := pass(next, changed)
				n, _ := strconv.Atoi(req.URL.Query().Get("n"))
				if n == 1000 {
					n = 1 // there are not as many, and the first ones are to be missing
				}
				tagList(func(tags []string) []string { return tags[max(0, len(tags)-n):] })(a)
				return a
			}), require.DiscoveryTagsNStart),
		fault("tags-n-reversed", "with n tags come in reverse order",
			onAnswer(paged.and(not(query("last"))), tagList(reversed)), require.DiscoveryTagsNOrder),
		fault("tags-last-ignored", "last is ignored",
			onRequest(after, func(req *http.Request) { delQuery(req, "last") }), require.DiscoveryTagsLast),
		fault("tags-last-inclusive", "last is listed again",
			onAnswer(after.and(func(req *http.Request) bool { return req.URL.Query().Get("n") == "100" }), func(a *answer) {
				tagList(func(tags []string) []string { return append([]string{a.req.URL.Query().Get("last")}, tags...) })(a)
			}), require.DiscoveryTagsLast),
		fault("tags-last-empty", "after last there is nothing",
			onAnswer(after, tagList(func([]string) []string { return nil })), require.DiscoveryTagsLast).in(require.V1_0),
		fault("tags-last-reversed", "after last tags come in reverse order",
			onAnswer(after, tagList(reversed)), require.DiscoveryTagsLastOrder),
	}
}

// addToN asks for more or fewer tags.
func addToN(by int) func(*http.Request) {
	return func(req *http.Request) {
		if n, err := strconv.Atoi(req.URL.Query().Get("n")); err == nil {
			setQuery(req, "n", strconv.Itoa(n+by))
		}
	}
}

// deletedTags keeps the names of tags that were deleted in the list.
func deletedTags(next http.Handler) http.Handler {
	deleted := newMarks() // repository and tag
	handler := handle(deleteTag, func(next http.Handler, req *http.Request) *answer {
		a, at := pass(next, req), placeOf(req)
		if a.ok() {
			deleted.add(at.repo + " " + at.name)
		}
		return a
	})(next)
	return onAnswer(listTags.and(not(query("n"))), func(a *answer) {
		tagList(func(tags []string) []string {
			for _, word := range deleted.list() {
				if repo, tag, _ := strings.Cut(word, " "); repo == placeOf(a.req).repo && !slices.Contains(tags, tag) {
					tags = append(tags, tag)
				}
			}
			slices.Sort(tags)
			return tags
		})(a)
	})(handler)
}

// tagsOfAll puts the tags of all repositories into every whole list.
func tagsOfAll(next http.Handler) http.Handler {
	return everywhere(func(repos *marks) Middleware {
		return handle(listTags.and(not(query("n"))), func(next http.Handler, req *http.Request) *answer {
			a := pass(next, req)
			for _, repo := range repos.list() {
				if repo == placeOf(req).repo {
					continue
				}
				var list struct{ Tags []string }
				_ = json.Unmarshal(ask(next, req, http.MethodGet, "/v2/"+repo+"/tags/list", nil).body, &list) // none when it is an error
				tagList(func(tags []string) []string {
					tags = append(tags, list.Tags...)
					slices.Sort(tags)
					return slices.Compact(tags)
				})(a)
			}
			return a
		})
	})(next)
}

// movedTwice lists tags twice that named something before.
func movedTwice(next http.Handler) http.Handler {
	moved := newMarks()
	handler := handle(putManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
		there := ask(next, req, http.MethodHead, req.URL.Path, nil)
		a := pass(next, req)
		if a.ok() && there.ok() && there.header.Get(digestHeader) != a.header.Get(digestHeader) {
			moved.add(placeOf(req).name)
		}
		return a
	})(next)
	return onAnswer(listTags.and(not(query("n"))), tagList(func(tags []string) []string {
		var twice []string
		for _, tag := range tags {
			twice = append(twice, tag)
			if moved.has(tag) {
				twice = append(twice, tag)
			}
		}
		return twice
	}))(handler)
}

// secondFirst leaves the first tag out, and its Link leads on from the last.
func secondFirst(a *answer) {
	tagList(func(tags []string) []string { return tags[min(1, len(tags)):] })(a)
}

// staleList is a list that learns of each tag when the next one is pushed.
func staleList(next http.Handler) http.Handler {
	var mu sync.Mutex
	newest := map[string]string{} // by repository
	handler := handle(putManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
		a, at := pass(next, req), placeOf(req)
		if a.ok() {
			mu.Lock()
			newest[at.repo] = at.name
			mu.Unlock()
		}
		return a
	})(next)
	return onAnswer(listTags, func(a *answer) {
		mu.Lock()
		newest := newest[placeOf(a.req).repo]
		mu.Unlock()
		tagList(without(func(t string) bool { return t == newest }))(a)
	})(handler)
}
