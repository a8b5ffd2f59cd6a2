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

	"oras.land/oras-go/v2/registry/remote/auth"
)

// authTransport answers challenges with the credential of the host that is
// asked, by way of oras-go: Basic and bearer tokens, cached by scope and
// renewed when they are refused. A host that has no credential of its own gets
// none, and a token service that would be spoken to less safely than the
// registry itself is refused.
type authTransport struct {
	client *auth.Client
}

func newAuthTransport(next http.RoundTripper, opts Options) http.RoundTripper {
	client := &auth.Client{
		Client: &http.Client{
			Transport:     next,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Cache:      auth.NewCache(),
		Credential: opts.Credential,
		ClientID:   "assay",
	}
	if IsLoopback(opts.Target.Hostname()) {
		// A token service beside a registry on this machine is on it too.
		client.BlockedRealmPrefixes = slices.DeleteFunc(auth.DefaultBlockedRealmPrefixes(), func(p netip.Prefix) bool {
			return p.Addr().IsLoopback()
		})
	}
	return &authTransport{client: client}
}

func (t *authTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.client.Do(req)
}

// withScopes tells the token client what the request will need, so that one
// token serves it.
func withScopes(ctx context.Context, req *Request) context.Context {
	if len(req.Scopes) == 0 {
		return ctx
	}
	return auth.AppendScopesForHost(ctx, req.URL.Host, req.Scopes...)
}

// ErrCredentials is the error of an exchange that could not be authenticated.
var ErrCredentials = errors.New("the registry asks for credentials, or refuses those it was given")

// explain turns an error of the layers below into one that says what happened
// and holds no secret.
func (c *Client) explain(ctx context.Context, err error) error {
	var netErr net.Error
	switch {
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return ErrCredentials
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		return fmt.Errorf("no full answer within %s: %w", c.opts.RequestTimeout, context.DeadlineExceeded)
	case errors.Is(ctx.Err(), context.Canceled):
		return context.Canceled
	case errors.Is(err, ErrBodyTooLong):
		return err
	}
	var tokenErr interface{ Error() string }
	if errors.As(err, &tokenErr) && strings.Contains(err.Error(), "token") {
		return fmt.Errorf("%w: %s", ErrCredentials, RedactText(err.Error()))
	}
	// Each layer repeats the method and the address, which the exchange has.
	cause := err
	for wrapped := (*url.Error)(nil); errors.As(cause, &wrapped); {
		cause = wrapped.Err
	}
	return &networkError{text: RedactText(cause.Error()), err: err}
}

// networkError keeps the cause for errors.Is and errors.As and shows it
// redacted.
type networkError struct {
	text string
	err  error
}

func (e *networkError) Error() string { return e.text }
func (e *networkError) Unwrap() error { return e.err }
