// Delay stands between a client and a registry on this machine. It holds each answer
// back for a while, as if the registry were further away, and counts the requests.
//
// The first line of its output is the address that it listens on. After a signal it
// prints a second line, with its counts as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	to := flag.String("to", "", "host:port of the registry")
	delay := flag.Duration("delay", 0, "how long each answer is held back")
	flag.Parse()
	if _, _, err := net.SplitHostPort(*to); err != nil || *delay < 0 || flag.NArg() > 0 {
		log.Fatal("usage: delay --to HOST:PORT [--delay DURATION]")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, newProxy(*to, waiting(*delay))); err != nil {
		log.Fatal(err)
	}
}

// serve hands requests to the proxy until ctx ends.
func serve(ctx context.Context, p *proxy) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	server := &http.Server{Handler: p, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(p.seen())
}
