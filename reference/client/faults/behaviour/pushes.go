package behaviour

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/reference/client"
	"assay/wire"
)

// ErrTooLong is the error of a client with a limit of its own.
var ErrTooLong = errors.New("the manifest is longer than this client allows")

// DigestOfBody closes an upload with the digest of the request's own content.
var DigestOfBody = Handle(CloseUpload, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
	edited := *req
	SetParameter("digest", func(string) string { return digest.FromBytes(bodyOf(req)).String() })(&edited)
	return next(ctx, &edited)
})

// NumberedTitle makes a number of the title in a manifest.
func NumberedTitle(req *wire.Request) {
	BodyFrom(func(body []byte) []byte {
		return titlePattern.ReplaceAll(body, []byte(`"org.opencontainers.image.title":1`))
	})(req)
	Reference(func(string) string { return digest.FromBytes(bodyOf(req)).String() })(req)
}

var titlePattern = regexp.MustCompile(`"org.opencontainers.image.title":"[^"]*"`)

// EachSecond applies the change to each second matching request.
func EachSecond(w When, change Change) Change {
	return counted(w, change, func(count int) bool { return count%2 == 0 })
}

// KeepsTags does not push a manifest to a tag that exists.
var KeepsTags = Handle(PutManifest.And(ByTag), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
	if exists(ctx, next, req) {
		return pretended(req, http.StatusCreated)
	}
	return next(ctx, req)
})

// KeepsTagsByDigest pushes a manifest by its digest if the tag exists.
var KeepsTagsByDigest = Handle(PutManifest.And(ByTag), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
	if exists(ctx, next, req) {
		return next(ctx, byDigest(req))
	}
	return next(ctx, req)
})

// ListByDigest pushes a list of referrers by its digest.
var ListByDigest = Handle(PutManifest.And(ByReferrersTag), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
	return next(ctx, byDigest(req))
})

func exists(ctx context.Context, next client.Send, req *wire.Request) bool {
	return next(ctx, another(req, []Edit{As(wire.EndManifest, http.MethodHead), SetHeader("Accept", strings.Join(wire.ManifestTypes, ", "))})).OK()
}

func byDigest(req *wire.Request) *wire.Request {
	edited := *req
	Reference(func(string) string { return digest.FromBytes(bodyOf(req)).String() })(&edited)
	return &edited
}

// SkipsMissingList does not push a list of referrers whose tag was missing.
var SkipsMissingList = skipsList(true)

// SkipsFoundList does not push a list of referrers whose tag was there.
var SkipsFoundList = skipsList(false)

func skipsList(missing bool) Change {
	return handle(func(client.Step) (When, handler) { return skipList(missing) })
}

func skipList(missing bool) (When, handler) {
	var gone noted[bool]
	return Or(GetManifest, PutManifest).And(ByReferrersTag), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		tag := path.Base(req.URL.Path)
		if was, asked := gone.get(tag); asked && was == missing && PutManifest(req) {
			return pretended(req, http.StatusCreated)
		}
		ex := next(ctx, req)
		gone.put(tag, ex.Status == http.StatusNotFound)
		return ex
	}
}

// RenamesMounted puts the Docker-Content-Digest of a mount in the place of the blob's
// digest in the manifest.
var RenamesMounted = handle(func(client.Step) (When, handler) {
	var renamed noted[[2]string]
	return Or(Mount, PutManifest), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		if pair, ok := renamed.get(""); ok && PutManifest(req) {
			edited := *req
			BodyFrom(func(body []byte) []byte { return bytes.ReplaceAll(body, []byte(pair[0]), []byte(pair[1])) })(&edited)
			return next(ctx, &edited)
		}
		ex := next(ctx, req)
		if header := ex.Header.Get("Docker-Content-Digest"); ex.OK() && header != "" && Mount(req) {
			if asked := req.URL.Query().Get("mount"); asked != header {
				renamed.put("", [2]string{asked, header})
			}
		}
		return ex
	}
})

// EntryFromHeader lists a referrer by the Docker-Content-Digest of the answer to its push.
func EntryFromHeader(o *client.Options) {
	var header noted[digest.Digest]
	Chain(
		OnAnswer(PutManifest.And(HasSubject), func(ex *wire.Exchange) {
			if d, err := digest.Parse(ex.Header.Get("Docker-Content-Digest")); err == nil {
				header.put("", d)
			}
		}),
		Break(func(r *client.Rules) {
			right := r.Entry
			r.VerifyHeader = func(string, []byte) error { return nil }
			r.Entry = func(m client.Manifest) ocispec.Descriptor {
				entry := right(m)
				if d, ok := header.get(""); ok {
					entry.Digest = d
				}
				return entry
			}
		}),
		With(func(h *client.Habits) { h.Unconfirmed = true }),
	)(o)
}
