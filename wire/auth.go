package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"oras.land/oras-go/v2/registry/remote/auth"
)

// authTransport answers challenges with oras-go: Basic and bearer tokens, cached by
// scope and renewed when they are refused. The credential is only for the target's own
// host and port; other hosts get anonymous tokens at most. A token service is refused
// if its connection is less safe than the registry's own.
type authTransport struct {
	target *url.URL
	own    *auth.Client
	others *auth.Client // separate, so that no cached token can reach another host
}

func newAuthTransport(next http.RoundTripper, s *shared) http.RoundTripper {
	opts := s.opts
	t := &authTransport{target: opts.Target, own: newAuthClient(next, opts), others: newAuthClient(next, opts)}
	if opts.Credential != nil {
		// A Location may write the host in another way, such as with its default port.
		// The credential is kept under the target's own name.
		t.own.Credential = func(ctx context.Context, _ string) (auth.Credential, error) {
			c, err := opts.Credential(ctx, opts.Target.Host)
			s.secrets.AddLogin(c.Username, c.Password)
			s.secrets.Add(c.RefreshToken, c.AccessToken)
			return c, err
		}
	}
	return t
}

func newAuthClient(next http.RoundTripper, opts Options) *auth.Client {
	client := &auth.Client{
		Client: &http.Client{
			Transport:     next,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Cache:    auth.NewCache(),
		ClientID: "assay",
	}
	client.SetUserAgent(opts.UserAgent) // for the requests for tokens
	if IsLoopback(opts.Target.Hostname()) {
		// If the registry is on this machine, its token service must be on this
		// machine, too.
		client.BlockedRealmPrefixes = slices.DeleteFunc(auth.DefaultBlockedRealmPrefixes(), func(p netip.Prefix) bool {
			return p.Addr().IsLoopback()
		})
	}
	return client
}

func (t *authTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	client := t.others
	if mayLogIn(t.target, req.URL) {
		client = t.own
	}
	resp, err := client.Do(req)
	if a := attemptOf(req.Context()); err != nil && a.refused != nil && !a.failed {
		return nil, &credentialError{err}
	}
	return resp, err
}

// mayLogIn says whether the target's credential may be sent to u. u must have the same
// host and port, and TLS if the target has it.
func mayLogIn(target, u *url.URL) bool {
	if !strings.EqualFold(target.Hostname(), u.Hostname()) {
		return false
	}
	from, to := portOf(target), portOf(u)
	if target.Scheme == u.Scheme {
		return from == to
	}
	return target.Scheme == "http" && (from == to || from == "80" && to == "443")
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// withScopes gives the token client all scopes that the request needs, so that one
// token is enough.
func withScopes(ctx context.Context, req *Request) context.Context {
	if len(req.Scopes) == 0 {
		return ctx
	}
	return auth.AppendScopesForHost(ctx, req.URL.Host, req.Scopes...)
}

// ErrCredentials is the error of an exchange that could not be authenticated: there is
// no credential, or the token service gives no token for it. The exchange has the
// status 401 of the challenge. A registry that answers 401 to a credential or a token
// has answered: this is no error.
var ErrCredentials = errors.New("the registry asks for credentials, or refuses those it was given")

// credentialError is an error in getting a credential.
type credentialError struct{ err error }

func (e *credentialError) Error() string { return e.err.Error() }
func (e *credentialError) Unwrap() error { return e.err }

// explain turns an error of the lower layers into a clear error without secrets. limit
// is the time limit of the request.
func explain(ctx context.Context, limit time.Duration, err error) error {
	var refusal *credentialError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded), timedOut(err):
		return fmt.Errorf("no full answer within %s: %w", limit, context.DeadlineExceeded)
	case errors.Is(ctx.Err(), context.Canceled):
		return context.Canceled
	case errors.Is(err, ErrBodyTooLong):
		return err
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return ErrCredentials
	case errors.As(err, &refusal):
		cause := refusal.err
		if inner := errors.Unwrap(cause); inner != nil {
			cause = inner // without the method and address: the exchange has them
		}
		return fmt.Errorf("%w: %s", ErrCredentials, RedactText(cause.Error()))
	}
	// Each layer repeats the method and the address, but the exchange has them already.
	cause := err
	for wrapped := (*url.Error)(nil); errors.As(cause, &wrapped); {
		cause = wrapped.Err
	}
	return &networkError{text: RedactText(cause.Error()), err: err}
}

// timedOut checks all wrapped errors: net/http only checks the first.
func timedOut(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if t, ok := err.(net.Error); ok && t.Timeout() {
			return true
		}
	}
	return false
}

// networkError keeps the cause for errors.Is and errors.As, but shows it redacted.
type networkError struct {
	text string
	err  error
}

func (e *networkError) Error() string { return e.text }
func (e *networkError) Unwrap() error { return e.err }
