package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"oras.land/oras-go/v2/registry/remote/auth"

	"assay/wire"
	"assay/wire/access"
)

// remote is a repository of a registry.
type remote struct {
	*client
	wire     *wire.Client
	registry string
	name     string
	send     Send
}

// remote returns a repository. The login is for the registry of the step alone.
func (c *client) remote(registry, name string) (*remote, error) {
	connected, err := c.connect(registry)
	if err != nil {
		return nil, err
	}
	r := &remote{client: c, wire: connected, registry: registry, name: name}
	r.send = func(ctx context.Context, req *wire.Request) *wire.Exchange {
		ex := connected.Do(ctx, req)
		c.warnings.show(ex)
		return ex
	}
	for i := len(c.Middleware) - 1; i >= 0; i-- {
		r.send = c.Middleware[i](r.send)
	}
	return r, nil
}

// connect makes the HTTP client for a registry.
func (c *client) connect(registry string) (*wire.Client, error) {
	target, err := wire.ParseTarget(registry, c.Step.PlainHTTP)
	if err != nil {
		return nil, err
	}
	opts := wire.Options{Target: target, UserAgent: c.UserAgent}
	if !c.Step.PlainHTTP {
		target.Scheme = "https" // also on loopback
		if opts.TLS, err = access.TLS(access.Settings{CAFile: c.Step.CAFile}); err != nil {
			return nil, err
		}
	}
	if registry == c.Step.Registry && c.Step.Username != "" {
		opts.Credential = func(context.Context, string) (auth.Credential, error) {
			return auth.Credential{Username: c.Step.Username, Password: c.Step.Password}, nil
		}
	}
	if c.Impatient {
		opts.RetryWait = -1
	}
	return wire.New(opts), nil
}

// root is the address of a path of the registry.
func (r *remote) root(path string) *url.URL {
	u := r.wire.Target()
	u.Path += path
	return u
}

// The actions of token scopes.
const (
	toPull   = "pull"
	toPush   = "pull,push"
	toDelete = "delete,pull,push"
)

// ask sends a request of the repository.
func (r *remote) ask(ctx context.Context, e wire.Endpoint, method string, u *url.URL, actions string, opts ...wire.Option) *wire.Exchange {
	req := &wire.Request{
		Endpoint: e, Repository: r.name, Method: method, URL: u, Header: http.Header{},
		Scopes: []string{"repository:" + r.name + ":" + actions},
	}
	for _, o := range opts {
		o(req)
	}
	return r.send(ctx, req)
}

// at is the address of a path below the repository.
func (r *remote) at(path string) *url.URL { return r.root("/v2/" + r.name + "/" + path) }

// refusal is the error of an answer that is no success.
func refusal(ex *wire.Exchange) error {
	var body struct {
		Errors []struct{ Code, Message string }
	}
	text := ex.String()
	if ex.JSON(&body) == nil {
		for _, e := range body.Errors {
			text += ": " + strings.TrimSuffix(e.Code+" "+e.Message, " ")
		}
	}
	if ex.Err != nil && ex.Status != 0 {
		return fmt.Errorf("%s: %w", text, ex.Err)
	}
	return errors.New(text)
}

// missing says that the answer is "not found", whatever its body says.
func missing(ex *wire.Exchange) bool { return ex.Err == nil && ex.Status == http.StatusNotFound }
