// Package client is the reference client: a small client for registries that keeps every
// rule that the distribution-spec has for clients. It copes with registries that are
// older, that lack features, or that answer in unusual ways. Options change what it does:
// habits where the text leaves a choice, and rules and middleware for deliberate faults.
package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"assay/wire"
)

// Send sends a request and returns the exchange, never nil.
type Send func(context.Context, *wire.Request) *wire.Exchange

// Options change what the client does. [Defaults] are those of a client without faults.
type Options struct {
	// Step is what the client is asked to do. Changes may look at it.
	Step Step
	Habits
	Rules
	// Middleware stands between the client and what it sends. The first one is the
	// outermost.
	Middleware []func(Send) Send
	// UserAgent names the client in its requests.
	UserAgent string
	// Impatient does not wait if the registry asks for it with Retry-After. It takes such
	// an answer as it is.
	Impatient bool
}

// Defaults are the options of a client that keeps every rule.
func Defaults() Options { return Options{Rules: Right(), UserAgent: "assay-reference-client"} }

// Process is what the client gets from the one who calls it, and what it writes to.
type Process struct {
	Getenv func(string) string
	// Stdout gets what was asked for: tags and digests, one a line. Stderr gets errors
	// and warnings.
	Stdout, Stderr io.Writer
}

// The exit codes of a step.
const (
	Done        = 0
	Failed      = 1
	Unsupported = 64
)

// Run does one step and returns its exit code. Each change is applied to the default
// options first.
func Run(ctx context.Context, p Process, changes ...func(*Options)) int {
	step, err := StepOf(p.Getenv)
	if err == nil {
		opts := Defaults()
		opts.Step = step
		for _, change := range changes {
			change(&opts)
		}
		c := &client{Options: opts, out: p.Stdout, warnings: &warnings{to: p.Stderr}}
		err = c.run(ctx)
	}
	switch {
	case err == nil:
		return Done
	case errors.Is(err, ErrUnsupported):
		fmt.Fprintln(p.Stderr, err)
		return Unsupported
	}
	fmt.Fprintln(p.Stderr, "error:", wire.RedactText(err.Error()))
	return Failed
}

// client does one step.
type client struct {
	Options
	out      io.Writer
	warnings *warnings
}

func (c *client) run(ctx context.Context) error {
	r, err := c.remote(c.Step.Registry, c.Step.Repository)
	if err != nil {
		return err
	}
	defer r.wire.Close()
	if c.Ping {
		r.send(ctx, &wire.Request{Endpoint: wire.EndSupport, Method: http.MethodGet, URL: r.root("/v2/"), Header: http.Header{}})
	}
	verbs := map[string]func(context.Context, *remote) error{
		"pull": c.pull, "push": c.push, "tags": c.tags, "attach": c.attach,
		"referrers": c.referrers, "delete": c.delete, "copy": c.copy,
	}
	do := verbs[c.Step.Verb]
	if err := do(ctx, r); err != nil || !c.Twice {
		return err
	}
	if c.Step.Verb == "pull" || c.Step.Verb == "push" {
		return do(ctx, r)
	}
	return nil
}
