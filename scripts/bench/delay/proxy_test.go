package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// at starts a server with the handler and returns its host and port.
func at(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func noWait(context.Context) error { return nil }

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return nil
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return answer
}

func TestProxyHandsRequestsOnAsTheyAre(t *testing.T) {
	var got *http.Request
	var body []byte
	registry := at(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	}))
	front := at(t, newProxy(registry, noWait))

	request, err := http.NewRequest(http.MethodPatch, "http://"+front+"/v2//a%2Fb/?n=1;2&last=%zz", strings.NewReader("chunk"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-Proto", "https")
	request.Header.Set("User-Agent", "")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()

	if got.Host != front {
		t.Errorf("the Host is %s, want %s", got.Host, front)
	}
	if want := "/v2//a%2Fb/?n=1;2&last=%zz"; got.RequestURI != want {
		t.Errorf("the target is %s, want %s", got.RequestURI, want)
	}
	if string(body) != "chunk" || got.ContentLength != 5 {
		t.Errorf("the body is %q of %d bytes, want chunk of 5", body, got.ContentLength)
	}
	if got.Header.Get("X-Forwarded-Proto") != "https" || got.Header.Get("X-Forwarded-For") != "" {
		t.Errorf("the headers are %v, want X-Forwarded-Proto and no X-Forwarded-For", got.Header)
	}
	if got.UserAgent() != "" || got.Header.Get("Accept-Encoding") != "gzip" {
		t.Errorf("the headers are %v, want no User-Agent, and the client's Accept-Encoding", got.Header)
	}
}

func TestProxyHoldsEachAnswerAndCounts(t *testing.T) {
	const requests = 5
	registry := at(t, http.NotFoundHandler())
	held, release := make(chan struct{}), make(chan struct{})
	p := newProxy(registry, func(context.Context) error {
		held <- struct{}{}
		<-release
		return nil
	})
	front := at(t, p)

	answers := make(chan *http.Response)
	for range requests {
		go func() { answers <- get(t, "http://"+front+"/v2/") }()
	}
	for range requests {
		<-held // none is handed back before: all are in flight
	}
	select {
	case <-answers:
		t.Error("an answer was handed back before its time")
	default:
	}
	close(release)
	for range requests {
		if answer := <-answers; answer != nil && answer.StatusCode != http.StatusNotFound {
			t.Errorf("status %d, want the registry's 404", answer.StatusCode)
		}
	}
	if seen := p.seen(); seen.Requests != requests || seen.MostInFlight != requests || seen.Failed != 0 {
		t.Errorf("saw %+v, want %d requests, all in flight at once, none failed", seen, requests)
	}

	go func() { answers <- get(t, "http://"+front+"/v2/") }()
	<-held
	<-answers
	if seen := p.seen(); seen.Requests != requests+1 || seen.MostInFlight != requests {
		t.Errorf("saw %+v, want %d requests, %d in flight", seen, requests+1, requests)
	}
}

func TestProxyReportsLocationsThatLeadPastIt(t *testing.T) {
	location := ""
	p := newProxy(at(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusAccepted)
	})), noWait)
	front := at(t, p)

	for _, location = range []string{"/v2/a/blobs/uploads/1", "http://" + front + "/v2/a/blobs/uploads/1"} {
		get(t, "http://"+front+"/v2/a/blobs/uploads/")
	}
	if seen := p.seen(); len(seen.Strays) != 0 {
		t.Errorf("%v are no strays", seen.Strays)
	}
	location = "http://127.0.0.1:1/v2/a/blobs/uploads/1"
	get(t, "http://"+front+"/v2/a/blobs/uploads/")
	if seen := p.seen(); len(seen.Strays) != 1 || !strings.Contains(seen.Strays[0], location) {
		t.Errorf("the strays are %v, want %s", seen.Strays, location)
	}
}

func TestProxyCountsWhatTheRegistryDoesNotAnswer(t *testing.T) {
	p := newProxy(at(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	})), noWait)
	answer := get(t, "http://"+at(t, p)+"/v2/")
	if answer.StatusCode != http.StatusBadGateway || p.seen().Failed != 1 {
		t.Errorf("status %d and %+v, want 502 and one failed", answer.StatusCode, p.seen())
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := waiting(1 << 62)(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
