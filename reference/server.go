package reference

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Server is a registry that listens on this machine.
type Server struct {
	registry *Registry
	http     *http.Server
	addr     string
	done     chan struct{} // closed when the server no longer listens
}

// Start makes a registry listen on a loopback address such as 127.0.0.1:5000. Port 0
// stands for a free port, and an empty addr for 127.0.0.1:0. Other addresses are
// refused, because the registry is made for tests and not for real use. The server ends
// with ctx or by Close.
func Start(ctx context.Context, addr string, opts Options) (*Server, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("the address %q is not host:port, such as 127.0.0.1:5000", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the address %q is not on loopback, as 127.0.0.1, [::1] and localhost are", addr)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the registry cannot listen: %w", err)
	}
	if at, ok := listener.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() { // localhost can have any address
		_ = listener.Close()
		return nil, fmt.Errorf("the address %q stands for %s, which is not on loopback", addr, listener.Addr())
	}
	s := &Server{
		registry: New(opts),
		addr:     listener.Addr().String(),
		done:     make(chan struct{}),
	}
	s.http = &http.Server{
		Handler:           s.registry,
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener) // ends by Close
	}()
	return s, nil
}

// Addr is the address at which the server listens, as host:port.
func (s *Server) Addr() string { return s.addr }

// Registry is the registry that the server serves.
func (s *Server) Registry() *Registry { return s.registry }

// Close stops the server and cuts off the requests in progress. It may be called more
// than once.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.done
	return err
}
