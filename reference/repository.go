package reference

import "sync"

// repository is the state of one repository. The engine has the bytes, by digest, of
// blobs and manifests alike.
type repository struct {
	// mu guards all below. Whoever changes what is there holds it also while
	// the engine does its part, so that the two agree.
	mu        sync.Mutex
	known     bool                // something was pushed once: the repository exists
	tags      map[string]string   // to digests of manifests
	manifests map[string]manifest // by digest
	blobs     map[string]bool     // by digest
	uploads   map[string]*upload  // by our id of the session
	pushes    int                 // of manifests, to put them in order
}

// repository returns the repository of a name, as an empty one that does not
// exist when nothing was ever pushed to it.
func (r *Registry) repository(name string) *repository {
	r.mu.Lock()
	defer r.mu.Unlock()
	if repo := r.repositories[name]; repo != nil {
		return repo
	}
	return &repository{}
}

// open returns the repository of a name to put something into it.
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

// missing is the code for content that is not in the repository: the
// repository's own when it does not exist itself.
func (repo *repository) missing(c code) code {
	if !repo.known {
		return nameUnknown
	}
	return c
}

// Inventory is how much of everything there is.
type Inventory struct {
	Repositories int // that hold any of the following
	Tags         int
	Manifests    int
	Blobs        int // that were pushed as blobs; manifests do not count
	Uploads      int // sessions that are open
}

// Inventory counts what is in the registry.
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
