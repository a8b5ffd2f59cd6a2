package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// idle is the number of connections to the registry that stay open. No suite has that
// many requests in flight, so the proxy never has to open a connection again.
const idle = 1024

// figures are the counts of a proxy.
type figures struct {
	Requests     int `json:"requests"`
	MostInFlight int `json:"most_in_flight"`
	// Failed is the number of requests that the registry did not answer.
	Failed int `json:"failed"`
	// Strays are Locations that do not lead through the proxy. Requests to them would
	// be neither delayed nor counted.
	Strays []string `json:"strays,omitempty"`
}

// proxy passes requests on to one registry without a change, and passes its answers
// back after a delay. A request is in flight until its answer has been passed back.
type proxy struct {
	reverse httputil.ReverseProxy
	// wait returns after the delay, or earlier with the error of the context.
	wait func(context.Context) error

	mu       sync.Mutex
	figures  figures
	inFlight int
}

func newProxy(to string, wait func(context.Context) error) *proxy {
	p := &proxy{wait: wait}
	p.reverse = httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { rewrite(r, to) },
		Transport:      &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: idle},
		ModifyResponse: p.hold,
		ErrorHandler:   p.failed,
		BufferPool:     &buffers{},
		FlushInterval:  -1, // pass each part back as soon as it comes
		// If a registry breaks off an answer, the suite sees it.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.figures.Requests++
	p.inFlight++
	p.figures.MostInFlight = max(p.figures.MostInFlight, p.inFlight)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.inFlight--
		p.mu.Unlock()
	}()
	p.reverse.ServeHTTP(w, r)
}

// seen is what the proxy has seen so far.
func (p *proxy) seen() figures {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.figures
}

// rewrite sends the request to the registry, and undoes everything else that
// ReverseProxy changes in a request. The Host stays that of the proxy, because
// registries make absolute Locations with it.
func rewrite(r *httputil.ProxyRequest, to string) {
	r.Out.URL.Scheme, r.Out.URL.Host = "http", to
	r.Out.URL.RawQuery = r.In.URL.RawQuery
	r.Out.Host = r.In.Host
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, ok := r.In.Header[name]; ok {
			r.Out.Header[name] = values
		}
	}
}

// hold delays an answer that has come.
func (p *proxy) hold(r *http.Response) error {
	if location, err := url.Parse(r.Header.Get("Location")); err == nil && location.Host != "" && location.Host != r.Request.Host {
		p.mu.Lock()
		p.figures.Strays = append(p.figures.Strays, fmt.Sprintf("%s %s: %s", r.Request.Method, r.Request.URL.Path, location))
		p.mu.Unlock()
	}
	return p.wait(r.Request.Context())
}

// failed answers 502 if the registry did not answer. It is not counted as a failure if
// the client has gone.
func (p *proxy) failed(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		p.mu.Lock()
		p.figures.Failed++
		p.mu.Unlock()
	}
	http.Error(w, err.Error(), http.StatusBadGateway)
}

// waiting returns a function that waits this long.
func waiting(delay time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		if delay == 0 {
			return nil
		}
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// buffers are reused for the copying of bodies.
type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[]byte); ok {
		return *buffer
	}
	return make([]byte, 32<<10)
}

func (b *buffers) Put(buffer []byte) { b.pool.Put(&buffer) }
