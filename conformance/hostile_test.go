package conformance_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay/conformance"
	"assay/reference"
	"assay/reports"
	"assay/wire"
	"assay/wire/access"
)

// A registry that is broken or means harm gets a verdict, or the blame for not
// getting one, and the run ends. What it does is put in front of the embedded
// registry once the pre-flight is over.
func TestHostileRegistries(t *testing.T) {
	when := func(part string, method string, do http.HandlerFunc) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if strings.Contains(req.URL.Path, part) && (method == "" || req.Method == method) {
					do(w, req)
					return
				}
				next.ServeHTTP(w, req)
			})
		}
	}
	hang := func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() }
	body := func(contentType, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			_, _ = w.Write([]byte(text))
		}
	}
	fail, lost := []reports.Outcome{reports.Fail}, []reports.Outcome{reports.Error}
	// What one answer gets wrong may keep others from being judged.
	some := []reports.Outcome{reports.Fail, reports.Blocked}
	deep := strings.Repeat(`{"manifests":[`, 20000)
	for name, tc := range map[string]struct {
		harm  func(http.Handler) http.Handler
		only  []string
		blame []reports.Outcome // any of them, of some result
	}{
		"hangs on PATCH":        {when("/uploads/", "PATCH", hang), []string{"push.blob.chunk.*"}, fail},
		"hangs on GET of blobs": {when("/blobs/sha", "GET", hang), []string{"pull.blob.get.*"}, fail},
		"resets connections":    {when("/tags/", "", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), []string{"discovery.*"}, fail},
		"redirects in a circle": {when("/tags/", "", func(w http.ResponseWriter, req *http.Request) {
			http.Redirect(w, req, req.URL.String(), http.StatusFound)
		}), []string{"discovery.*"}, fail},
		"numbers for tags":         {when("/tags/", "", body("application/json", `{"name":1,"tags":[1,{"a":2},null]}`)), []string{"discovery.*"}, fail},
		"tags that never end":      {when("/tags/", "", endlessPages), []string{"discovery.tags.pages", "discovery.tags.complete"}, fail},
		"deep JSON":                {when("/referrers/", "", body("application/vnd.oci.image.index.v1+json", deep)), []string{"references.list.*"}, fail},
		"strings for descriptors":  {when("/referrers/", "", body("application/vnd.oci.image.index.v1+json", `{"schemaVersion":"2","manifests":["x",7]}`)), []string{"references.list.*"}, fail},
		"an endless body":          {when("/manifests/assay-", "GET", endlessBody), []string{"pull.manifest.get.*"}, fail},
		"fewer bytes than it says": {when("/manifests/assay-", "GET", shortBody), []string{"pull.manifest.get.*"}, fail},
		"a flood of headers":       {when("/manifests/assay-", "GET", headerFlood), []string{"pull.manifest.get.*"}, fail},
		"a Retry-After of a year":  {when("/tags/", "", retryNextYear), []string{"discovery.*"}, []reports.Outcome{reports.Blocked}},
		"drops of a body":          {when("/manifests/assay-", "GET", dripping), []string{"pull.manifest.get.*"}, fail},
		"a gzip bomb":              {when("/manifests/assay-", "GET", gzipBomb), []string{"pull.manifest.get.*"}, fail},
		"401 for ever":             {when("/tags/", "", unauthorized), []string{"discovery.*"}, fail},
		"500 on everything":        {when("", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }), nil, fail},
		"401 on everything":        {when("", "", unauthorized), nil, lost},
		"wrong types of tags":      {mistyped("/tags/"), []string{"discovery.*"}, some},
		"wrong types of referrers": {mistyped("/referrers/"), []string{"references.*"}, some},
		"wrong types of errors":    {mistyped("/manifests/"), []string{"errors.*", "push.manifest.missing-reference.code", "push.index.sparse"}, some},
		"escape sequences":         {when("/tags/", "", body("text/html\x1b[2J", "\x1b[2J<script>alert(1)</script>\u202e")), []string{"discovery.*"}, fail},
	} {
		t.Run(name, func(t *testing.T) {
			armed := &atomic.Bool{}
			server, err := reference.Start(t.Context(), "127.0.0.1:0", reference.Options{
				Middleware: middleware(func(next http.Handler) http.Handler {
					harm := tc.harm(next)
					return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
						if armed.Load() {
							harm.ServeHTTP(w, req)
							return
						}
						next.ServeHTTP(w, req)
					})
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			patience := time.Duration(0) // the default: a busy machine is no hostile registry
			if strings.HasPrefix(name, "hangs") || name == "drops of a body" {
				patience = 500 * time.Millisecond
			}
			run, err := conformance.Execute(t.Context(), conformance.Config{
				Settings: access.Settings{Target: server.Addr(), Manners: wire.Manners{RequestTimeout: patience}}, Requirements: tc.only,
			}, arming{armed})
			if err != nil {
				t.Fatal(err)
			}
			blamed := false
			for _, res := range run.Results {
				blamed = blamed || slices.Contains(tc.blame, res.Outcome)
				if res.Outcome == reports.Error && !slices.Contains(tc.blame, reports.Error) {
					t.Errorf("%s: %s", res.Requirement, res.Message)
				}
			}
			if !blamed {
				t.Errorf("no result is one of %q", tc.blame)
			}
			var results bytes.Buffer
			if err := reports.WriteJSON(&results, run); err != nil {
				t.Fatal(err)
			}
			if err := reports.Validate(results.Bytes()); err != nil {
				t.Error(err)
			}
		})
	}
}

// A registry that dies in the middle of a run gets no findings for it.
func TestARegistryThatDies(t *testing.T) {
	server, err := reference.Start(t.Context(), "127.0.0.1:0", reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	run, err := conformance.Execute(t.Context(), conformance.Config{Settings: access.Settings{Target: server.Addr()}}, killing{server})
	if err != nil {
		t.Fatal(err)
	}
	errors := 0
	for _, res := range run.Results {
		switch res.Outcome {
		case reports.Fail, reports.Warn:
			t.Errorf("%s %s: %s", res.Outcome, res.Requirement, res.Message)
		case reports.Error:
			errors++
		}
	}
	if errors < 100 {
		t.Errorf("%d errors, want one for each spec that is left", errors)
	}
}

// arming begins the harm when the specs start.
type arming struct{ armed *atomic.Bool }

func (a arming) Start(int)             { a.armed.Store(true) }
func (a arming) Result(reports.Result) {}

// killing ends the registry when the first result comes.
type killing struct{ server *reference.Server }

func (k killing) Start(int)             {}
func (k killing) Result(reports.Result) { _ = k.server.Close() }

func endlessPages(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Link", "<"+req.URL.Path+`?n=1>; rel="next"`)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"name":"assay/one","tags":["a"]}`))
}

func endlessBody(w http.ResponseWriter, _ *http.Request) {
	chunk := bytes.Repeat([]byte("x"), 1<<16)
	for {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func shortBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte("short"))
}

func headerFlood(w http.ResponseWriter, _ *http.Request) {
	for range 100 {
		w.Header().Add("X-Flood", strings.Repeat("x", 10000))
	}
	w.WriteHeader(http.StatusOK)
}

func retryNextYear(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "31536000")
	w.WriteHeader(http.StatusTooManyRequests)
}

// dripping sends a byte at a time for as long as anybody listens.
func dripping(w http.ResponseWriter, req *http.Request) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-req.Context().Done():
			return
		}
		if _, err := w.Write([]byte("x")); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
	}
}

// gzipBomb sends a few kilobytes that become 64 MiB.
func gzipBomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
	z := gzip.NewWriter(w)
	chunk := bytes.Repeat([]byte("x"), 1<<20)
	for range 64 {
		_, _ = z.Write(chunk)
	}
	_ = z.Close()
}

func unauthorized(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("WWW-Authenticate", `Basic realm="again"`)
	w.WriteHeader(http.StatusUnauthorized)
}

// mistyped gives the values of a document other types, another one in each
// answer.
func mistyped(part string) func(http.Handler) http.Handler {
	others := []any{nil, true, -1.5, "", "\x1b[2J", []any{}, []any{[]any{nil}}, map[string]any{}, map[string]any{"": "x"}}
	var turn atomic.Int64
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, req)
			body := answer.Body.Bytes()
			var doc any
			if strings.Contains(req.URL.Path, part) && (req.Method != http.MethodGet || part != "/manifests/" || answer.Code != http.StatusOK) &&
				json.Unmarshal(body, &doc) == nil {
				n := int(turn.Add(1))
				places := valuesIn(&doc)
				places[n%len(places)](others[n/len(places)%len(others)])
				body, _ = json.Marshal(doc)
			}
			for name, values := range answer.Header() {
				if name != "Content-Length" || req.Method == http.MethodHead {
					w.Header()[name] = values
				}
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(body)
		})
	}
}

// valuesIn are setters, one for each value of a document, in an order that stays.
func valuesIn(doc *any) []func(any) {
	places := []func(any){func(v any) { *doc = v }}
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				places = append(places, func(other any) { v[name] = other })
				visit(v[name])
			}
		case []any:
			for i := range v {
				places = append(places, func(other any) { v[i] = other })
				visit(v[i])
			}
		}
	}
	visit(*doc)
	return places
}
