package traffic

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"

	"assay/reference/faults/behaviour"
	"assay/wire"
)

// Limits of what is kept of a body, in bytes.
const (
	sentLimit   = 16 << 20
	answerLimit = 8 << 20
)

// Recorder records the exchanges of one registry, in the order in which the requests
// came.
type Recorder struct {
	mu   sync.Mutex
	step int
	all  []*Exchange
	busy sync.WaitGroup
}

// NewRecorder makes a recorder; the step is -1.
func NewRecorder() *Recorder { return &Recorder{step: -1} }

// Begin says that the requests that come from now on belong to the step.
func (r *Recorder) Begin(step int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step = step
}

// Exchanges waits for the answers that are being given, and returns everything that
// came.
func (r *Recorder) Exchanges() []*Exchange {
	r.busy.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

// Count is the number of requests so far.
func (r *Recorder) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.all)
}

// Wrap records the requests to next. Elsewhere says that it is the second host. Requests
// that skip matches are not recorded.
func (r *Recorder) Wrap(next http.Handler, elsewhere bool, skip func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if skip != nil && skip(req) {
			next.ServeHTTP(w, req)
			return
		}
		r.busy.Add(1)
		defer r.busy.Done()
		ex := r.begin(req, elsewhere)
		body := &sending{ReadCloser: req.Body, whole: digest.SHA256.Digester()}
		out := &answering{ResponseWriter: w, whole: digest.SHA256.Digester()}
		changed := req.Clone(req.Context())
		changed.Body = body
		defer func() {
			p := recover()
			_, _ = io.Copy(io.Discard, io.LimitReader(body, sentLimit))
			r.end(ex, body, out, p != nil)
			if p != nil {
				panic(p) // http.ErrAbortHandler breaks the connection
			}
		}()
		next.ServeHTTP(out, changed)
	})
}

func (r *Recorder) begin(req *http.Request, elsewhere bool) *Exchange {
	u := *req.URL
	u.Scheme, u.Host = "http", req.Host
	header := req.Header.Clone()
	header.Del("Authorization")
	at := behaviour.PlaceOf(req)
	ex := &Exchange{
		Exchange: &wire.Exchange{
			Endpoint: endpoint(req, at), Repository: at.Repo, Method: req.Method, URL: &u, Started: time.Now(),
			Request: wire.Sent{Header: header, Size: req.ContentLength},
		},
		Place: at, Authorization: req.Header.Get("Authorization"), Elsewhere: elsewhere, SentLength: req.ContentLength,
	}
	if ex.SentLength == 0 && req.Header.Get("Content-Length") == "" {
		ex.SentLength = -1
	}
	if ex.Authorization != "" {
		scheme, _, _ := strings.Cut(ex.Authorization, " ")
		ex.Request.Auth = scheme
		header.Set("Authorization", scheme+" "+wire.Redacted)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	ex.Step = r.step
	r.all = append(r.all, ex)
	return ex
}

func (r *Recorder) end(ex *Exchange, body *sending, out *answering, broken bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ex.Duration = time.Since(ex.Started)
	ex.Request.Body, ex.Request.Size = body.head.Bytes()[:min(body.head.Len(), 64<<10)], body.size
	if body.size <= sentLimit {
		ex.Sent, ex.SentDigest = body.head.Bytes(), body.whole.Digest()
	}
	ex.Status, ex.Header = out.status, out.Header().Clone()
	if ex.Status == 0 && !broken {
		ex.Status = http.StatusOK
	}
	ex.Body, ex.BodySize, ex.BodyDigest = out.head.Bytes(), out.size, out.whole.Digest()
	ex.Broken = broken || out.failed
	if broken && ex.Status == 0 {
		ex.Err = io.ErrUnexpectedEOF
	}
}

// Quiet waits until no answer is being given, or until ctx ends.
func (r *Recorder) Quiet(ctx context.Context) {
	done := make(chan struct{})
	go func() { r.busy.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// sending keeps the body of a request as the registry reads it.
type sending struct {
	io.ReadCloser
	head  bytes.Buffer
	size  int64
	whole digest.Digester
}

func (s *sending) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if room := sentLimit - s.head.Len(); room > 0 {
		s.head.Write(p[:min(n, room)])
	}
	s.size += int64(n)
	_, _ = s.whole.Hash().Write(p[:n])
	return n, err
}

// answering keeps the answer as it is written.
type answering struct {
	http.ResponseWriter
	status int
	head   bytes.Buffer
	size   int64
	whole  digest.Digester
	failed bool
}

func (a *answering) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answering) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	if room := answerLimit - a.head.Len(); room > 0 {
		a.head.Write(p[:min(n, room)])
	}
	a.size += int64(n)
	_, _ = a.whole.Hash().Write(p[:n])
	a.failed = a.failed || err != nil
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// endpoint is the endpoint of a request.
func endpoint(req *http.Request, at behaviour.Place) wire.Endpoint {
	type key struct {
		kind   behaviour.Kind
		method string
	}
	query := req.URL.Query()
	switch {
	case at.Kind == behaviour.Uploads && query.Has("mount"):
		return wire.EndMount
	case at.Kind == behaviour.Uploads && query.Has("digest"):
		return wire.EndUploadSingle
	}
	named := map[key]wire.Endpoint{
		{behaviour.Manifests, http.MethodPut}: wire.EndManifestPut, {behaviour.Manifests, http.MethodDelete}: wire.EndManifestDel,
		{behaviour.Blobs, http.MethodDelete}: wire.EndBlobDel, {behaviour.Session, http.MethodPut}: wire.EndUploadPut,
		{behaviour.Session, http.MethodPatch}: wire.EndUploadPatch, {behaviour.Session, http.MethodGet}: wire.EndUploadStatus,
		{behaviour.Session, http.MethodDelete}: wire.EndUploadCancel,
	}
	if e, ok := named[key{at.Kind, req.Method}]; ok {
		return e
	}
	return map[behaviour.Kind]wire.Endpoint{
		behaviour.Root: wire.EndSupport, behaviour.Manifests: wire.EndManifest, behaviour.Blobs: wire.EndBlob,
		behaviour.Uploads: wire.EndUploadStart, behaviour.Tags: wire.EndTags, behaviour.Referrers: wire.EndReferrers,
	}[at.Kind]
}
