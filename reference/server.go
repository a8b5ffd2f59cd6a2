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
	done     chan struct{} // closed when it no longer listens
}

// Start makes a registry listen on a loopback address, as 127.0.0.1:5000; port
// 0 stands for one that is free, and an empty addr for 127.0.0.1:0. Other
// addresses are refused: the registry is made to be judged and not to serve. It
// ends with ctx or by Close.
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
	if at, ok := listener.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() { // localhost can be anything
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

// Addr is where the server listens, as host:port.
func (s *Server) Addr() string { return s.addr }

// Registry is what the server serves.
func (s *Server) Registry() *Registry { return s.registry }

// Close stops the server, and cuts requests off that it is in. It may be
// called again.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.done
	return err
}
