package scenarios

import (
	"fmt"
	"net/http"
	"strings"

	"assay/conformance/client/stage"
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// Lists of tags.
var (
	PlainTags = add(scenario{
		Name: "tags", Does: "answers as the specification has it", Shows: require.ClientDiscoveryTagsList, Steps: tags, Before: fiveTags,
	})
	TagsLink = add(scenario{
		Name: "tags-link", Does: "lists two of 25 tags in a page, with a Link to the next page", Steps: tags,
		Before: func(w *stage.World) {
			w.Hold(w.Image, "")
			w.HoldTags(w.Image, names("tag-%02d", 25))
		},
		Behaviour: does(OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsLinkQuery = add(scenario{
		Name: "tags-link-query", Does: "lists two tags in a page, with a Link whose query only the registry understands", Steps: tags, Before: fiveTags,
		Behaviour: does(TokenPages(ListTags), OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsLinkAbsolute = add(scenario{
		Name: "tags-link-absolute", Does: "lists two tags in a page, with an absolute Link to the next page, and has an empty page between", Steps: tags, Before: fiveTags,
		Behaviour: does(OnAnswer(ListTags, AbsoluteLink), emptyPage, OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsLinkPath = add(scenario{
		Name: "tags-link-path", Does: "lists two tags in a page, with a Link to the next page at another path", Steps: tags, Before: fiveTags,
		Behaviour: does(pagesElsewhere, OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsLinkForm = add(scenario{
		Name: "tags-link-form", Does: "lists two tags in a page, with a Link to the first page, and one to the next page that has a title; it refuses the 20th request", Steps: tags, Before: fiveTags,
		// A client that follows the Link to the first page would do so for ever.
		Behaviour: does(FromNth(20, ListTags, Refuse(http.StatusInternalServerError, "UNKNOWN")), OnAnswer(ListTags, OK(func(a *Answer) {
			if link := a.Header.Get("Link"); link != "" {
				path, _, _ := strings.Cut(link, ";")
				a.Header.Set("Link", "<"+a.Request.URL.Path+`?n=2>; rel="first", `+path+`; title="more tags"; rel=next`)
			}
		})), OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsNone = add(scenario{
		Name: "tags-empty", Does: "has a repository without tags", Steps: tags,
		Before: func(w *stage.World) { w.Hold(w.Image, "") },
	})
	TagsFail = add(scenario{
		Name: "tags-page-fails", Does: "lists two tags in a page, with a Link to the next page, which it refuses with 500", Steps: tags, Before: fiveTags,
		Behaviour: does(Instead(ListTags.And(WithParameter("last")), Refuse(http.StatusInternalServerError, "UNKNOWN")), OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsWithoutLink = add(scenario{
		Name: "tags-without-link", Does: "has 1100 tags, and sends no Link to a client that asks for n of them", Steps: tags,
		Before: func(w *stage.World) {
			w.Hold(w.Image, "")
			w.HoldTags(w.Image, names("tag-%04d", manyTags))
		},
		Behaviour: does(OnAnswer(ListTags, Del("Link"))),
	})
)

const manyTags = 1100

func fiveTags(w *stage.World) {
	for _, tag := range strings.Fields("v1 v2 v10 latest stable") {
		w.Hold(w.Image, tag)
	}
}

// names are some names, in order.
func names(format string, count int) []string {
	var all []string
	for i := range count {
		all = append(all, fmt.Sprintf(format, i))
	}
	return all
}

// pagesElsewhere has all pages of a list of tags but the first one at another path. At the
// usual path there is nothing behind the first page.
func pagesElsewhere(next http.Handler) http.Handler {
	const path = "/pages"
	linked := OnAnswer(ListTags, OK(EditLink(`^<`, "<"+path)))
	usual := linked(Handle(ListTags.And(WithParameter("last")), func(_ http.Handler, req *http.Request) *Answer {
		return NewAnswer(req, Text("application/json", `{"name":"`+PlaceOf(req).Repo+`","tags":[]}`))
	})(next))
	return below(path, linked(next), usual)
}

// emptyPage puts an empty page before each page of a list of tags but the first one. The
// empty page leads on with another n.
func emptyPage(next http.Handler) http.Handler {
	return Handle(ListTags.And(WithParameter("last")), func(next http.Handler, req *http.Request) *Answer {
		query := req.URL.Query()
		if query.Get("n") != "2" {
			return Pass(next, req)
		}
		query.Set("n", "3")
		return NewAnswer(req, Text("application/json", `{"name":"`+PlaceOf(req).Repo+`","tags":[]}`),
			Set("Link", "<"+req.URL.Path+"?"+query.Encode()+`>; rel="next"`))
	})(next)
}
