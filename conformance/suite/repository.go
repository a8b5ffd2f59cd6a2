package suite

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// Repository is a repository of the target. The methods of wire.Repository,
// one per endpoint, are there to be judged; those here are the steps on the
// way: they judge nothing, accept every way in which a registry may do what
// was asked, and end the spec as blocked when it cannot go on.
type Repository struct {
	*wire.Repository
}

// Repo is the run's first repository.
func Repo(ctx context.Context) *Repository { return Named(ctx, of(ctx).run.Repository) }

// Repo2 is the run's second repository, for what crosses repositories.
func Repo2(ctx context.Context) *Repository { return Named(ctx, of(ctx).run.Repository2) }

// Named is the repository called name. What a spec pushes there is taken back
// too.
func Named(ctx context.Context, name string) *Repository {
	return &Repository{of(ctx).run.Client.Repository(name)}
}

// Beside is the repository called name in the namespace of the first one, where
// the run may push.
func Beside(ctx context.Context, name string) *Repository {
	first := of(ctx).run.Repository
	return Named(ctx, first[:strings.LastIndex(first, "/")+1]+name)
}

// Registry is the client without a repository, for end-1.
func Registry(ctx context.Context) *wire.Client { return of(ctx).run.Client }

// TakeBack has the manifest deleted in the end, under the digest that it has. A
// registry may store it there although it was pushed under something else, and
// even where it refused it.
func TakeBack(ctx context.Context, repo *Repository, m fixtures.Manifest) {
	s := of(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left.manifests = append(s.left.manifests, located{repo.Name(), m.Digest.String()})
}

// PushBlob sees to it that the blob is in the repository, whichever kind of
// upload gets it there. A common one is pushed once in a run.
func (r *Repository) PushBlob(ctx context.Context, b fixtures.Blob) {
	if !b.Common || of(ctx).run.careful {
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
	if lastTry, ok := r.UploadBlob(ctx, b); !ok {
		Blocked(requirements.PushBlobPostPutStored, lastTry, "a blob could not be pushed")
	}
}

// PushContent pushes what the manifest references: blobs and children.
func (r *Repository) PushContent(ctx context.Context, m fixtures.Manifest) {
	for _, b := range m.Blobs {
		r.PushBlob(ctx, b)
	}
	for _, child := range m.Children {
		r.PushManifest(ctx, child)
	}
}

// PushManifest pushes the manifest by digest with all that it references, and
// sees to it that it is there.
func (r *Repository) PushManifest(ctx context.Context, m fixtures.Manifest) *wire.Exchange {
	return r.PushTagged(ctx, m.Digest.String(), m)
}

// PushTagged is PushManifest under a tag (or a digest).
func (r *Repository) PushTagged(ctx context.Context, reference string, m fixtures.Manifest) *wire.Exchange {
	r.PushContent(ctx, m)
	return r.putManifest(ctx, reference, m)
}

// manifestTries is how often a manifest is pushed whose blobs were taken away
// by somebody who shares them, as the empty blob is shared by all.
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
		missing := false
		for _, b := range m.Blobs {
			if !r.HasBlob(ctx, b) {
				missing = true
				r.pushBlob(ctx, b)
			}
		}
		if !missing {
			break
		}
	}
	r.NeedTaken(ctx, push, m)
	Blocked(requirements.PushManifestStatus, push, "a manifest could not be pushed")
	return push
}

// NeedTaken ends the spec where the push of the manifest was refused. What is
// special about it is judged where it is pushed for its own sake: only where
// ordinary ones are refused, too, the push of manifests is what is broken.
func (r *Repository) NeedTaken(ctx context.Context, push *wire.Exchange, m fixtures.Manifest) {
	if push.OK() {
		return
	}
	if ordinary := fixtures.NewImage(Nonce()); !sameKind(m, ordinary) {
		for _, b := range ordinary.Blobs {
			r.PushBlob(ctx, b)
		}
		if r.PutManifest(ctx, ordinary.Digest.String(), ordinary.MediaType, ordinary.Data).OK() {
			Blocked("", push, "a manifest could not be pushed, as ordinary ones can")
		}
	}
	Blocked(requirements.PushManifestStatus, push, "a manifest could not be pushed")
}

// sameKind says whether two manifests have nothing to them that could make a
// registry refuse the one and take the other.
func sameKind(a, b fixtures.Manifest) bool {
	return a.MediaType == b.MediaType && a.ArtifactType == b.ArtifactType && a.Subject == b.Subject
}

// Session is an upload in progress. Its location is always the newest one that
// the registry gave.
type Session struct {
	repo     *Repository
	Start    *wire.Exchange // the answer that opened it
	Location *url.URL
	lost     bool // a chunk was taken, and its answer has no Location
}

// OpenUpload starts an upload session.
func (r *Repository) OpenUpload(ctx context.Context, opts ...wire.Option) *Session {
	start := r.StartUpload(settingUp(ctx), opts...)
	location, err := start.Location()
	if start.Status >= http.StatusBadRequest || start.Err != nil {
		Blocked(requirements.PushBlobPostPutStartStatus, start, "no upload could be started")
	}
	if err != nil {
		Blocked(requirements.PushBlobPostPutStartLocation, start, "the upload that was started has no Location")
	}
	return &Session{repo: r, Start: start, Location: location}
}

// Patch sends a chunk with its Content-Range.
func (s *Session) Patch(ctx context.Context, c fixtures.Chunk, opts ...wire.Option) *wire.Exchange {
	return s.moved(s.repo.PatchUpload(ctx, s.Location, c.ContentRange(), c.Data, opts...))
}

// Chunk is Patch for a chunk that a spec builds on: where it is not taken, the
// spec ends.
func (s *Session) Chunk(ctx context.Context, c fixtures.Chunk, opts ...wire.Option) *wire.Exchange {
	patch := s.Patch(ctx, c, opts...)
	if !patch.OK() && s.lost {
		Blocked(requirements.PushBlobChunkLocation, patch, "the chunk before had no Location, and the old one does not go on")
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

// Status asks how far the upload is.
func (s *Session) Status(ctx context.Context) *wire.Exchange {
	return s.moved(s.repo.UploadStatus(ctx, s.Location))
}

// Cancel gives the upload up.
func (s *Session) Cancel(ctx context.Context) *wire.Exchange {
	return s.repo.CancelUpload(ctx, s.Location)
}

// moved follows the session to where the answer says it is now.
func (s *Session) moved(ex *wire.Exchange) *wire.Exchange {
	location, err := ex.Location()
	switch {
	case err == nil && ex.OK():
		s.Location, s.lost = location, false
	case ex.OK():
		s.lost = true
	}
	return ex
}

// ChunkMinimum is the least size of a chunk that the registry accepts, in
// bytes (OCI-Chunk-Min-Length), and no less than least.
func (s *Session) ChunkMinimum(least int) int {
	minimum, err := strconv.Atoi(s.Start.Header.Get("OCI-Chunk-Min-Length"))
	if err != nil || minimum > chunkLimit {
		return least
	}
	return max(minimum, least)
}

// chunkLimit is the largest minimum chunk, in bytes, that is believed: object
// stores ask for 5 MiB, and nobody for hundreds.
const chunkLimit = 64 << 20
