package suite

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"

	"assay/fixtures"
	"assay/wire"
)

// leftovers is what a spec put into the registry, learned from its exchanges,
// so that no spec has to remember to clean up.
type leftovers struct {
	tags, manifests, blobs []located
	sessions               []session
}

type located struct{ repository, name string }

type session struct {
	repository string
	location   *url.URL
}

// track learns from one exchange. What looks like success counts, right status
// or not.
func (l *leftovers) track(ex *wire.Exchange) {
	repository := ex.Repository
	switch ex.Endpoint {
	case wire.EndManifestPut:
		if ex.OK() {
			l.manifestPushed(repository, ex)
		}
	case wire.EndUploadStart, wire.EndUploadSingle, wire.EndMount:
		l.uploadStarted(repository, ex)
	case wire.EndUploadPatch, wire.EndUploadStatus:
		if location, err := ex.Location(); err == nil && ex.OK() {
			l.forgetSession(ex.URL)
			l.sessions = append(l.sessions, session{repository, location})
		}
	case wire.EndUploadPut:
		if ex.OK() {
			l.forgetSession(ex.URL)
			l.addBlob(repository, ex.URL.Query().Get("digest"))
		}
	case wire.EndUploadCancel:
		if ex.OK() {
			l.forgetSession(ex.URL)
		}
	}
}

func (l *leftovers) manifestPushed(repository string, ex *wire.Exchange) {
	reference := ex.URL.Path[strings.LastIndex(ex.URL.Path, "/")+1:]
	tags := ex.URL.Query()["tag"]
	named, notNamed := digest.Parse(ex.Header.Get("Docker-Content-Digest"))
	if notNamed == nil {
		l.manifests = append(l.manifests, located{repository, named.String()})
	}
	if d, err := digest.Parse(reference); err == nil {
		l.manifests = append(l.manifests, located{repository, d.String()})
	} else {
		tags = append(tags, reference)
		if notNamed != nil {
			l.manifests = append(l.manifests, located{repository, ex.Request.Digest().String()})
		}
	}
	for _, tag := range tags {
		l.tags = append(l.tags, located{repository, tag})
	}
}

func (l *leftovers) uploadStarted(repository string, ex *wire.Exchange) {
	query := ex.URL.Query()
	switch {
	case ex.Status == http.StatusCreated && ex.Endpoint == wire.EndMount:
		l.addBlob(repository, query.Get("mount"))
	case ex.Status == http.StatusCreated && ex.Endpoint == wire.EndUploadSingle:
		l.addBlob(repository, query.Get("digest"))
	case ex.OK():
		if location, err := ex.Location(); err == nil {
			l.sessions = append(l.sessions, session{repository, location})
		}
		if ex.Endpoint == wire.EndUploadSingle {
			l.addBlob(repository, query.Get("digest")) // in case it was stored all the same
		}
	}
}

func (l *leftovers) addBlob(repository, d string) {
	if d != "" {
		l.blobs = append(l.blobs, located{repository, d})
	}
}

// forgetSession drops the session that was used through u; a registry may
// change the query with each answer, and the session is in the path or,
// rarely, in the query alone.
func (l *leftovers) forgetSession(u *url.URL) {
	l.sessions = slices.DeleteFunc(l.sessions, func(s session) bool {
		return s.location.Path == u.Path && (s.location.RawQuery == u.RawQuery || !strings.HasSuffix(u.Path, "/uploads/"))
	})
}

// cleanupTimeout bounds the cleaning up after one spec.
const cleanupTimeout = 30 * time.Second

// takeBack removes what is left in the registry, without anybody waiting for it,
// unless it is to be kept or there is nobody to ask.
func (r *Run) takeBack(left leftovers) {
	if r.Keep {
		return
	}
	if r.hoarding {
		r.keep(left)
		return
	}
	left = r.withoutShared(left)
	r.takes.Go(func() {
		if r.target.why() != "" {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), cleanupTimeout)
		defer cancel()
		left.remove(ctx, r)
	})
}

// withoutShared is what of left belongs to the spec alone. What others have, too, is
// taken away under nobody's feet, but in the end.
func (r *Run) withoutShared(left leftovers) leftovers {
	r.mu.Lock()
	defer r.mu.Unlock()
	isShared := func(list []located) func(located) bool {
		return func(l located) bool { return slices.Contains(list, l) }
	}
	for _, b := range left.blobs {
		if isCommon(b) && !slices.Contains(r.left.blobs, b) {
			r.left.blobs = append(r.left.blobs, b)
		}
	}
	return leftovers{
		tags:      slices.DeleteFunc(slices.Clone(left.tags), isShared(r.left.tags)),
		manifests: slices.DeleteFunc(slices.Clone(left.manifests), isShared(r.left.manifests)),
		blobs:     slices.DeleteFunc(slices.Clone(left.blobs), isShared(r.left.blobs)),
		sessions:  left.sessions,
	}
}

// isCommon says whether other specs may have the blob, too.
func isCommon(b located) bool { return fixtures.IsCommon(digest.Digest(b.name)) }

// End takes back what specs share, and waits until everything is taken back. It is
// called when the last spec has ended.
func (r *Run) End() {
	r.takes.Wait()
	if r.Keep || r.target.why() != "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), cleanupTimeout)
	defer cancel()
	r.left.remove(ctx, r)
	r.removeTags(ctx)
}

// tagsLeft notes tags that are to go with their manifests.
func (r *Run) tagsLeft(tags []located) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tags = append(r.tags, tags...)
}

// removeTags deletes the tags that are still listed although their manifests were
// deleted.
func (r *Run) removeTags(ctx context.Context) {
	byRepository := map[string]map[string]bool{}
	for _, t := range r.tags {
		if byRepository[t.repository] == nil {
			byRepository[t.repository] = map[string]bool{}
		}
		byRepository[t.repository][t.name] = true
	}
	for name, ours := range byRepository {
		repo := r.Client.Repository(name)
		var left []string
		for _, page := range repo.Pages(ctx, repo.ListTags(ctx)) {
			var list struct {
				Tags []string `json:"tags"`
			}
			_ = page.JSON(&list) // what is no list names nothing of ours
			for _, tag := range list.Tags {
				if ours[tag] {
					left = append(left, tag)
				}
			}
		}
		each(left, func(tag string) { repo.DeleteManifest(ctx, tag) })
	}
}

// remove takes everything back: first what refers to other things. Refusals are
// accepted: the registry may not have it any more, or not allow deleting.
func (l *leftovers) remove(ctx context.Context, r *Run) {
	each(l.sessions, func(s session) { s.cancel(ctx, r.Client.Repository(s.repository)) })
	if r.TagsGo {
		r.tagsLeft(l.tags) // with their manifests, or in the end
	} else if r.Features.Has(TagDelete) {
		each(l.tags, func(t located) { r.Client.Repository(t.repository).DeleteManifest(ctx, t.name) })
	}
	if r.Features.Has(ManifestDelete) {
		each(l.manifests, func(m located) { r.Client.Repository(m.repository).DeleteManifest(ctx, m.name) })
	}
	if r.Features.Has(BlobDelete) {
		each(l.blobs, func(b located) { r.Client.Repository(b.repository).TakeBackBlob(ctx, b.name, false) })
	}
}

// cancel gives the upload up. A registry may refuse a Location from before it took
// more content, such as with a PUT that it then refused; it is asked for the newest.
func (s session) cancel(ctx context.Context, repo *wire.Repository) {
	answer := repo.CancelUpload(ctx, s.location)
	if answer.Status != http.StatusBadRequest && answer.Status != http.StatusRequestedRangeNotSatisfiable {
		return
	}
	if status := repo.UploadStatus(ctx, s.location); status.OK() {
		if location, err := status.Location(); err == nil {
			repo.CancelUpload(ctx, location)
		}
	}
}

// each visits the items once each, all at the same time, and returns when all have
// been visited. How many requests are in flight is the client's business.
func each[T comparable](items []T, visit func(T)) {
	seen := map[T]bool{}
	var all sync.WaitGroup
	for _, item := range items {
		if !seen[item] {
			seen[item] = true
			all.Go(func() { visit(item) })
		}
	}
	all.Wait()
}

// add takes over what is left of something else.
func (l *leftovers) add(other leftovers) {
	l.tags = append(l.tags, other.tags...)
	l.manifests = append(l.manifests, other.manifests...)
	l.blobs = append(l.blobs, other.blobs...)
	l.sessions = append(l.sessions, other.sessions...)
}
