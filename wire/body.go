package wire

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/opencontainers/go-digest"
	"golang.org/x/sync/semaphore"
)

// How much of a response body is read and kept, in bytes.
const (
	// headSize is the part that is kept of a body that is not kept whole.
	headSize = 4 << 10
	// A body up to smallBody is always kept whole.
	smallBody = 256 << 10
	// manifestBody is the size of a manifest that every registry has to accept.
	manifestBody = 4 << 20
	// plainBody is read of an error, and of what has no content to speak of.
	plainBody = 1 << 20
	// bodyBudget is what all bodies that are larger than smallBody and are
	// being read may take together.
	bodyBudget = 64 << 20
)

// ErrBodyTooLong is the error of an exchange whose body is longer than the
// client's limit.
var ErrBodyTooLong = errors.New("the response body is longer than the limit")

// Is says whether the body is content, also when it was not kept whole or went
// into a sink.
func (e *Exchange) Is(content []byte) bool {
	if !e.Cut() {
		return bytes.Equal(e.Body, content)
	}
	return e.BodySize == int64(len(content)) && e.BodyDigest == digest.FromBytes(content)
}

// Cut says whether Body is only a part of the received body.
func (e *Exchange) Cut() bool { return int64(len(e.Body)) < e.BodySize }

// Whole keeps the response body whole up to the client's limit, whatever it is.
func Whole() Option {
	return func(r *Request) { r.Whole = true }
}

// extent says how many bytes of the body are read, and up to which size it is kept.
func extent(req *Request, status int, limit int64) (read, keep int64) {
	read = limit
	switch {
	case status >= http.StatusBadRequest:
		read = min(limit, plainBody)
		keep = read
	case req.Whole:
		keep = limit
	case req.Endpoint == EndTags, req.Endpoint == EndReferrers:
		keep = limit
	case req.Endpoint == EndManifest:
		keep = manifestBody
	case req.Endpoint == EndBlob:
		keep = smallBody
	default:
		read = min(limit, plainBody)
		keep = smallBody
	}
	return read, min(keep, read)
}

// read takes the body in, up to the limits for such a one unless there is a
// sink.
func (e *Exchange) read(ctx context.Context, body io.Reader, req *Request, limit int64, budget *semaphore.Weighted) error {
	kept := &keptBody{ctx: ctx, budget: budget, announced: e.ContentLength}
	kept.read, kept.keep = extent(req, e.Status, limit)
	defer kept.free()
	var to io.Writer = kept
	if req.Sink != nil {
		to = req.Sink
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, hash), body)
	if errors.Is(err, ErrBodyTooLong) && n > smallBody {
		kept.cut()
	}
	e.Body, e.BodySize = kept.data, n
	e.BodyDigest = digest.NewDigest(digest.SHA256, hash)
	return err
}

// keptBody keeps what is written to it, or the head of it.
type keptBody struct {
	ctx        context.Context
	budget     *semaphore.Weighted
	read, keep int64
	announced  int64 // -1 when the length was not
	size       int64
	data       []byte
	headOnly   bool
	held       int64 // of the budget
}

func (b *keptBody) Write(p []byte) (int, error) {
	if b.size+int64(len(p)) > b.read {
		return 0, fmt.Errorf("%w of %d bytes", ErrBodyTooLong, b.read)
	}
	b.size += int64(len(p))
	switch {
	case b.headOnly:
		return len(p), nil
	case b.size > b.keep:
		b.data = append(b.data, p...)
		b.cut()
		return len(p), nil
	case b.size > smallBody && b.held == 0:
		if err := b.claim(); err != nil {
			return 0, err
		}
	}
	b.data = append(b.data, p...)
	return len(p), nil
}

// claim takes all that the body may come to from the budget. A body that took
// it bit by bit could wait for others that wait for it.
func (b *keptBody) claim() error {
	most := b.keep
	if b.announced > 0 {
		most = min(most, b.announced)
	}
	n := min(most, bodyBudget)
	if err := b.budget.Acquire(b.ctx, n); err != nil {
		return err
	}
	b.held = n
	if b.announced > 0 {
		b.data = append(make([]byte, 0, most), b.data...)
	}
	return nil
}

func (b *keptBody) cut() {
	b.data, b.headOnly = head(b.data), true
	b.free()
}

func (b *keptBody) free() {
	b.budget.Release(b.held)
	b.held = 0
}

// head returns a copy of the beginning of data. It does not cut a character.
func head(data []byte) []byte {
	h := data[:min(len(data), headSize)]
	for n := len(h); n > max(0, len(h)-utf8.UTFMax); n-- {
		if utf8.Valid(h[:n]) {
			h = h[:n]
			break
		}
	}
	return bytes.Clone(h)
}
