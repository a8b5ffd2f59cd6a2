package wire

import (
	"context"
	"net/http"
	"net/url"
)

const octets = "application/octet-stream"

// StartUpload opens an upload session (end-4a); [WithQuery] adds
// digest-algorithm (end-4c).
func (r *Repository) StartUpload(ctx context.Context, opts ...Option) *Exchange {
	return r.send(ctx, EndUploadStart, http.MethodPost, r.URL("blobs/uploads/"), scopePush, nil, opts)
}

// PostBlob pushes a blob with a single POST (end-4b).
func (r *Repository) PostBlob(ctx context.Context, digest string, data []byte, opts ...Option) *Exchange {
	u := AddQuery(r.URL("blobs/uploads/"), "digest", digest)
	first := []Option{WithHeader("Content-Type", octets), WithBody(data)}
	return r.send(ctx, EndUploadSingle, http.MethodPost, u, scopePush, first, opts)
}

// Mount mounts a blob from another repository (end-11). With an empty from, the
// parameter is left out.
func (r *Repository) Mount(ctx context.Context, digest, from string, opts ...Option) *Exchange {
	u := AddQuery(r.URL("blobs/uploads/"), "mount", digest)
	first := []Option{func(req *Request) {
		if from != "" {
			req.URL = AddQuery(req.URL, "from", from)
			req.Scopes = append(req.Scopes, "repository:"+from+":"+scopePull)
		}
	}}
	return r.send(ctx, EndMount, http.MethodPost, u, scopePush, first, opts)
}

// PatchUpload sends a chunk to an upload's location (end-5), with a
// Content-Range unless contentRange is empty.
func (r *Repository) PatchUpload(ctx context.Context, location *url.URL, contentRange string, data []byte, opts ...Option) *Exchange {
	first := []Option{WithHeader("Content-Type", octets), WithBody(data)}
	if contentRange != "" {
		first = append(first, WithHeader("Content-Range", contentRange))
	}
	return r.send(ctx, EndUploadPatch, http.MethodPatch, location, scopePush, first, opts)
}

// PutUpload closes an upload session (end-6). When data is not nil, it sends it as the
// last content.
func (r *Repository) PutUpload(ctx context.Context, location *url.URL, digest string, data []byte, opts ...Option) *Exchange {
	var first []Option
	if data != nil {
		first = append(first, WithHeader("Content-Type", octets), WithBody(data))
	}
	return r.send(ctx, EndUploadPut, http.MethodPut, AddQuery(location, "digest", digest), scopePush, first, opts)
}

// UploadStatus asks how much of an upload the registry has received (end-13).
func (r *Repository) UploadStatus(ctx context.Context, location *url.URL, opts ...Option) *Exchange {
	return r.send(ctx, EndUploadStatus, http.MethodGet, location, scopePush, nil, opts)
}

// CancelUpload cancels an upload session (end-14).
func (r *Repository) CancelUpload(ctx context.Context, location *url.URL, opts ...Option) *Exchange {
	return r.send(ctx, EndUploadCancel, http.MethodDelete, location, scopePush, nil, opts)
}
