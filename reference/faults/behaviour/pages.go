package behaviour

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// TagPagesOfOne makes each page have one tag, whatever n is.
var TagPagesOfOne = OnRequest(ListTags.And(Not(WithValue("n", "0"))), SetParameter("n", "1"))

// EditLink changes a Link, if there is one.
func EditLink(pattern, with string) Change {
	compiled := regexp.MustCompile(pattern)
	return SetFrom("Link", func(v string) string { return compiled.ReplaceAllString(v, with) })
}

// TokenPages makes the Links of matching lists name the next page by a token that only
// the registry understands.
func TokenPages(w When) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		changed := req.Clone(req.Context())
		if token := req.URL.Query().Get("next_page"); token != "" {
			changed.URL.RawQuery = string(flipped([]byte(token)))
		}
		a := Pass(next, changed)
		if link := a.Header.Get("Link"); link != "" {
			_, query, _ := strings.Cut(link[1:strings.Index(link, ">")], "?")
			token := url.Values{"next_page": {string(flipped([]byte(query)))}}
			a.Header.Set("Link", "<"+req.URL.Path+"?"+token.Encode()+`>; rel="next"`)
		}
		return a
	})
}

// NewestFirstPages gives lists of referrers one entry to a page, the newest first. A page
// is named by its position: a push moves each entry to the next page.
func NewestFirstPages(next http.Handler) http.Handler {
	return Handle(ListReferrers, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, Edited(req, DelParameters("at")))
		q := req.URL.Query()
		at, _ := strconv.Atoi(q.Get("at"))
		ReferrerList(func(list []Object) []Object {
			if at >= len(list) {
				return nil
			}
			if at+1 < len(list) {
				q.Set("at", strconv.Itoa(at+1))
				a.Header.Set("Link", "<"+req.URL.Path+"?"+q.Encode()+`>; rel="next"`)
			}
			return Reversed(list)[at : at+1]
		})(a)
		return a
	})(next)
}

// EmptyFirstPage puts an empty page in front of lists of referrers that are not empty.
func EmptyFirstPage(next http.Handler) http.Handler {
	return Handle(ListReferrers, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, Edited(req, DelParameters("page")))
		if req.URL.Query().Has("page") || !a.OK() || IsEmptyList(a) {
			return a
		}
		q := req.URL.Query()
		q.Set("page", "2")
		a.Header.Set("Link", "<"+req.URL.Path+"?"+q.Encode()+`>; rel="next"`)
		ReferrerList(None)(a)
		return a
	})(next)
}

// NextIsItself sets a Link to the page itself.
func NextIsItself(a *Answer) { a.Header.Set("Link", "<"+OwnURL(a.Request)+`>; rel="next"`) }

// AbsoluteLink makes the Link absolute.
func AbsoluteLink(a *Answer) { EditLink(`^<`, "<http://"+a.Request.Host)(a) }

// LinkToFirst adds a Link to the first page, in a header of its own, before the Link to
// the next page.
func LinkToFirst(a *Answer) {
	if next := a.Header.Get("Link"); next != "" {
		All(Set("Link", `</v2/>; rel="first"`), Add("Link", next))(a)
	}
}
