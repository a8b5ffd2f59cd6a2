package faults

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"assay/reference"
	"assay/reference/faults/behaviour"
)

// Server is a registry with a fault or a variant in it.
type Server struct {
	registry *reference.Server
	second   *http.Server // nil when there is only one host
}

// Addr is the address at which the server listens, as host:port.
func (s *Server) Addr() string { return s.registry.Addr() }

// Close stops the server.
func (s *Server) Close() error {
	err := s.registry.Close()
	if s.second != nil {
		_ = s.second.Close()
	}
	return err
}

// Start makes the embedded registry listen on a free loopback port, with the fault in
// front of it. The server ends with ctx or by Close.
func (f Fault) Start(ctx context.Context) (*Server, error) {
	return start(ctx, f.Settings(), f.Middleware, nil)
}

// Start is [Fault.Start] for a variant.
func (v Variant) Start(ctx context.Context) (*Server, error) {
	return start(ctx, v.Settings(), v.Middleware, v.Elsewhere)
}

// Settings are the options of the registry behind the fault.
func (f Fault) Settings() reference.Options { return settings(f.Options) }

// Settings are the options of the registry behind the variant.
func (v Variant) Settings() reference.Options { return settings(v.Options) }

func settings(change func(*reference.Options)) reference.Options {
	var opts reference.Options
	if change != nil {
		change(&opts)
	}
	return opts
}

func start(ctx context.Context, opts reference.Options, middleware behaviour.Middleware, elsewhere func(string) behaviour.Middleware) (*Server, error) {
	s := new(Server)
	if middleware != nil {
		opts.Middleware = append(opts.Middleware, middleware)
	}
	if elsewhere != nil {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("the second host cannot listen: %w", err)
		}
		opts.Middleware = append(opts.Middleware, func(next http.Handler) http.Handler {
			s.second = &http.Server{
				Handler:           next,
				ReadHeaderTimeout: 30 * time.Second,
				ErrorLog:          log.New(io.Discard, "", 0),
			}
			go func() { _ = s.second.Serve(listener) }() // ends by Close
			return elsewhere(listener.Addr().String())(next)
		})
	}
	var err error
	s.registry, err = reference.Start(ctx, "", opts)
	if err != nil {
		if s.second != nil {
			_ = s.second.Close()
		}
		return nil, err
	}
	return s, nil
}
