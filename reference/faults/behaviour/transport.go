package behaviour

import (
	"net/http"
	"sync/atomic"
	"time"
)

// Every answers every nth request with changes instead of asking the registry.
func Every(n int64, changes ...Change) Middleware {
	return func(next http.Handler) http.Handler {
		var count atomic.Int64
		return Instead(func(*http.Request) bool { return count.Add(1)%n == 0 }, changes...)(next)
	}
}

// Slow delays every request by this time.
func Slow(wait time.Duration) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			timer := time.NewTimer(wait)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-req.Context().Done():
			}
			next.ServeHTTP(w, req)
		})
	}
}

// Chunked sends answers to GET without a Content-Length.
func Chunked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodGet {
			next.ServeHTTP(w, req)
			return
		}
		a := Pass(next, req)
		a.Header.Del("Content-Length")
		for name, values := range a.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.Status)
		if flusher, can := w.(http.Flusher); can && a.Status != http.StatusNoContent {
			flusher.Flush()
		}
		_, _ = w.Write(a.Body) //nolint:gosec // the client may be gone; it is no page
	})
}
