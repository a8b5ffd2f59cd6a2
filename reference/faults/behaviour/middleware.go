// Package behaviour is the language in which faults and variants are written: what is
// done to a request before the registry gets it, to the answer before the client gets
// it, and to what the registry keeps.
//
// A sentence begins with one of [OnAnswer], [OnRequest], [Instead] or [Handle],
// names the requests that it is about (a [When]), and then what happens to
// them:
//
//	OnAnswer(PatchUpload, OK(Del("Range")))
//	Instead(DeleteTag, Refuse(404, "MANIFEST_UNKNOWN"))
//	OnRequest(ListTags, DelParameters("last"))
//
// Behaviour that needs a memory, such as a tag that does not move, has a
// function of its own.
package behaviour

import (
	"net/http"
	"slices"
)

// Middleware stands in front of the registry. It is made anew for each server,
// so that what it remembers is of one run.
type Middleware = func(http.Handler) http.Handler

// OnAnswer changes the answers to the requests that match.
func OnAnswer(w When, changes ...Change) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		All(changes...)(a)
		return a
	})
}

// Instead answers the requests that match without asking the registry: with
// 200 and nothing, changed by changes.
func Instead(w When, changes ...Change) Middleware {
	return Handle(w, func(_ http.Handler, req *http.Request) *Answer { return NewAnswer(req, changes...) })
}

// OnRequest edits the requests that match before they get to the registry.
func OnRequest(w When, edits ...Edit) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		return Pass(next, Edited(req, edits...))
	})
}

// Handle answers the requests that match with what f makes of them; next is
// the registry.
func Handle(w When, f func(next http.Handler, req *http.Request) *Answer) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
			if !w(req) {
				next.ServeHTTP(out, req)
				return
			}
			a := f(next, req)
			a.Request = req // the one that came, whatever was made of it
			a.send(out)
		})
	}
}

// Only puts the middleware in front of the requests that match.
func Only(w When, m Middleware) Middleware {
	return func(next http.Handler) http.Handler {
		changed := m(next)
		return http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
			if w(req) {
				changed.ServeHTTP(out, req)
				return
			}
			next.ServeHTTP(out, req)
		})
	}
}

// Chain puts the first in front of the others.
func Chain(parts ...Middleware) Middleware {
	return func(next http.Handler) http.Handler {
		for _, m := range slices.Backward(parts) {
			next = m(next)
		}
		return next
	}
}
