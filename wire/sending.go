package wire

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// slowest is how fast content has to move, in bytes per second, see [Moving].
const slowest = 4 << 20

// once sends one request, without redirects or retries, when it is its turn. broken
// is the sending before, if its connection broke; this one is then on a new one.
func (c *Client) once(ctx context.Context, req *Request, waits *waits, broken *Exchange) *Exchange {
	ex := unsent(req, nil)
	arrived := time.Now()
	place, err := c.turn(ctx, req, waits)
	started := time.Now()
	ex.Queued = started.Sub(arrived)
	if err != nil {
		ex.Err = err
		return ex
	}
	defer place.leave()
	ex.beside = place.beside
	full := c.opts.RequestTimeout + time.Duration(req.Moves/slowest)*time.Second
	limit := full
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline).Round(10*time.Millisecond))
	}
	c.exchange(ctx, ex, &attempt{req: req, place: place, fresh: broken != nil}, limit)
	ended := time.Now()
	ex.Duration = ended.Sub(started)
	c.profile.add(purposeOf(ctx), req.Method, req.Endpoint, ex.Duration)
	c.gate.learn(outcome{
		kind: kindOf(req), beside: place.beside, started: started, ended: ended, status: ex.Status, err: ex.Err,
		broken: broken, repeats: broken == nil && repeatable(req, ex),
	})
	switch {
	case ex.Err == nil:
		c.hopeless.answered(kindOf(req))
	// A caller that gives up earlier says nothing about the target.
	case errors.Is(ex.Err, context.DeadlineExceeded) && limit == full:
		c.hopeless.timedOut(kindOf(req), ex)
	}
	return ex
}

// exchange sends the request of a and notes in ex what came of it within limit.
func (c *Client) exchange(ctx context.Context, ex *Exchange, a *attempt, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req := a.req
	client := c.resty
	if req.Anonymous {
		client = c.bare
	}
	resp, err := client.R().SetContext(withAttempt(withScopes(ctx, req), a)).
		SetHeader("User-Agent", userAgent(ctx, c.opts.UserAgent)).Execute(req.Method, req.URL.String())
	ex.Request.Auth = a.scheme
	if a.scheme != "" {
		ex.Request.Scopes = req.Scopes
	}
	if err != nil {
		ex.Err = explain(ctx, limit, err)
		if errors.Is(ex.Err, ErrCredentials) && a.refused != nil {
			ex.Status, ex.Header, ex.Throttled = http.StatusUnauthorized, a.refused, a.throttled
		}
		return
	}
	raw := resp.RawResponse
	ex.Status, ex.Header, ex.ContentLength = raw.StatusCode, raw.Header, raw.ContentLength
	if a.location != nil {
		ex.Header["Location"] = a.location
	}
	if ex.Status == http.StatusUnauthorized && a.refused != nil {
		ex.Header = a.refused // as it came
	}
	defer raw.Body.Close() //nolint:errcheck
	if err := ex.read(ctx, raw.Body, req, c.opts.BodyLimit, c.budget); err != nil {
		ex.Err = explain(ctx, limit, err)
	}
}
