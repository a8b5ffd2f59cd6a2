package wire

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// attempt is one sending of a request. The context carries it through the
// layers below, which note what the answer alone does not tell.
type attempt struct {
	req *Request
	url string // as the layers below see it
	// scheme is that of the credential that was sent; empty for none.
	scheme string
	// refused are the headers of the last 401.
	refused http.Header
	// failed says that the registry, not a token service, gave no answer.
	failed bool
	// location is where a redirect points.
	location []string
}

type attemptKey struct{}

func withAttempt(ctx context.Context, a *attempt) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

func attemptOf(ctx context.Context) *attempt {
	return ctx.Value(attemptKey{}).(*attempt)
}

// observer is the lowest layer: it counts the requests, those for tokens
// included, and notes in the attempt what became of its own.
type observer struct {
	next     http.RoundTripper
	requests *atomic.Int64
	wait     time.Duration // how long one request waits at most where it is asked to
}

func (o *observer) RoundTrip(req *http.Request) (*http.Response, error) {
	o.requests.Add(1)
	resp, err := o.next.RoundTrip(req)
	a := attemptOf(req.Context())
	if req.Method != a.req.Method || req.URL.String() != a.url {
		return o.again(req, resp, err) // for a token
	}
	a.scheme, _, _ = strings.Cut(req.Header.Get("Authorization"), " ")
	a.failed = err != nil
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		a.refused = resp.Header.Clone()
		resp.Header[challengeHeader] = usable(resp.Header[challengeHeader])
	}
	if isRedirect(resp.StatusCode) {
		// A client of net/http that is told to follow no redirect prepares to
		// all the same: it opens the body again, and makes an error of a
		// Location that it cannot read. So it gets none to see.
		a.location = resp.Header["Location"]
		delete(resp.Header, "Location")
	}
	return resp, nil
}

// again sends a request for a token again where its answer asks for that, as
// [Client.Do] does with those of its own.
func (o *observer) again(req *http.Request, resp *http.Response, err error) (*http.Response, error) {
	waited := time.Duration(0)
	for retries := range retryLimit {
		if err != nil {
			return nil, err
		}
		wait, ok := pause(&Exchange{Status: resp.StatusCode, Header: resp.Header}, retries)
		if !ok || waited+wait > o.wait || req.Body != nil && req.GetBody == nil {
			break
		}
		waited += wait
		if !sleep(req.Context(), wait) {
			break
		}
		next := req.Clone(req.Context())
		if req.GetBody != nil {
			if next.Body, err = req.GetBody(); err != nil {
				return resp, nil
			}
		}
		_ = resp.Body.Close()
		o.requests.Add(1)
		resp, err = o.next.RoundTrip(next)
	}
	return resp, err
}
