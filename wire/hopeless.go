package wire

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// kind groups requests that are likely to fail or succeed together.
type kind struct {
	endpoint Endpoint
	method   string
	large    bool // has the time for much content
}

func kindOf(req *Request) kind { return kind{req.Endpoint, req.Method, req.Moves > 0} }

// ErrGivenUp is the error of an exchange that was not sent, because the
// requests of its kind (the same method and endpoint) have timed out again and
// again. It comes together with [context.DeadlineExceeded].
var ErrGivenUp = errors.New("not sent: requests like this one time out")

// timeoutLimit is how many requests of a kind may time out, with no answer to
// one between them, until no further one is sent. A kind that hangs then costs
// the time of few time-outs, however many requests there are. All that are in
// flight may time out together; even then that many have had their full time.
const timeoutLimit = 3

// hopeless counts the time-outs of each kind of request.
type hopeless struct {
	mu    sync.Mutex
	kinds map[kind]*timeouts
}

type timeouts struct {
	inRow int
	first string // the request
}

// refuse returns an error if the request is not worth sending, because its kind times
// out.
func (h *hopeless) refuse(k kind) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.kinds[k]
	if t == nil || t.inRow < timeoutLimit {
		return nil
	}
	return fmt.Errorf("%w (%d in a row, the first was %s): %w", ErrGivenUp, t.inRow, t.first, context.DeadlineExceeded)
}

// timedOut notes that the request had its full time, and no answer came.
func (h *hopeless) timedOut(k kind, ex *Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.kinds[k]
	if t == nil {
		t = &timeouts{first: ex.Method + " " + RedactURL(ex.URL)}
		h.kinds[k] = t
	}
	t.inRow++
}

// answered notes that a full answer came.
func (h *hopeless) answered(k kind) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.kinds, k)
}
