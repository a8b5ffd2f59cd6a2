package behaviour

import (
	"context"
	"net/url"
	"path"

	"assay/reference/client"
	"assay/wire"
)

// FirstLocation sends the matching requests of an upload to the Location that the upload
// began with.
func FirstLocation(w When) Change {
	return KeptLocation(Or(StartUpload, SinglePost, Mount), w)
}

// KeptLocation sends the matching requests to the Location of the last answer to one of
// the others.
func KeptLocation(from, w When) Change {
	return handle(func(client.Step) (When, handler) {
		kept := new(noted[*url.URL])
		return Or(from, w), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
			if location, ok := kept.get(""); ok && w(req) {
				return next(ctx, elsewhere(req, location))
			}
			ex := next(ctx, req)
			if location, err := ex.Location(); err == nil && from(req) {
				kept.put("", location)
			}
			return ex
		}
	})
}

// StaleLocation sends what follows a matching request to where that one went, and not to
// the Location of its answer.
func StaleLocation(from, w When) Change {
	return handle(func(client.Step) (When, handler) {
		kept := new(noted[*url.URL])
		return Or(from, w), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
			if from(req) {
				kept.put("", req.URL)
				return next(ctx, req)
			}
			if location, ok := kept.get(""); ok {
				kept.put("", nil)
				if location != nil {
					return next(ctx, elsewhere(req, location))
				}
			}
			return next(ctx, req)
		}
	})
}

// elsewhere sends a request of an upload to another location, with its digest.
func elsewhere(req *wire.Request, location *url.URL) *wire.Request {
	moved := *req
	moved.URL = location
	if d := req.URL.Query().Get("digest"); d != "" {
		moved.URL = wire.AddQuery(location, "digest", d)
	}
	return &moved
}

// AssembledLocation sends the matching requests of an upload to a path that the client
// makes from the last part of the Location.
func AssembledLocation(w When) Change {
	return Handle(w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		edited := *req
		Address(func(u *url.URL) {
			u.Path, u.RawPath = "/v2/"+req.Repository+"/blobs/uploads/"+path.Base(u.Path), ""
		})(&edited)
		return next(ctx, &edited)
	})
}

// OwnHost sends the matching requests to the registry, whatever host the Location names.
func OwnHost(w When) Change {
	return handle(func(step client.Step) (When, handler) {
		return w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
			edited := *req
			Address(func(u *url.URL) { u.Host = step.Registry })(&edited)
			return next(ctx, &edited)
		}
	})
}

// LocationWrong changes the Location of the matching answers.
func LocationWrong(w When, f func(string) string) Change {
	return OnAnswer(w, func(ex *wire.Exchange) {
		if location := ex.Header.Get("Location"); location != "" {
			ex.Header.Set("Location", f(location))
		}
	})
}
