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
	// headSize is the size of the head that is kept if the whole body is not kept.
	headSize = 4 << 10
	// A body up to smallBody is always kept whole.
	smallBody = 256 << 10
	// manifestBody is the largest manifest that every registry has to accept.
	manifestBody = 4 << 20
	// plainBody limits the body of an error, and the body of an answer that has no
	// content.
	plainBody = 1 << 20
	// bodyBudget limits the memory for all bodies above smallBody that are being read
	// at the same time.
	bodyBudget = 64 << 20
)

// ErrBodyTooLong is the error of an exchange whose body is longer than the
// client's limit.
var ErrBodyTooLong = errors.New("the response body is longer than the limit")

// Is says whether the body is equal to content. It also works for a body that was not
// kept whole or that was written to a sink.
func (e *Exchange) Is(content []byte) bool {
	if !e.Cut() {
		return bytes.Equal(e.Body, content)
	}
	return e.BodySize == int64(len(content)) && e.BodyDigest == digest.FromBytes(content)
}

// Cut says whether Body is only a part of the received body.
func (e *Exchange) Cut() bool { return int64(len(e.Body)) < e.BodySize }

// Whole keeps the whole response body, up to the client's limit, for any endpoint.
func Whole() Option {
	return func(r *Request) { r.Whole = true }
}

// extent returns two limits: how many bytes of the body are read, and up to which size
// the body is kept whole.
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

// read reads the body and keeps it within the limits, or writes it to the sink.
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

// keptBody is a writer that keeps everything written to it, or only the head.
type keptBody struct {
	ctx        context.Context
	budget     *semaphore.Weighted
	read, keep int64
	announced  int64 // the announced length; -1 if there was none
	size       int64
	data       []byte
	headOnly   bool
	held       int64 // bytes taken from the budget
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

// claim takes the whole size that the body can have from the budget at once. If bodies
// took it in small parts, they could wait for each other for ever.
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
