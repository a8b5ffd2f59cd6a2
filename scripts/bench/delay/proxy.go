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

// idle is how many connections to the registry are kept: more than any suite
// has in flight, so that the proxy opens each of them once.
const idle = 1024

// figures is what a proxy has seen.
type figures struct {
	Requests     int `json:"requests"`
	MostInFlight int `json:"most_in_flight"`
	// Failed are the requests that the registry did not answer.
	Failed int `json:"failed"`
	// Strays are Locations that lead past the proxy: what is sent there is
	// neither delayed nor counted.
	Strays []string `json:"strays,omitempty"`
}

// proxy hands requests on to one registry as they are, and its answers back
// after a delay. A request is in flight until its answer has been handed back.
type proxy struct {
	reverse httputil.ReverseProxy
	// wait returns when the delay is over, or with the error of the context.
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
		FlushInterval:  -1, // what is there is handed back
		// Registries that break off answers are the suites' business.
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

// rewrite names the registry as the one to connect to and undoes everything
// else that ReverseProxy does to a request. The Host stays that of the proxy:
// registries make their absolute Locations of it.
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

// hold waits with an answer that has come.
func (p *proxy) hold(r *http.Response) error {
	if location, err := url.Parse(r.Header.Get("Location")); err == nil && location.Host != "" && location.Host != r.Request.Host {
		p.mu.Lock()
		p.figures.Strays = append(p.figures.Strays, fmt.Sprintf("%s %s: %s", r.Request.Method, r.Request.URL.Path, location))
		p.mu.Unlock()
	}
	return p.wait(r.Request.Context())
}

// failed answers for a registry that did not. A client that has gone is no
// failure.
func (p *proxy) failed(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		p.mu.Lock()
		p.figures.Failed++
		p.mu.Unlock()
	}
	http.Error(w, err.Error(), http.StatusBadGateway)
}

// waiting is a wait of this length.
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

// buffers are what bodies are copied with, used again and again.
type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[]byte); ok {
		return *buffer
	}
	return make([]byte, 32<<10)
}

func (b *buffers) Put(buffer []byte) { b.pool.Put(&buffer) }
