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

// leftovers has the content that a spec pushed to the registry. It is learned from the
// exchanges, so that no spec has to clean up itself.
type leftovers struct {
	tags, manifests, blobs []located
	sessions               []session
}

type located struct{ repository, name string }

type session struct {
	repository string
	location   *url.URL
}

// track learns from one exchange. Any success counts, even with the wrong status.
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
			l.addBlob(repository, query.Get("digest")) // in case it was stored in spite of the answer
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

// cleanupTimeout limits the clean-up after one spec.
const cleanupTimeout = 30 * time.Second

// takeBack starts to delete the leftovers, and does not wait. It does nothing if they
// are to be kept, or if there is no client.
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

// withoutShared returns the part of left that only this spec has. Content that other
// specs may use, too, is deleted at the end of the run.
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

// isCommon says whether other specs may use the blob, too.
func isCommon(b located) bool { return fixtures.IsCommon(digest.Digest(b.name)) }

// End deletes the content that specs share, and waits until everything is deleted. It
// is called after the last spec has ended.
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

// tagsLeft notes tags that should be gone with their manifests.
func (r *Run) tagsLeft(tags []located) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tags = append(r.tags, tags...)
}

// removeTags deletes tags that are still listed, although their manifests were deleted.
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
			_ = page.JSON(&list) // no error: without a list there is nothing to delete
			for _, tag := range list.Tags {
				if ours[tag] {
					left = append(left, tag)
				}
			}
		}
		each(left, func(tag string) { repo.DeleteManifest(ctx, tag) })
	}
}

// remove deletes everything: first the manifests, which refer to other content. It
// ignores refusals: the content may be gone already, or the registry may not allow
// deletes.
func (l *leftovers) remove(ctx context.Context, r *Run) {
	each(l.sessions, func(s session) { s.cancel(ctx, r.Client.Repository(s.repository)) })
	if r.TagsGo {
		r.tagsLeft(l.tags) // they go with their manifests, or at the end
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

// cancel cancels the upload. A registry may refuse a Location that is not the newest,
// such as after a PUT that sent content and was refused. Then cancel asks for the
// newest Location.
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

// each visits all items at the same time, and returns after all were visited. The
// client limits the requests in flight.
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

// add adds the leftovers of another spec.
func (l *leftovers) add(other leftovers) {
	l.tags = append(l.tags, other.tags...)
	l.manifests = append(l.manifests, other.manifests...)
	l.blobs = append(l.blobs, other.blobs...)
	l.sessions = append(l.sessions, other.sessions...)
}
