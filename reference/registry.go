// Package reference is the embedded registry: olareg, in memory, with its
// defects corrected in front of it, so that a run of the suite against it is
// free of findings and honest. It can be made to lack features, to ask for
// credentials and, by middleware, to misbehave on purpose.
//
// Olareg, "the engine", keeps the bytes: it receives blobs, in sessions, checks
// digests, mounts, judges manifests and answers ranges. What a repository
// consists of (its tags, manifests and blobs) is kept in front, since the
// engine mixes it up: it loses the children of a deleted index, takes a tag
// for the manifest behind it, and lists its own notes as manifests.
package reference

import (
	"net/http"
	"sync"

	"github.com/olareg/olareg"
	"github.com/olareg/olareg/config"
)

// Options steer the registry. The zero value is the conforming registry with
// everything on.
type Options struct {
	// DisableReferrers makes it a registry of distribution-spec 1.0: 404 for
	// the referrers API, and no OCI-Subject.
	DisableReferrers bool
	// DisableDelete answers every delete with 405; the three after it do so
	// for one kind of content. Uploads can be cancelled all the same.
	DisableDelete, DisableTagDelete, DisableManifestDelete, DisableBlobDelete bool
	// ReadOnly answers everything but GET and HEAD with 405.
	ReadOnly bool
	// Username and Password, when set, are required: by a Basic challenge or,
	// with TokenAuth, by bearer tokens from a token service of its own.
	Username, Password string
	TokenAuth          bool
	// ReferrersPage is how many referrers one answer lists; 0 stands for as
	// many as make a manifest of 4 MiB.
	ReferrersPage int
	// ManifestTypes are media types of manifests that it takes besides those of
	// image-spec, whatever is in them.
	ManifestTypes []string
	// Middleware is put in front of everything, the first outermost.
	Middleware []func(http.Handler) http.Handler
}

// Registry is the embedded registry, an [http.Handler].
type Registry struct {
	opts    Options
	engine  http.Handler
	handler http.Handler

	mu           sync.Mutex
	repositories map[string]*repository
}

// New makes an empty registry.
func New(opts Options) *Registry {
	r := &Registry{opts: opts, engine: newEngine(), repositories: map[string]*repository{}}
	h := allowMethods(r.handlers(), opts)
	if opts.TokenAuth {
		h = requireToken(h, opts)
	} else if opts.Username != "" || opts.Password != "" {
		h = requireBasic(h, opts)
	}
	h = checkPath(h)
	for i := len(opts.Middleware) - 1; i >= 0; i-- {
		h = opts.Middleware[i](h)
	}
	r.handler = h
	return r
}

// newEngine makes the olareg behind the registry. It runs no goroutines, as
// nothing is to be collected behind the back of a run, so there is nothing to
// close either. Its referrers API is off: see referrers.go.
func newEngine() http.Handler {
	on, off := true, false
	return olareg.New(config.Config{
		Storage: config.ConfigStorage{
			StoreType: config.StoreMem,
			GC:        config.ConfigGC{Frequency: -1, GracePeriod: -1, RepoUploadMax: -1},
		},
		API: config.ConfigAPI{
			DeleteEnabled: &on,
			Blob:          config.ConfigAPIBlob{DeleteEnabled: &on},
			Manifest:      config.ConfigAPIManifest{Limit: manifestLimit},
			Referrer:      config.ConfigAPIReferrer{Enabled: &off},
		},
	})
}

// ServeHTTP answers a request.
func (r *Registry) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.handler.ServeHTTP(w, req) }

type handlers map[kind]map[string]func(http.ResponseWriter, *http.Request, route)

// handlers has the handler of each method and kind of path.
func (r *Registry) handlers() handlers {
	return handlers{
		kindRoot:      {http.MethodGet: r.ping},
		kindTags:      {http.MethodGet: r.listTags},
		kindReferrers: {http.MethodGet: r.listReferrers},
		kindManifest: {
			http.MethodGet:    r.getManifest,
			http.MethodPut:    r.putManifest,
			http.MethodDelete: r.deleteManifest,
		},
		kindBlob: {
			http.MethodGet:    r.getBlob,
			http.MethodDelete: r.deleteBlob,
		},
		kindUploads: {http.MethodPost: r.postUpload},
		kindUpload: {
			http.MethodGet:    r.uploadStatus,
			http.MethodPatch:  r.patchUpload,
			http.MethodPut:    r.finishUpload,
			http.MethodDelete: r.cancelUpload,
		},
	}
}

// ServeHTTP answers a request with a valid path and method. HEAD is handled like GET;
// net/http then sends only the headers.
func (h handlers) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	at, method := routeOf(req), req.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	h[at.kind][method](w, req, at)
}

// ping answers /v2/ (distribution-spec, "Determining Support").
func (r *Registry) ping(w http.ResponseWriter, req *http.Request, _ route) {
	r.engine.ServeHTTP(w, req)
}

// Close does nothing, so that a registry is an [io.Closer] as its server is:
// what it holds is memory and goes with it.
func (r *Registry) Close() error { return nil }
