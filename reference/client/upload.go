package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/wire"
)

// uploads is how often the upload of a blob is begun.
const uploads = 3

// upload pushes a blob that the repository does not have.
func (r *remote) upload(ctx context.Context, d ocispec.Descriptor, content []byte) error {
	if !r.NoHead && r.headBlob(ctx, d).OK() {
		return nil
	}
	u := &upload{remote: r, blob: d}
	return u.deliver(ctx, content)
}

// deliver sends the content: in the session that there is, or in a new one.
func (u *upload) deliver(ctx context.Context, content []byte) error {
	u.content = content
	var err error
	for range uploads {
		if u.location == nil {
			done, err := u.start(ctx)
			if done || err != nil {
				return err
			}
		}
		if err = u.finish(ctx); err == nil {
			return nil
		}
		if !u.gone {
			u.cancel(ctx)
		}
		u.location, u.gone, u.taken = nil, false, false
		if ctx.Err() != nil || !u.again {
			break
		}
	}
	return err
}

// upload is the upload of one blob.
type upload struct {
	*remote
	blob     ocispec.Descriptor
	content  []byte
	location *url.URL // of the session; nil if there is none
	least    int64    // the size of the smallest chunk that the registry takes, in bytes
	whole    bool     // chunks were refused
	taken    bool     // the session has taken a chunk
	gone     bool     // the registry does not know the session any more
	again    bool     // it is worth a new session
}

var errNoLocation = errors.New("the upload cannot go on: the answer has no usable Location")

// mount mounts the blob, or begins an upload if the registry does. Any other answer means
// that the blob has to be uploaded.
func (u *upload) mount(ctx context.Context, from string) (done bool, err error) {
	at := wire.AddQuery(wire.AddQuery(u.at("blobs/uploads/"), "mount", u.blob.Digest.String()), "from", from)
	ex := u.ask(ctx, wire.EndMount, http.MethodPost, at, toPush, func(req *wire.Request) {
		req.Scopes = append(req.Scopes, "repository:"+from+":"+toPull)
	})
	switch {
	case ex.OK() && ex.Status == http.StatusCreated:
		return true, u.VerifyMount(ex.Header.Get("Docker-Content-Digest"), u.blob.Digest)
	case ex.OK():
		u.session(ex)
	}
	return false, ctx.Err()
}

// start begins a session, or pushes the blob with a single POST.
func (u *upload) start(ctx context.Context) (done bool, err error) {
	if u.SinglePost {
		at := wire.AddQuery(u.at("blobs/uploads/"), "digest", u.blob.Digest.String())
		ex := u.ask(ctx, wire.EndUploadSingle, http.MethodPost, at, toPush, octets(u.content)...)
		if ex.OK() && ex.Status == http.StatusCreated {
			return true, nil
		}
		if ex.OK() && u.session(ex) {
			return false, nil
		}
	}
	at := u.at("blobs/uploads/")
	if a := u.blob.Digest.Algorithm(); a != digest.SHA256 {
		at = wire.AddQuery(at, "digest-algorithm", a.String())
	}
	ex := u.ask(ctx, wire.EndUploadStart, http.MethodPost, at, toPush)
	if !ex.OK() {
		return false, refusal(ex)
	}
	if !u.session(ex) {
		return false, errNoLocation
	}
	return false, nil
}

// session takes the upload to where an answer says, and says whether it could.
func (u *upload) session(ex *wire.Exchange) bool {
	location, err := ex.Location()
	if err != nil {
		return false
	}
	u.location = location
	if least, ok := number(ex.Header.Get("OCI-Chunk-Min-Length")); ok {
		u.least = least
	}
	return true
}

// finish sends the content and closes the session.
func (u *upload) finish(ctx context.Context) error {
	rest, first := u.content, int64(0)
	inChunks := (u.Chunks > 0 || u.Stream) && !u.whole && len(u.content) > 0
	if inChunks {
		var err error
		if first, err = u.chunks(ctx); err != nil {
			return err
		}
		rest = u.content[first:]
	}
	var opts []wire.Option
	if len(rest) > 0 || !inChunks {
		opts = octets(rest)
	}
	if inChunks && len(rest) > 0 {
		opts = append(opts, wire.WithHeader("Content-Range", contentRange(Span{first, int64(len(rest))})))
	}
	ex := u.ask(ctx, wire.EndUploadPut, http.MethodPut, wire.AddQuery(u.location, "digest", u.blob.Digest.String()), toPush, opts...)
	if ex.OK() {
		return u.VerifyHeader(ex.Header.Get("Docker-Content-Digest"), u.content)
	}
	u.lost(ex)
	return refusal(ex)
}

// lost notes what an answer that is no success says of the session.
func (u *upload) lost(ex *wire.Exchange) {
	u.gone = missing(ex)
	u.again = u.gone || ex.Err != nil && !errors.Is(ex.Err, wire.ErrCredentials) || ex.Status >= http.StatusInternalServerError
}

// cancel gives the session up. What the registry says to it does not matter.
func (u *upload) cancel(ctx context.Context) {
	if u.location != nil {
		u.ask(ctx, wire.EndUploadCancel, http.MethodDelete, u.location, toPush)
	}
}

func octets(content []byte) []wire.Option {
	return []wire.Option{
		wire.WithHeader("Content-Type", "application/octet-stream"), wire.WithBody(content), wire.Moving(int64(len(content))),
	}
}
