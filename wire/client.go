package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"
	"golang.org/x/sync/semaphore"
	"oras.land/oras-go/v2/registry/remote/auth"

	"assay/wire/secrets"
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
	// BodyLimit limits a response body, in bytes; 0 means 16 MiB. The body of an error
	// is also limited to 1 MiB.
	BodyLimit int64
	// RetryWait limits the total time that one request waits because of Retry-After; 0
	// means 10 s, a negative value means no waiting.
	RetryWait time.Duration
	// UserAgent names the program; see [WithPurpose] for what is added to it.
	UserAgent string
	// Dial makes the connections; nil for those of the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// DefaultMaxInFlight is the default limit of requests in flight.
const DefaultMaxInFlight = 32

// Manners are the limits that the user sets for requests.
type Manners struct {
	// RequestTimeout limits one request, with its body; 0 means 30 s.
	RequestTimeout time.Duration
	// MaxInFlight limits the requests in flight; 0 means [DefaultMaxInFlight]. If the
	// target cannot handle that many, there are fewer, see [Client.Load].
	MaxInFlight int
	// MaxRate limits the requests per second; 0 sets no limit.
	MaxRate float64
	// ReadOnly refuses every request but GET and HEAD before it is sent.
	ReadOnly bool
}

// Client sends requests to one registry and to the hosts it points at. It is
// safe for concurrent use.
type Client struct {
	*shared
	observe func(context.Context, *Exchange)
}

// shared is the state that a client shares with its observed clients.
type shared struct {
	target   *url.URL
	opts     Options
	resty    *resty.Client // authenticating
	bare     *resty.Client // anonymous
	close    func()
	requests atomic.Int64
	gate     *gate
	holds    *holds
	hopeless *hopeless
	profile  *profile
	budget   *semaphore.Weighted // of bytes of bodies
	secrets  *secrets.Set        // that were sent
}

// New returns a client. It sends nothing.
func New(opts Options) *Client {
	s := newShared(opts)
	usual, fresh := newTransport(s.opts), newTransport(s.opts)
	o := &observer{shared: s, next: usual, fresh: fresh}
	s.resty, s.bare = newResty(newAuthTransport(o, s)), newResty(o)
	s.close = func() { usual.CloseIdleConnections(); fresh.CloseIdleConnections() }
	return &Client{shared: s}
}

func newShared(opts Options) *shared {
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
	return &shared{
		target: opts.Target, opts: opts,
		gate:     newGate(opts.Manners),
		holds:    &holds{until: map[string]time.Time{}},
		hopeless: &hopeless{kinds: map[kind]*timeouts{}},
		profile:  &profile{uses: map[Use]*Use{}},
		budget:   semaphore.NewWeighted(bodyBudget),
		secrets:  new(secrets.Set),
	}
}

// Scrub takes all passwords and tokens that the client has sent out of a text, see
// [secrets.Set.Scrub].
func (c *Client) Scrub(text string) string { return c.secrets.Scrub(text) }

// Close closes the connections that no request uses. The client can be used on.
func (c *Client) Close() { c.close() }

// Observed returns a client that shares everything with c and reports each of
// its own exchanges to observe, with the context of the request.
func (c *Client) Observed(observe func(context.Context, *Exchange)) *Client {
	observed := *c
	observed.observe = observe
	return &observed
}

// Target is the registry's base URL.
func (c *Client) Target() *url.URL { u := *c.target; return &u }

// Requests returns the number of HTTP requests that were sent so far, with those for
// tokens and after redirects.
func (c *Client) Requests() int { return int(c.requests.Load()) }

// RequestTimeout returns the time limit of one request.
func (c *Client) RequestTimeout() time.Duration { return c.opts.RequestTimeout }

// Do sends a request and returns the exchange, never nil. It follows redirects, and
// waits if the registry asks for it, within limits.
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
	return &Exchange{
		Endpoint: req.Endpoint, Repository: req.Repository, Method: req.Method, URL: req.URL, ContentLength: -1,
		Request: sentOf(req), Header: http.Header{}, Err: err,
	}
}
