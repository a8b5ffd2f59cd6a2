// Package reference is the embedded registry. It is olareg, in memory, with corrections
// of olareg's defects in front of it. So a run of the suite against it has no findings,
// and is honest. Options make it lack features or require credentials. Middleware makes
// it misbehave on purpose.
//
// Olareg, "the engine", keeps the bytes: it receives blobs in sessions, checks digests,
// mounts blobs, checks manifests and answers ranges. The tags, manifests and blobs of
// each repository are kept in front of the engine, because the engine mixes them up: it
// loses the children of a deleted index, confuses a tag with its manifest, and lists
// its own notes as manifests.
package reference

import (
	"net/http"
	"sync"

	"github.com/olareg/olareg"
	"github.com/olareg/olareg/config"
)

// Options configure the registry. The zero value is the conforming registry with every
// feature.
type Options struct {
	// DisableReferrers makes it a registry of distribution-spec 1.0: the referrers API
	// is answered 404, and no OCI-Subject is sent.
	DisableReferrers bool
	// DisableDelete refuses every delete with 405. The three options after it refuse
	// the deletes of one kind of content. Uploads can still be cancelled.
	DisableDelete, DisableTagDelete, DisableManifestDelete, DisableBlobDelete bool
	// ReadOnly answers everything but GET and HEAD with 405.
	ReadOnly bool
	// Username and Password, when set, are required: by a Basic challenge or, with
	// TokenAuth, by bearer tokens from the registry's own token service.
	Username, Password string
	TokenAuth          bool
	// ReferrersPage is the number of referrers in one answer. With 0, an answer has as
	// many as fit into a manifest of 4 MiB.
	ReferrersPage int
	// ManifestTypes are media types of manifests that the registry accepts in addition
	// to those of image-spec. Their content is not checked.
	ManifestTypes []string
	// Middleware is put in front of the registry. The first one is the outermost.
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

// newEngine makes the olareg behind the registry. The engine collects no garbage, since
// nothing may change during a run unless the run asks for it. So it runs no goroutines,
// and need not be closed. Its referrers API is off: see referrers.go.
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

// Close does nothing. It makes a registry an [io.Closer], as its server is. What a
// registry holds is only in memory.
func (r *Registry) Close() error { return nil }
