package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"assay/wire"
)

// corrections is how often one session is corrected after a chunk was refused as out of
// order.
const corrections = 3

// chunks sends the blob in chunks (distribution-spec, "Pushing a blob in chunks"). It
// returns the offset of what is left for the PUT that closes the session. If the registry
// takes no chunks, the next session sends the blob whole.
func (u *upload) chunks(ctx context.Context) (int64, error) {
	if u.Stream {
		return u.stream(ctx)
	}
	size := int64(len(u.content))
	first := int64(0)
	for range corrections + 1 {
		spans := u.Order(u.spans(first))
		if u.LastInPut {
			last := spans[len(spans)-1]
			spans, size = spans[:len(spans)-1], last.Start
		}
		refused, err := u.patch(ctx, spans)
		if err != nil {
			return 0, err
		}
		if !refused {
			return size, nil
		}
		if first, err = u.received(ctx); err != nil {
			return 0, err
		}
		if size = int64(len(u.content)); first >= size {
			return size, nil
		}
	}
	u.whole, u.again = true, true
	return 0, errors.New("the registry refuses each chunk as out of order")
}

// spans cuts the content from an offset on.
func (u *upload) spans(first int64) []Span {
	var spans []Span
	size := int64(len(u.content))
	step := max((size+u.Chunks-1)/u.Chunks, u.least)
	for at := first; at < size; at += step {
		spans = append(spans, Span{at, min(step, size-at)})
	}
	return spans
}

// patch sends chunks, each to where the answer to the one before says. refused says that
// one was out of order.
func (u *upload) patch(ctx context.Context, spans []Span) (refused bool, err error) {
	for _, s := range spans {
		opts := append(octets(u.content[s.Start:s.Start+s.Size]), wire.WithHeader("Content-Range", contentRange(s)))
		ex := u.ask(ctx, wire.EndUploadPatch, http.MethodPatch, u.location, toPush, opts...)
		switch {
		case ex.OK():
			u.session(ex)
			u.taken = true
			if u.Poll {
				u.status(ctx)
			}
		case ex.Err == nil && ex.Status == http.StatusRequestedRangeNotSatisfiable:
			return true, nil
		default:
			u.lost(ex)
			u.whole, u.again = true, true
			return false, refusal(ex)
		}
	}
	return false, nil
}

// stream sends all content in one PATCH, as clients do that do not know its length.
func (u *upload) stream(ctx context.Context) (int64, error) {
	ex := u.ask(ctx, wire.EndUploadPatch, http.MethodPatch, u.location, toPush, octets(u.content)...)
	if !ex.OK() {
		u.lost(ex)
		u.whole, u.again = true, true
		return 0, refusal(ex)
	}
	u.session(ex)
	return int64(len(u.content)), nil
}

// status asks how far the upload is, and goes on where the answer says.
func (u *upload) status(ctx context.Context) *wire.Exchange {
	ex := u.ask(ctx, wire.EndUploadStatus, http.MethodGet, u.location, toPush)
	if ex.OK() {
		u.session(ex)
	}
	return ex
}

// received asks for the offset of the next byte.
func (u *upload) received(ctx context.Context) (int64, error) {
	ex := u.status(ctx)
	if !ex.OK() {
		u.lost(ex)
		return 0, refusal(ex)
	}
	start, end, found := strings.Cut(strings.TrimPrefix(ex.Header.Get("Range"), "bytes="), "-")
	last, ok := number(end)
	switch {
	case !found, last == 0 && !u.taken: // some registries say 0-0 before the first byte
		return 0, nil
	case start != "0" || !ok || last >= int64(len(u.content)):
		u.again = true
		return 0, fmt.Errorf("the upload cannot go on: its Range is %q", ex.Header.Get("Range"))
	}
	return last + 1, nil
}

// contentRange includes both ends.
func contentRange(s Span) string { return fmt.Sprintf("%d-%d", s.Start, s.Start+s.Size-1) }

// number reads a number of bytes.
func number(text string) (int64, bool) {
	n, err := strconv.ParseUint(text, 10, 63)
	return int64(n), err == nil //nolint:gosec // it has 63 bits
}
