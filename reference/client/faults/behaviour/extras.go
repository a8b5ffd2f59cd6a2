package behaviour

import (
	"context"
	"net/http"
	"path"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/reference/client"
	"assay/wire"
)

// Descriptor is a descriptor of image-spec.
type Descriptor = ocispec.Descriptor

// SplitHeader sends a list as several headers.
func SplitHeader(name string) Edit {
	return func(req *wire.Request) {
		list := req.Header.Get(name)
		req.Header.Del(name)
		for value := range strings.SplitSeq(list, ", ") {
			req.Header.Add(name, value)
		}
	}
}

// PullsByDigest pulls a manifest that was pulled by a tag again by its digest.
var PullsByDigest = Handle(GetManifest.And(ByTag), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
	ex := next(ctx, req)
	if d := ex.Header.Get("Docker-Content-Digest"); ex.OK() && d != "" {
		next(ctx, another(req, []Edit{Reference(func(string) string { return d })}))
	}
	return ex
})

// HeadsPushed asks with HEAD for each blob that was pushed.
var HeadsPushed = handle(func(step client.Step) (When, handler) {
	return CloseUpload, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		ex := next(ctx, req)
		if location, err := ex.Location(); err == nil && ex.OK() && location.Host == step.Registry {
			u := *location
			u.Path, u.RawPath, u.RawQuery = "/v2/"+req.Repository+"/blobs/"+req.URL.Query().Get("digest"), "", ""
			head := another(req, []Edit{As(wire.EndBlob, http.MethodHead)})
			head.URL = &u
			next(ctx, head)
		}
		return ex
	}
})

// ReadsTagFirst reads the referrers tag before it asks for the referrers API.
var ReadsTagFirst = Handle(ListReferrers, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
	tag := client.Right().ReferrersTag(digest.Digest(path.Base(req.URL.Path)))
	first := another(req, []Edit{As(wire.EndManifest, http.MethodGet), Reference(func(string) string { return tag }),
		OnlyParameters(), SetHeader("Accept", ocispec.MediaTypeImageIndex)})
	first.URL.Path = strings.Replace(first.URL.Path, "/referrers/", "/manifests/", 1)
	next(ctx, first)
	return next(ctx, req)
})
