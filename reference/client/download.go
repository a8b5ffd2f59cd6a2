package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/wire"
)

// resumptions is how often the download of a blob is taken up again after its
// connection broke.
const resumptions = 4

// room is how many bytes of an answer that is no blob are read.
const room = 64 << 10

// part is a writer that takes no more than a limit. A registry may send without end.
type part struct {
	bytes.Buffer
	limit int64
}

var errTooLong = errors.New("the content is longer than its descriptor says")

func (p *part) Write(data []byte) (int, error) {
	left := p.limit - int64(p.Len())
	if int64(len(data)) <= left {
		return p.Buffer.Write(data)
	}
	n, _ := p.Buffer.Write(data[:left]) // never fails
	return n, errTooLong
}

// blob pulls a blob and checks it. If the connection breaks, it asks for the rest.
func (r *remote) blob(ctx context.Context, d ocispec.Descriptor, config bool) ([]byte, error) {
	if r.HeadPulledBlob {
		r.headBlob(ctx, d)
	}
	got := Received{Want: d, Config: config}
	for broken := 0; ; {
		start := int64(len(got.Content))
		to := &part{limit: max(d.Size, room)}
		ex := r.getBlob(ctx, d, start, to)
		got.Exchange = ex
		switch {
		case errors.Is(ex.Err, errTooLong):
			return nil, fmt.Errorf("the blob %s: %w", d.Digest, errTooLong)
		case ex.Status == http.StatusRequestedRangeNotSatisfiable && start > 0:
			got.Content = nil // what was got is of no use
			ex.Err = errors.New("the rest of the blob cannot be got")
		case ex.Status == http.StatusPartialContent && begins(ex, start):
			got.Content = append(got.Content, to.Bytes()...)
		case ex.Status == http.StatusOK:
			got.Content = to.Bytes()
		default:
			return nil, refusal(ex)
		}
		if ex.Err != nil {
			if broken++; broken > resumptions || ctx.Err() != nil {
				return nil, refusal(ex)
			}
			got.Resumed = true
			if r.Restart {
				got.Content = nil
			}
			continue
		}
		if ex.Status == http.StatusPartialContent && int64(len(got.Content)) < d.Size && to.Len() > 0 {
			continue // the next range
		}
		break
	}
	if err := r.VerifyBlob(got); err != nil {
		return nil, err
	}
	return got.Content, r.VerifyHeader(got.Exchange.Header.Get("Docker-Content-Digest"), got.Content)
}

// getBlob asks for the content from start on.
func (r *remote) getBlob(ctx context.Context, d ocispec.Descriptor, start int64, to *part) *wire.Exchange {
	opts := []wire.Option{wire.Into(to), wire.Moving(d.Size - start)}
	switch {
	case r.Ranges > 0 && d.Size > 0:
		step := (d.Size + r.Ranges - 1) / r.Ranges
		opts = append(opts, wire.WithHeader("Range", fmt.Sprintf("bytes=%d-%d", start, min(start+step, d.Size)-1)))
	case start > 0:
		opts = append(opts, wire.WithHeader("Range", fmt.Sprintf("bytes=%d-", start)))
	}
	return r.ask(ctx, wire.EndBlob, http.MethodGet, r.at("blobs/"+d.Digest.String()), toPull, opts...)
}

// begins says whether a part of a blob begins at the offset.
func begins(ex *wire.Exchange, start int64) bool {
	return strings.HasPrefix(ex.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", start))
}

func (r *remote) headBlob(ctx context.Context, d ocispec.Descriptor) *wire.Exchange {
	return r.ask(ctx, wire.EndBlob, http.MethodHead, r.at("blobs/"+d.Digest.String()), toPull)
}
