package wire

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// redirectLimit is the number of redirects that one request follows.
const redirectLimit = 10

// ErrTooManyRedirects is the error of an exchange with too many redirects.
var ErrTooManyRedirects = errors.New("more than 10 redirects")

// follow sends the request, and follows redirects and retries. Unlike a browser, it
// keeps the method on 301 and 302, as RFC 9110 (section 15.4) allows. Only 303 changes
// it to GET. Credentials belong to a host: no hop is sent the credentials of another.
func (c *Client) follow(ctx context.Context, req *Request) *Exchange {
	var hops []Hop
	waits := &waits{left: c.opts.RetryWait}
	redirects := 0
	var broken *Exchange
	queued := time.Duration(0)
	for {
		ex := c.once(ctx, req, waits, broken)
		queued += ex.Queued
		ex.Hops, ex.Queued = hops, queued
		hop := Hop{Method: ex.Method, URL: ex.URL, Status: ex.Status, Header: ex.Header, Duration: ex.Duration, Err: ex.Err}
		if ex.Status >= http.StatusBadRequest && len(ex.Body) <= headSize {
			hop.Body = ex.Body
		}
		if ex.Err != nil {
			if broken != nil || !repeatable(req, ex) || ctx.Err() != nil {
				return ex
			}
			broken = ex
			hops = append(hops, hop)
			continue
		}
		if waits.again(ctx, ex, c.holds) {
			hops = append(hops, hop)
			continue
		}
		ex.Throttled = throttled(ex)
		next := redirected(ex)
		if next == nil || req.NoRedirect {
			return ex
		}
		if redirects++; redirects > redirectLimit {
			ex.Err = ErrTooManyRedirects
			return ex
		}
		hops = append(hops, hop)
		req = redirectedRequest(req, ex.Status, next)
	}
}

// redirected returns the target of a redirect; nil if the answer is not a redirect or
// has no valid target.
func redirected(ex *Exchange) *url.URL {
	if !isRedirect(ex.Status) {
		return nil
	}
	location, err := ex.Location()
	if err != nil {
		return nil
	}
	return location
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func redirectedRequest(req *Request, status int, to *url.URL) *Request {
	next := *req
	next.URL = to
	next.Header = req.Header.Clone()
	if to.Host != req.URL.Host || to.Scheme != req.URL.Scheme {
		for _, secret := range []string{"Authorization", "Cookie", "Proxy-Authorization"} {
			next.Header.Del(secret)
		}
	}
	if status == http.StatusSeeOther && req.Method != http.MethodHead {
		next.Method, next.Body, next.bytes, next.Size = http.MethodGet, nil, nil, 0
		next.Header.Del("Content-Type")
		next.Header.Del("Content-Range")
	}
	return &next
}
