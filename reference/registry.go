// Package reference is the embedded registry: olareg, in memory, with its
// known defects corrected in front of it, so that a run of the suite against
// it is free of findings and honest. It can be made to lack features, to ask
// for credentials, and, by middleware, to misbehave on purpose.
package reference

import (
	"net/http"

	"github.com/olareg/olareg"
	"github.com/olareg/olareg/config"
)

// Options steer the registry. The zero value has everything on.
type Options struct {
	// DisableReferrers makes it a registry of distribution-spec 1.0: no
	// referrers API, no OCI-Subject.
	DisableReferrers bool
	// DisableDelete and the three after it answer deletes with 405.
	DisableDelete, DisableTagDelete, DisableManifestDelete, DisableBlobDelete bool
	// ReadOnly refuses every change with 403.
	ReadOnly bool
	// Username and Password, when set, are asked for: by a Basic challenge,
	// or, with TokenAuth, by bearer tokens of a token service of its own.
	Username, Password string
	TokenAuth          bool
	// ReferrersPage is how many entries one page of referrers holds; 0 gives
	// them all at once.
	ReferrersPage int
	// Middleware is put in front of everything, the first outermost.
	Middleware []func(http.Handler) http.Handler
}

// Registry is the embedded registry, an [http.Handler].
type Registry struct {
	engine  *olareg.Server
	handler http.Handler
	ledger  *ledger
}

// manifestLimit is the size of the largest manifest that is accepted, in bytes.
const manifestLimit = 8 << 20

// New makes a registry. It holds nothing until something is pushed.
func New(opts Options) *Registry {
	on, off := true, false
	conf := config.Config{
		Storage: config.ConfigStorage{
			StoreType: config.StoreMem,
			// Nothing is collected behind the back of a run.
			GC: config.ConfigGC{Frequency: -1, GracePeriod: -1, RepoUploadMax: -1, EmptyRepo: &off},
		},
		API: config.ConfigAPI{
			DeleteEnabled: &on,
			Blob:          config.ConfigAPIBlob{DeleteEnabled: &on},
			Manifest:      config.ConfigAPIManifest{Limit: manifestLimit},
			// Referrers are kept in front: see referrers.go.
			Referrer: config.ConfigAPIReferrer{Enabled: &off},
		},
	}
	r := &Registry{engine: olareg.New(conf), ledger: newLedger()}
	// From the engine outwards.
	var h http.Handler = r.engine
	h = r.ledger.keep(h)
	h = deleteOne(h, r.ledger)
	h = checkManifests(h)
	h = nameSessions(h, r.ledger)
	h = countTags(h)
	h = listReferrers(h, r.ledger, opts)
	h = allow(h, opts)
	h = explainErrors(h)
	if opts.Username != "" {
		h = authenticate(h, opts)
	}
	h = cleanPaths(h)
	for i := len(opts.Middleware) - 1; i >= 0; i-- {
		h = opts.Middleware[i](h)
	}
	r.handler = h
	return r
}

// ServeHTTP answers a request.
func (r *Registry) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.handler.ServeHTTP(w, req) }

// Inventory counts what is in the registry.
func (r *Registry) Inventory() Inventory { return r.ledger.count() }

// Close frees what the registry holds.
func (r *Registry) Close() error { return r.engine.Close() }
