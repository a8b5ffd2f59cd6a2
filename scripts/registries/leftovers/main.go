// Leftovers judges a registry and counts what the run left there: it sits between
// the two, notes all that the registry accepted, and asks for it again at the end.
// Exit 1 when something is left that is not of a kind that the file says is.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"

	"assay/conformance"
	"assay/wire/access"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: leftovers HOST:PORT FILE, where FILE has lines such as \"open uploads: reason\"")
	}
	reasons, err := os.ReadFile(os.Args[2])
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Fatal(err)
	}
	target := &url.URL{Scheme: "http", Host: os.Args[1]}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	made := newInventory()
	proxy := &httputil.ReverseProxy{
		// The registry sees the Host of the proxy, so that its Locations lead here.
		Rewrite:        func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host },
		ModifyResponse: made.note,
		ErrorLog:       log.New(nowhere{}, "", 0), // of connections that the registry breaks
	}
	go func() { log.Fatal(http.Serve(listener, proxy)) }() //nolint:gosec // on loopback
	// Others judge the findings.
	_, err = conformance.Execute(context.Background(), conformance.Config{Settings: access.Settings{Target: "http://" + listener.Addr().String()}}, nil)
	if err != nil {
		log.Fatal(err)
	}

	left := false
	for _, count := range made.count(target) {
		fmt.Println(count)
		known := strings.Contains("\n"+string(reasons), "\n"+count.name+": ")
		left = left || len(count.left) > 0 && !known
	}
	if left {
		os.Exit(1)
	}
}

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
