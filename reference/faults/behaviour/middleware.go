// Package behaviour has the words in which faults and variants are written. They change
// a request before the registry receives it, the answer before the client receives it,
// or the content that the registry keeps.
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

// Middleware is put in front of the registry. Each server makes its own, so that it
// remembers only one run.
type Middleware = func(http.Handler) http.Handler

// OnAnswer changes the answers to the requests that match.
func OnAnswer(w When, changes ...Change) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		All(changes...)(a)
		return a
	})
}

// Instead answers the matching requests without asking the registry. The answer is 200
// without a body, edited with changes.
func Instead(w When, changes ...Change) Middleware {
	return Handle(w, func(_ http.Handler, req *http.Request) *Answer { return NewAnswer(req, changes...) })
}

// OnRequest edits the matching requests before the registry receives them.
func OnRequest(w When, edits ...Edit) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		return Pass(next, Edited(req, edits...))
	})
}

// Handle answers the matching requests with the result of f. next is the registry.
func Handle(w When, f func(next http.Handler, req *http.Request) *Answer) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
			if !w(req) {
				next.ServeHTTP(out, req)
				return
			}
			a := f(next, req)
			a.Request = req // the request as it was received, without edits
			a.send(out)
		})
	}
}

// Only applies the middleware to the matching requests alone.
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
