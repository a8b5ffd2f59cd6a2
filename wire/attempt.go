package wire

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// attempt is one sending of a request. The context carries it through the layers below.
// They note facts that the answer does not show.
type attempt struct {
	req   *Request
	place *place
	url   string // in the form that the lower layers see
	// started says that the first request was sent. The place is for this request.
	started bool
	// fresh asks for a new connection.
	fresh bool
	// scheme is the scheme of the credential that was sent; empty for none.
	scheme string
	// refused are the headers of the last 401.
	refused http.Header
	// failed says that the registry, not a token service, gave no answer.
	failed bool
	// throttled says that the token service answered that it has too many requests.
	throttled bool
	// location is the target of a redirect.
	location []string
}

type attemptKey struct{}

func withAttempt(ctx context.Context, a *attempt) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

func attemptOf(ctx context.Context) *attempt {
	return ctx.Value(attemptKey{}).(*attempt)
}

// observer is the lowest layer. It counts the requests, those for tokens included. It
// keeps to the rate, and notes the result of its request in the attempt.
type observer struct {
	*shared
	next  http.RoundTripper
	fresh *http.Transport // instead of next, for a new connection
}

func (o *observer) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	if req.Method != a.req.Method || req.URL.String() != a.url {
		return o.token(req, a)
	}
	resp, err := o.send(req, a)
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
		// Even when net/http is told to follow no redirect, it prepares to follow: it
		// opens the body again, and turns an invalid Location into an error. So the
		// Location is removed.
		a.location = resp.Header["Location"]
		delete(resp.Header, "Location")
	}
	return resp, nil
}

// send sends any request. The gate has let the first request of an attempt through.
// Further requests of the attempt, such as one for a token, keep to the rate here.
func (o *observer) send(req *http.Request, a *attempt) (*http.Response, error) {
	if a.started && o.gate.rate != nil {
		if err := o.gate.rate.Wait(req.Context()); err != nil {
			return nil, context.DeadlineExceeded
		}
	}
	a.started = true
	if _, token, found := strings.Cut(req.Header.Get("Authorization"), " "); found {
		o.secrets.Add(token)
	}
	o.requests.Add(1)
	countFor(req.Context())
	if a.fresh {
		o.fresh.CloseIdleConnections()
		return o.fresh.RoundTrip(req)
	}
	return o.next.RoundTrip(req)
}

// token sends a request for a token. It sends it again if the answer asks for this, as
// [Client.Do] does with its own requests.
func (o *observer) token(req *http.Request, a *attempt) (*http.Response, error) {
	started := time.Now()
	defer func() { o.profile.add(purposeOf(req.Context()), req.Method, EndToken, time.Since(started)) }()
	waits := &waits{left: o.opts.RetryWait}
	for {
		next := req.Clone(req.Context())
		next.Header.Set("User-Agent", userAgent(req.Context(), o.opts.UserAgent))
		if waits.retries > 0 && req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			next.Body = body
		}
		sent := time.Now()
		resp, err := o.send(next, a)
		if err != nil {
			return nil, err
		}
		o.gate.learn(outcome{
			kind: kind{EndToken, req.Method, false}, beside: a.place.beside, started: sent, ended: time.Now(), status: resp.StatusCode,
		})
		if req.Body != nil && req.GetBody == nil {
			return resp, nil
		}
		answer := &Exchange{URL: req.URL, Status: resp.StatusCode, Header: resp.Header}
		a.throttled = throttled(answer)
		if !a.throttled {
			return resp, nil
		}
		a.place.leave()
		again := waits.again(req.Context(), answer, o.holds)
		if err := a.place.enter(req.Context()); err != nil || !again {
			return resp, nil
		}
		_ = resp.Body.Close()
	}
}
