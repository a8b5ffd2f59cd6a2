package reference

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Server is a registry that listens.
type Server struct {
	registry *Registry
	http     *http.Server
	addr     string
}

// Start makes a registry listen on a loopback address, such as
// "127.0.0.1:5000"; port 0 takes a free one. Other addresses are refused: the
// registry is made to be judged and not to serve. It ends with ctx or Close.
func Start(ctx context.Context, addr string, opts Options) (*Server, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("the address %q: want host:port on loopback, such as 127.0.0.1:5000", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the address %q is not on loopback: want 127.0.0.1, [::1] or localhost", addr)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	registry := New(opts)
	s := &Server{
		registry: registry,
		addr:     listener.Addr().String(),
		http: &http.Server{
			Handler:           registry,
			ReadHeaderTimeout: 30 * time.Second,
			ErrorLog:          log.New(io.Discard, "", 0),
		},
	}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	go func() { _ = s.http.Serve(listener) }() // ends by Close
	return s, nil
}

// Addr is where the server listens, as host:port.
func (s *Server) Addr() string { return s.addr }

// Registry is what the server serves.
func (s *Server) Registry() *Registry { return s.registry }

// Close ends the server and frees the registry. It can be called twice.
func (s *Server) Close() error {
	err := s.http.Close()
	if closing := s.registry.Close(); err == nil && closing != nil && !errors.Is(closing, http.ErrServerClosed) {
		return nil // closed before
	}
	return err
}
