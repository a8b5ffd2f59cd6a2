package reference

import "sync"

// repository is the state of one repository. The engine keeps the bytes of blobs and
// manifests, by digest.
type repository struct {
	// mu guards all fields below. A change of the content also holds it while the
	// engine does its part, so that the repository and the engine agree.
	mu        sync.Mutex
	known     bool                // the repository exists: something was pushed to it once
	tags      map[string]string   // digests of manifests by tag
	manifests map[string]manifest // by digest
	blobs     map[string]bool     // by digest
	uploads   map[string]*upload  // by our own id of the session
	pushes    int                 // counts the pushes of manifests, to order them
}

// repository returns the repository of a name. When nothing was ever pushed to it, this
// is an empty one that does not exist.
func (r *Registry) repository(name string) *repository {
	r.mu.Lock()
	defer r.mu.Unlock()
	if repo := r.repositories[name]; repo != nil {
		return repo
	}
	return &repository{}
}

// open returns the repository of a name so that content can be added to it.
func (r *Registry) open(name string) *repository {
	r.mu.Lock()
	defer r.mu.Unlock()
	repo := r.repositories[name]
	if repo == nil {
		repo = &repository{
			tags:      map[string]string{},
			manifests: map[string]manifest{},
			blobs:     map[string]bool{},
			uploads:   map[string]*upload{},
		}
		r.repositories[name] = repo
	}
	return repo
}

// missing is the error code for content that the repository does not have. When the
// repository itself does not exist, it is the code for that.
func (repo *repository) missing(c code) code {
	if !repo.known {
		return nameUnknown
	}
	return c
}

// Inventory counts the content of a registry.
type Inventory struct {
	Repositories int // repositories with any content or open upload
	Tags         int
	Manifests    int
	Blobs        int // pushed as blobs; manifests do not count
	Uploads      int // open sessions
}

// Inventory counts the content of the registry.
func (r *Registry) Inventory() Inventory {
	r.mu.Lock()
	defer r.mu.Unlock()
	var total Inventory
	for _, repo := range r.repositories {
		repo.mu.Lock()
		if len(repo.manifests)+len(repo.blobs)+len(repo.uploads) > 0 {
			total.Repositories++
		}
		total.Tags += len(repo.tags)
		total.Manifests += len(repo.manifests)
		total.Blobs += len(repo.blobs)
		total.Uploads += len(repo.uploads)
		repo.mu.Unlock()
	}
	return total
}
