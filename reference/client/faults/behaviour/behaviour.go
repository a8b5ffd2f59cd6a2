// Package behaviour has the words in which the faults and variants of the reference client
// are written. They change the habits of the client, break one of its rules, or change
// what it sends and what it believes to have received.
//
// A sentence about requests begins with one of [OnRequest], [OnAnswer], [Skip], [Twice],
// [Before] or [FailsOn]. It names the requests that it is about (a [When]), and then what
// happens to them:
//
//	OnRequest(Chunk, SetHeader("Content-Range", "bytes 0-9"))
//	Skip(CloseUpload, 201)
//	FailsOn(GetManifest, Without("Docker-Content-Digest"))
//
// [With] changes habits, and [Break] breaks rules.
package behaviour

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"assay/reference/client"
	"assay/wire"
)

// Change makes a client of the options that has a fault, or that is a variant. What it
// has to remember, it remembers for one step of the client.
type Change = func(*client.Options)

// Chain applies several changes. The first one is nearest to the client.
func Chain(changes ...Change) Change {
	return func(o *client.Options) {
		for _, change := range changes {
			change(o)
		}
	}
}

// With changes the habits of the client.
func With(habits func(*client.Habits)) Change {
	return func(o *client.Options) { habits(&o.Habits) }
}

// Break breaks rules of the client.
func Break(rules func(*client.Rules)) Change {
	return func(o *client.Options) { rules(&o.Rules) }
}

// Handle sends the matching requests with f, which may send them with next.
func Handle(w When, f func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange) Change {
	return handle(func(client.Step) (When, handler) { return w, f })
}

type handler = func(context.Context, client.Send, *wire.Request) *wire.Exchange

// handle makes a handler for each step, so that it can remember.
func handle(make func(client.Step) (When, handler)) Change {
	return func(o *client.Options) {
		w, f := make(o.Step)
		o.Middleware = append(o.Middleware, func(next client.Send) client.Send {
			return func(ctx context.Context, req *wire.Request) *wire.Exchange {
				if !w(req) {
					return next(ctx, req)
				}
				return f(ctx, next, req)
			}
		})
	}
}

// OnRequest edits the matching requests before they are sent.
func OnRequest(w When, edits ...Edit) Change {
	return Handle(w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		edited := *req
		edited.Header = req.Header.Clone()
		for _, edit := range edits {
			edit(&edited)
		}
		return next(ctx, &edited)
	})
}

// OnAnswer changes what the client believes that it received.
func OnAnswer(w When, changes ...Belief) Change {
	return Handle(w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		ex := next(ctx, req)
		for _, change := range changes {
			change(ex)
		}
		return ex
	})
}

// Skip does not send the matching requests. The client believes that the answer has the
// status.
func Skip(w When, status int) Change {
	return Handle(w, func(_ context.Context, _ client.Send, req *wire.Request) *wire.Exchange {
		return pretended(req, status)
	})
}

func pretended(req *wire.Request, status int) *wire.Exchange {
	return &wire.Exchange{
		Endpoint: req.Endpoint, Repository: req.Repository, Method: req.Method, URL: req.URL,
		Status: status, Header: http.Header{}, ContentLength: -1,
	}
}

// Twice sends the matching requests a second time. The second answer counts.
func Twice(w When) Change {
	return Handle(w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		next(ctx, req)
		return next(ctx, req)
	})
}

// Before sends a request of its own before each of the matching ones. other makes it of
// a copy.
func Before(w When, other ...Edit) Change {
	return Handle(w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		next(ctx, another(req, other))
		return next(ctx, req)
	})
}

// After sends a request of its own after each of the matching ones that succeeded.
func After(w When, other ...Edit) Change {
	return Handle(w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		ex := next(ctx, req)
		if ex.OK() {
			next(ctx, another(req, other))
		}
		return ex
	})
}

func another(req *wire.Request, edits []Edit) *wire.Request {
	made := *req
	made.Header, made.Sink = req.Header.Clone(), nil
	for _, edit := range edits {
		edit(&made)
	}
	return &made
}

// Later applies a change of requests or answers from the n-th matching request on, the
// first being 1.
func Later(n int, w When, change Change) Change {
	return counted(w, change, func(count int) bool { return count >= n })
}

// First applies a change of requests or answers to the first n matching requests.
func First(n int, w When, change Change) Change {
	return counted(w, change, func(count int) bool { return count <= n })
}

func counted(w When, change Change, applies func(int) bool) Change {
	return func(o *client.Options) {
		inner, count := client.Options{Step: o.Step}, new(counter)
		change(&inner)
		o.Middleware = append(o.Middleware, func(next client.Send) client.Send {
			changed := next
			for i := len(inner.Middleware) - 1; i >= 0; i-- {
				changed = inner.Middleware[i](changed)
			}
			return func(ctx context.Context, req *wire.Request) *wire.Exchange {
				if w(req) && applies(count.next()) {
					return changed(ctx, req)
				}
				return next(ctx, req)
			}
		})
	}
}

// FailsOn makes the client fail as soon as a matching request has a matching answer. It
// sends nothing afterwards.
func FailsOn(w When, answer Seen) Change {
	return handle(func(client.Step) (When, handler) {
		failed := new(flag)
		return Any, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
			if failed.is() {
				return failing(pretended(req, 0))
			}
			ex := next(ctx, req)
			if w(req) && answer(ex) {
				failed.set()
				return failing(ex)
			}
			return ex
		}
	})
}

var errGivenUp = errors.New("the client gives up")

func failing(ex *wire.Exchange) *wire.Exchange {
	ex.Err = fmt.Errorf("%w after %s", errGivenUp, ex.Method)
	return ex
}
