package wire

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// redirectLimit is how many redirects one request follows.
const redirectLimit = 10

// retryLimit is how often one request is sent again after 429 or 503.
const retryLimit = 5

// ErrTooManyRedirects is the error of an exchange that was redirected without
// end.
var ErrTooManyRedirects = errors.New("more than 10 redirects")

// follow sends the request and whatever its answers ask for. Unlike a browser
// it keeps the method on 301 and 302, as RFC 9110 (section 15.4) leaves it to
// do; only 303 turns it into GET. Credentials belong to a host, so that no hop
// carries those of another.
func (c *Client) follow(ctx context.Context, req *Request) *Exchange {
	var hops []Hop
	waited := time.Duration(0)
	retries, redirects := 0, 0
	for {
		ex := c.once(ctx, req)
		ex.Hops = hops
		if ex.Err != nil {
			return ex
		}
		hop := Hop{Method: ex.Method, URL: ex.URL, Status: ex.Status, Header: ex.Header, Duration: ex.Duration}
		if wait, ok := pause(ex, retries); ok && retries < retryLimit && wait <= c.opts.RetryWait-waited {
			retries++
			waited += wait
			if !sleep(ctx, wait) {
				return ex
			}
			hops = append(hops, hop)
			continue
		}
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

// redirected is where the answer points; nil when it is no redirect or points
// nowhere.
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

// firstPause is how long the first wait is where nobody says; each one after it
// is twice as long.
const firstPause = 100 * time.Millisecond

// pause is how long to wait before the request is sent again. A 429 says that
// it is to be sent later even where it does not say when (RFC 6585, section 4);
// a bare 503 may last, and is an answer.
func pause(ex *Exchange, retries int) (time.Duration, bool) {
	if wait, ok := retryAfter(ex); ok {
		return wait, true
	}
	return firstPause << retries, ex.Status == http.StatusTooManyRequests && len(ex.Header.Values("Retry-After")) == 0
}

// retryAfter is how long 429 or 503 asks to wait (RFC 9110, section 10.2.3),
// in seconds or as a date.
func retryAfter(ex *Exchange) (time.Duration, bool) {
	if ex.Status != http.StatusTooManyRequests && ex.Status != http.StatusServiceUnavailable {
		return 0, false
	}
	value := ex.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(time.Until(date), 0), true
	}
	return 0, false
}

// sleep waits for d; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
