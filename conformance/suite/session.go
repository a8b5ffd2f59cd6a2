package suite

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// Session is an upload in progress. Its location is always the newest one that
// the registry returned.
type Session struct {
	repo     *Repository
	Start    *wire.Exchange // the exchange that opened it
	Location *url.URL
	before   *url.URL // where the last response moved Location from; nil at the start
	lost     bool     // a chunk was accepted, and the response has no Location
	// movedBy is the requirement on the Location of the last response.
	movedBy requirements.ID
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
			Blocked(s.movedBy, patch, "the upload is still at the old Location, and not at the one that the previous response returned")
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
		s.movedBy = requirements.PushBlobChunkLocation
		if ex.Method == http.MethodGet {
			s.movedBy = requirements.PushBlobUploadStatusLocation
		}
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
