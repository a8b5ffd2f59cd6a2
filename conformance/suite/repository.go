package suite

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// Repository is a repository of the target. The methods of wire.Repository, one
// per endpoint, return exchanges that a spec judges. The methods here are steps of
// the set-up: they judge nothing, accept every way in which a registry may do what
// they ask for, and end the spec as blocked when they fail.
type Repository struct {
	*wire.Repository
}

// Repo is the run's first repository.
func Repo(ctx context.Context) *Repository { return RepoNamed(ctx, of(ctx).run.Repository) }

// Repo2 is the run's second repository, for specs that need two repositories.
func Repo2(ctx context.Context) *Repository { return RepoNamed(ctx, of(ctx).run.Repository2) }

// RepoNamed is the repository called name. What a spec pushes there is removed after
// the spec, too.
func RepoNamed(ctx context.Context, name string) *Repository {
	return &Repository{of(ctx).run.Client.Repository(name)}
}

// SiblingRepo is the repository called name in the namespace of the first repository,
// where the run may push.
func SiblingRepo(ctx context.Context, name string) *Repository {
	first := of(ctx).run.Repository
	return RepoNamed(ctx, first[:strings.LastIndex(first, "/")+1]+name)
}

// Registry is the client without a repository, for GET /v2/ (end-1).
func Registry(ctx context.Context) *wire.Client { return of(ctx).run.Client }

// DeleteLater has the manifest deleted after the spec, under its own digest. A registry
// may store the manifest there although it was pushed under another reference, or
// although the push was refused.
func DeleteLater(ctx context.Context, repo *Repository, m fixtures.Manifest) {
	s := of(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left.manifests = append(s.left.manifests, located{repo.Name(), m.Digest.String()})
}

// PushBlob pushes the blob to the repository, with any kind of upload that the registry
// accepts. A common blob is pushed once in a run.
func (r *Repository) PushBlob(ctx context.Context, b fixtures.Blob) {
	if !b.Common {
		r.pushBlob(ctx, b)
		return
	}
	shared(ctx, "blob "+r.Name()+" "+b.Digest.String(), func(ctx context.Context) any {
		r.pushBlob(ctx, b)
		return nil
	})
}

func (r *Repository) pushBlob(ctx context.Context, b fixtures.Blob) {
	ctx = settingUp(ctx)
	if !of(ctx).run.careful && r.PostThenPut(ctx, b).OK() {
		return
	}
	put, ok := r.UploadBlob(ctx, b)
	stored := requirements.PushBlobPostPutStored
	if len(b.Data) == 0 {
		stored = requirements.PushBlobZeroBytes
	}
	switch {
	case ok:
	case put.Endpoint == wire.EndUploadStart && !put.OK():
		Blocked(requirements.PushBlobPostPutStartStatus, put, "no upload could be started")
	case !put.OK():
		Blocked(stored, put, "no kind of upload stored the blob")
	default: // the failed request is the evidence
		if look := r.GetBlob(ctx, b.Digest.String()); !look.OK() {
			Blocked(stored, look, "the push of a blob returned %s, but the blob cannot be found", wire.StatusText(put.Status))
		}
	}
}

// PushContent pushes the blobs, each once, and the children that the manifest references.
func (r *Repository) PushContent(ctx context.Context, m fixtures.Manifest) {
	pushed := map[digest.Digest]bool{}
	for _, b := range m.Blobs {
		if !pushed[b.Digest] {
			r.PushBlob(ctx, b)
		}
		pushed[b.Digest] = true
	}
	for _, child := range m.Children {
		r.PushManifest(ctx, child)
	}
}

// PushManifest pushes the manifest by digest, with all content that it references,
// and checks that it is stored.
func (r *Repository) PushManifest(ctx context.Context, m fixtures.Manifest) *wire.Exchange {
	return r.PushTagged(ctx, m.Digest.String(), m)
}

// PushTagged is PushManifest under a tag or a digest.
func (r *Repository) PushTagged(ctx context.Context, reference string, m fixtures.Manifest) *wire.Exchange {
	r.PushContent(ctx, m)
	return r.putManifest(ctx, reference, m)
}

// manifestTries is the number of times that a manifest is pushed. Another spec or run
// may delete a blob that both use, such as the empty blob: then blob and manifest are
// pushed again.
const manifestTries = 3

func (r *Repository) putManifest(ctx context.Context, reference string, m fixtures.Manifest) *wire.Exchange {
	ctx = settingUp(ctx)
	var push *wire.Exchange
	for range manifestTries {
		push = r.PutManifest(ctx, reference, m.MediaType, m.Data)
		if push.OK() && !of(ctx).run.careful {
			return push
		}
		if r.HasManifest(ctx, reference) {
			return push
		}
		if !r.pushMissing(ctx, m) {
			break
		}
	}
	r.NeedAccepted(ctx, push, m)
	if look := r.GetManifest(ctx, reference); !look.OK() {
		Blocked(requirements.PushManifestStatus, look, "the push of a manifest returned %s, but the manifest cannot be found", wire.StatusText(push.Status))
	}
	return push
}

// pushMissing pushes the blobs of the manifest that are not there any more, and says
// whether there were any.
func (r *Repository) pushMissing(ctx context.Context, m fixtures.Manifest) bool {
	missing := false
	for _, b := range m.Blobs {
		if !r.HasBlob(ctx, b) {
			missing = true
			r.pushBlob(ctx, b)
		}
	}
	return missing
}

// PutWithContent pushes the manifest with all content that it references, and returns
// the answer, whatever it is. If a blob was deleted in the meantime, see
// [Repository.PushManifest], it pushes blob and manifest once more.
func (r *Repository) PutWithContent(ctx context.Context, reference string, m fixtures.Manifest) *wire.Exchange {
	r.PushContent(ctx, m)
	put := r.PutManifest(ctx, reference, m.MediaType, m.Data)
	if put.OK() || !r.pushMissing(settingUp(ctx), m) {
		return put
	}
	return r.PutManifest(ctx, reference, m.MediaType, m.Data)
}

// NeedAccepted ends the spec if the push of the manifest was refused. If an ordinary
// manifest is refused as well, pushing manifests is broken. Otherwise the registry
// refuses the manifest because it is unusual, and other specs judge that.
func (r *Repository) NeedAccepted(ctx context.Context, push *wire.Exchange, m fixtures.Manifest) {
	if push.OK() {
		return
	}
	if ordinary := fixtures.NewImage(Nonce()); !sameKind(m, ordinary) {
		for _, b := range ordinary.Blobs {
			r.PushBlob(ctx, b)
		}
		if r.PutManifest(ctx, ordinary.Digest.String(), ordinary.MediaType, ordinary.Data).OK() {
			Blocked("", push, "this manifest was refused; an ordinary one is accepted")
		}
	}
	Blocked(requirements.PushManifestStatus, push, "the push of a manifest was refused")
}

// sameKind says whether two manifests are of the same kind, so that a registry has
// no reason to refuse one and accept the other.
func sameKind(a, b fixtures.Manifest) bool {
	return a.MediaType == b.MediaType && a.ArtifactType == b.ArtifactType && a.Subject == b.Subject
}

// Session is an upload in progress. Its location is always the newest one that
// the registry returned.
type Session struct {
	repo     *Repository
	Start    *wire.Exchange // the exchange that opened it
	Location *url.URL
	before   *url.URL // where the last response moved Location from; nil at the start
	lost     bool     // a chunk was accepted, and the response has no Location
}

// OpenUpload starts an upload session.
func (r *Repository) OpenUpload(ctx context.Context, opts ...wire.Option) *Session {
	start := r.StartUpload(settingUp(ctx), opts...)
	location, err := start.Location()
	if start.Status >= http.StatusBadRequest || start.Err != nil {
		by := requirements.PushBlobPostPutStartStatus
		if start.URL.Query().Has("digest-algorithm") {
			by = requirements.PushBlobDigestAlgorithmStatus
		}
		Blocked(by, start, "no upload could be started")
	}
	if err != nil {
		Blocked(requirements.PushBlobPostPutStartLocation, start, "the start of the upload returned no Location")
	}
	if !of(ctx).run.opened(location) {
		Blocked(requirements.PushBlobSessionUuid, start, "another upload has the same Location")
	}
	return &Session{repo: r, Start: start, Location: location}
}

// opened notes the Location of a new upload, and says whether it is new.
func (r *Run) opened(location *url.URL) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.uploads == nil {
		r.uploads = map[string]bool{}
	}
	isNew := !r.uploads[location.String()]
	r.uploads[location.String()] = true
	return isNew
}

// Patch sends a chunk with its Content-Range.
func (s *Session) Patch(ctx context.Context, c fixtures.Chunk, opts ...wire.Option) *wire.Exchange {
	return s.moved(s.repo.PatchUpload(ctx, s.Location, c.ContentRange(), c.Data, opts...))
}

// Chunk is Patch for a chunk that a spec builds on: if it is refused, the spec ends
// as blocked.
func (s *Session) Chunk(ctx context.Context, c fixtures.Chunk, opts ...wire.Option) *wire.Exchange {
	patch := s.Patch(ctx, c, opts...)
	if !patch.OK() && s.lost {
		Blocked(requirements.PushBlobChunkLocation, patch, "the previous chunk returned no Location, and the old Location is refused")
	}
	if !patch.OK() && s.before != nil && s.before.String() != s.Location.String() {
		if s.repo.UploadStatus(ctx, s.before).OK() && !s.repo.UploadStatus(ctx, s.Location).OK() {
			Blocked(requirements.PushBlobChunkLocation, patch, "the upload is still at the old Location, and not at the one that the previous chunk returned")
		}
	}
	return Must(patch, requirements.PushBlobChunkStatus)
}

// Stream sends data without a Content-Range and without a length.
func (s *Session) Stream(ctx context.Context, data []byte, opts ...wire.Option) *wire.Exchange {
	return s.moved(s.repo.PatchUpload(ctx, s.Location, "", data, append([]wire.Option{wire.WithoutLength()}, opts...)...))
}

// Put closes the session without content.
func (s *Session) Put(ctx context.Context, b fixtures.Blob, opts ...wire.Option) *wire.Exchange {
	return s.repo.PutUpload(ctx, s.Location, b.Digest.String(), nil, opts...)
}

// PutWhole closes the session with the whole blob as its content.
func (s *Session) PutWhole(ctx context.Context, b fixtures.Blob, opts ...wire.Option) *wire.Exchange {
	return s.repo.PutUpload(ctx, s.Location, b.Digest.String(), b.Data, opts...)
}

// PutLast closes the session with the last chunk as its content.
func (s *Session) PutLast(ctx context.Context, b fixtures.Blob, c fixtures.Chunk, opts ...wire.Option) *wire.Exchange {
	opts = append([]wire.Option{wire.WithHeader("Content-Range", c.ContentRange())}, opts...)
	return s.repo.PutUpload(ctx, s.Location, b.Digest.String(), c.Data, opts...)
}

// Status asks for the range received so far.
func (s *Session) Status(ctx context.Context) *wire.Exchange {
	return s.moved(s.repo.UploadStatus(ctx, s.Location))
}

// Cancel cancels the upload.
func (s *Session) Cancel(ctx context.Context) *wire.Exchange {
	return s.repo.CancelUpload(ctx, s.Location)
}

// moved takes the new Location of the session from a response.
func (s *Session) moved(ex *wire.Exchange) *wire.Exchange {
	location, err := ex.Location()
	switch {
	case err == nil && ex.OK():
		s.before, s.Location, s.lost = s.Location, location, false
	case ex.OK():
		s.lost = true
	}
	return ex
}

// ChunkMinimum is the smallest chunk that the registry accepts, in bytes
// (OCI-Chunk-Min-Length), or least if that is larger.
func (s *Session) ChunkMinimum(least int) int {
	minimum, err := strconv.Atoi(s.Start.Header.Get("OCI-Chunk-Min-Length"))
	if err != nil || minimum > chunkLimit {
		return least
	}
	return max(minimum, least)
}

// chunkLimit is the largest OCI-Chunk-Min-Length, in bytes, that Assay follows:
// object stores ask for 5 MiB, and no known registry for more than 64 MiB.
const chunkLimit = 64 << 20
