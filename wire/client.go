package wire

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/opencontainers/go-digest"
	"oras.land/oras-go/v2/registry/remote/auth"
)

// Options make a client.
type Options struct {
	// Target is the registry's base URL, as [ParseTarget] gives it.
	Target *url.URL
	// Credential finds the credential of a host; nil for none.
	Credential auth.CredentialFunc
	// TLS is the TLS configuration; nil for Go's defaults.
	TLS *tls.Config
	Manners
	// BodyLimit bounds a response body in bytes; 0 stands for 16 MiB.
	BodyLimit int64
	// RetryWait bounds the time that one request waits in all because of
	// Retry-After; 0 stands for 10 s, a negative value for no waiting.
	RetryWait time.Duration
	UserAgent string
}

// DefaultMaxInFlight is how many requests are in flight at the same time unless
// somebody says otherwise.
const DefaultMaxInFlight = 32

// Manners are how a registry is spoken to, as the user says it.
type Manners struct {
	// RequestTimeout bounds one request, body included; 0 stands for 30 s.
	RequestTimeout time.Duration
	// MaxInFlight bounds the requests that are in flight at the same time; 0
	// stands for [DefaultMaxInFlight].
	MaxInFlight int
	// MaxRate bounds the requests that are sent in a second; 0 sets no bound.
	MaxRate float64
	// ReadOnly refuses every request but GET and HEAD before it is sent.
	ReadOnly bool
}

// Client sends requests to one registry and to the hosts it points at. It is
// safe for concurrent use.
type Client struct {
	target   *url.URL
	opts     Options
	resty    *resty.Client // authenticating
	bare     *resty.Client // anonymous
	requests *atomic.Int64
	patience *patience
	gate     chan struct{} // holds one for each request in flight
	observe  func(context.Context, *Exchange)
}

// headerLimit bounds the response headers, in bytes; what real registries send
// is a few kilobytes.
const headerLimit = 256 << 10

// New returns a client. It sends nothing.
func New(opts Options) *Client {
	if opts.RequestTimeout == 0 {
		opts.RequestTimeout = 30 * time.Second
	}
	if opts.BodyLimit == 0 {
		opts.BodyLimit = 16 << 20
	}
	if opts.RetryWait == 0 {
		opts.RetryWait = 10 * time.Second
	}
	if opts.MaxInFlight == 0 {
		opts.MaxInFlight = DefaultMaxInFlight
	}
	if opts.UserAgent == "" {
		opts.UserAgent = "assay"
	}
	requests := new(atomic.Int64)
	var transport http.RoundTripper = &observer{next: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: opts.RequestTimeout}).DialContext,
		TLSClientConfig:        opts.TLS,
		TLSHandshakeTimeout:    opts.RequestTimeout,
		ResponseHeaderTimeout:  opts.RequestTimeout,
		MaxResponseHeaderBytes: headerLimit,
		MaxIdleConnsPerHost:    opts.MaxInFlight,
		IdleConnTimeout:        30 * time.Second,
		// Bytes are judged as they were sent, and nothing is inflated.
		DisableCompression: true,
		ForceAttemptHTTP2:  true,
	}, requests: requests, wait: opts.RetryWait}
	return &Client{
		target:   opts.Target,
		opts:     opts,
		resty:    newResty(newAuthTransport(transport, opts)),
		bare:     newResty(transport),
		requests: requests,
		patience: &patience{hung: map[Endpoint]int{}},
		gate:     make(chan struct{}, opts.MaxInFlight),
	}
}

// Observed returns a client that shares everything with c and reports each of
// its own exchanges to observe, with the context of the request.
func (c *Client) Observed(observe func(context.Context, *Exchange)) *Client {
	observed := *c
	observed.observe = observe
	return &observed
}

// Target is the registry's base URL.
func (c *Client) Target() *url.URL { u := *c.target; return &u }

// Requests is how many HTTP requests were sent so far, those for tokens and
// after redirects included.
func (c *Client) Requests() int { return int(c.requests.Load()) }

// RequestTimeout is the bound on one request.
func (c *Client) RequestTimeout() time.Duration { return c.opts.RequestTimeout }

func newResty(transport http.RoundTripper) *resty.Client {
	client := resty.NewWithClient(&http.Client{
		Transport: transport,
		// Do follows redirects itself, so that each hop is seen.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	client.SetDoNotParseResponse(true)
	client.SetLogger(silent{})
	// Resty guesses a body's type and an Accept; what is sent must be what the
	// caller said.
	client.SetPreRequestHook(func(_ *resty.Client, raw *http.Request) error {
		a := attemptOf(raw.Context())
		a.url = raw.URL.String()
		req := a.req
		userAgent := raw.Header.Get("User-Agent")
		raw.Header = req.Header.Clone()
		raw.Header.Set("User-Agent", userAgent)
		if req.Body == nil {
			raw.Body, raw.GetBody, raw.ContentLength = http.NoBody, func() (io.ReadCloser, error) { return http.NoBody, nil }, 0
			return nil
		}
		raw.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(req.Body()), nil }
		raw.Body, _ = raw.GetBody()
		raw.ContentLength = req.Size
		if req.Size == 0 {
			raw.Body = http.NoBody
		}
		return nil
	})
	return client
}

// Do sends a request and returns what came of it; it never returns nil. It
// follows redirects and waits where the registry asks for it, within bounds.
func (c *Client) Do(ctx context.Context, req *Request) *Exchange {
	started := time.Now()
	var ex *Exchange
	if c.opts.ReadOnly && req.Method != http.MethodGet && req.Method != http.MethodHead {
		ex = unsent(req, ErrReadOnly)
	} else {
		ex = c.follow(ctx, req)
	}
	ex.Started, ex.Duration = started, time.Since(started)
	if c.observe != nil {
		c.observe(ctx, ex)
	}
	return ex
}

// ErrReadOnly is the error of an exchange that was not sent because it could
// have changed the registry.
var ErrReadOnly = errors.New("not sent: the run is read-only")

func unsent(req *Request, err error) *Exchange {
	sent := Sent{Header: req.Header.Clone(), Body: req.bytes, Size: req.Size}
	if req.Body == nil {
		sent.Size = 0
	}
	return &Exchange{
		Endpoint: req.Endpoint, Repository: req.Repository, Method: req.Method, URL: req.URL, ContentLength: -1,
		Request: sent, Header: http.Header{}, Err: err,
	}
}

// slowest is how fast content has to move, in bytes per second, see [Moving].
const slowest = 4 << 20

// once sends one request, without redirects or retries.
func (c *Client) once(ctx context.Context, req *Request) *Exchange {
	ex := unsent(req, nil)
	select {
	case c.gate <- struct{}{}:
		defer func() { <-c.gate }()
	case <-ctx.Done():
		ex.Err = context.Cause(ctx)
		return ex
	}
	limit := c.patience.limit(req.Endpoint, c.opts.RequestTimeout) + time.Duration(req.Moves/slowest)*time.Second
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline).Round(10*time.Millisecond))
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	started := time.Now()
	defer func() {
		ex.Duration = time.Since(started)
		c.patience.learn(req.Endpoint, errors.Is(ex.Err, context.DeadlineExceeded))
	}()

	client := c.resty
	if req.Anonymous {
		client = c.bare
	}
	a := &attempt{req: req}
	ctx = withAttempt(withScopes(ctx, req), a)
	resp, err := client.R().SetContext(ctx).SetHeader("User-Agent", c.opts.UserAgent).Execute(req.Method, req.URL.String())
	ex.Request.Auth = a.scheme
	if err != nil {
		ex.Err = explain(ctx, limit, err)
		if errors.Is(ex.Err, ErrCredentials) && a.refused != nil {
			ex.Status, ex.Header = http.StatusUnauthorized, a.refused
		}
		return ex
	}
	raw := resp.RawResponse
	ex.Status, ex.Header, ex.ContentLength = raw.StatusCode, raw.Header, raw.ContentLength
	if a.location != nil {
		ex.Header["Location"] = a.location
	}
	if ex.Status == http.StatusUnauthorized && a.refused != nil {
		ex.Header = a.refused // as it came
	}
	defer raw.Body.Close()
	if err := ex.read(raw.Body, req.Sink, c.opts.BodyLimit); err != nil {
		ex.Err = explain(ctx, limit, err)
	}
	return ex
}

// read takes the body in, up to limit bytes unless there is a sink.
func (e *Exchange) read(body io.Reader, sink io.Writer, limit int64) error {
	hash := sha256.New()
	kept := &limitedBuffer{limit: limit}
	var to io.Writer = kept
	if sink != nil {
		to = sink
	}
	n, err := io.Copy(io.MultiWriter(to, hash), body)
	e.Body, e.BodySize = kept.data, n
	e.BodyDigest = digest.NewDigest(digest.SHA256, hash)
	return err
}

type limitedBuffer struct {
	data  []byte
	limit int64
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if int64(len(b.data)+len(p)) > b.limit {
		return 0, fmt.Errorf("%w of %d bytes", ErrBodyTooLong, b.limit)
	}
	b.data = append(b.data, p...)
	return len(p), nil
}

type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
