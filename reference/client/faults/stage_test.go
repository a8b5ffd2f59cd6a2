package faults

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
	"assay/reference"
	"assay/reference/client"
	"assay/reference/client/faults/behaviour"
)

// stage is a registry in a certain state, with a second host that serves the same
// content. It writes down what a client sends.
type stage struct {
	t        *testing.T
	registry *reference.Registry
	host     string // of the registry
	other    string
	login    bool // content is put there with a login
	dir      string

	mu      sync.Mutex
	lines   []string
	quiet   atomic.Bool // while content is put there
	counts  map[string]int
	content map[string]fixtures.Manifest
	asked   time.Time
}

type middleware = func(http.Handler) http.Handler

func newStage(t *testing.T, s scene) *stage {
	t.Helper()
	st := &stage{t: t, registry: reference.New(s.options), dir: t.TempDir(), counts: map[string]int{}, content: map[string]fixtures.Manifest{}}
	open := func(name string, steer []middleware) string {
		var h http.Handler = st.registry
		for _, m := range slices.Backward(steer) {
			h = m(h)
		}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if st.quiet.Load() {
				st.registry.ServeHTTP(w, req)
				return
			}
			st.note(name, req)
			h.ServeHTTP(w, req)
		}))
		t.Cleanup(server.CloseClientConnections)
		t.Cleanup(server.Close)
		return strings.TrimPrefix(server.URL, "http://")
	}
	const logins = `{"auths":{"upstream.example":{"auth":"dXNlcjpwYXNzd29yZA=="}}}`
	if err := os.WriteFile(filepath.Join(st.dir, "config.json"), []byte(logins), 0o600); err != nil {
		t.Fatal(err)
	}
	st.other = open("other", nil)
	var steer []middleware
	if s.steer != nil {
		steer = s.steer(st)
	}
	st.host = open("registry", steer)
	return st
}

// varying is what differs between two runs of the same client.
var varying = regexp.MustCompile(`(uploads/(?:in/)?)[^/?]+|(127\.0\.0\.1:)\d+|(state=)[^&]+|(token=)[^&]+|(Bearer )\S+`)

func steady(text string) string { return varying.ReplaceAllString(text, "$1$2$3$4$5*") }

func (s *stage) note(host string, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	req.Body = io.NopCloser(bytes.NewReader(body))
	line := fmt.Sprintf("%s %s %s", host, req.Method, steady(req.URL.RequestURI()))
	for _, name := range []string{"Accept", "Content-Type", "Content-Range", "Range", "Authorization", "If-Match", "X-Meta-Source-Client", "Accept-Encoding", "User-Agent"} {
		if values := req.Header.Values(name); values != nil {
			line += fmt.Sprintf(" %s=%q", name, steady(strings.Join(values, "|")))
		}
	}
	sum := sha256.Sum256(body)
	line += fmt.Sprintf(" length=%d body=%s", req.ContentLength, hex.EncodeToString(sum[:4]))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line)
}

// count counts under a name, from 1 on.
func (s *stage) count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[name]++
	return s.counts[name]
}

// run does a step and notes what came of it.
func (s *stage) run(change behaviour.Change, step step) (code int, stdout, stderr string) {
	s.t.Helper()
	env := map[string]string{
		"ASSAY_VERB": step.verb, "ASSAY_REGISTRY": s.host, "ASSAY_PLAIN_HTTP": "1", "ASSAY_REPOSITORY": "a/b", "ASSAY_REFERENCE": "v1",
		"DOCKER_CONFIG": s.dir,
	}
	switch step.verb {
	case "pull":
		env["ASSAY_LAYOUT"] = filepath.Join(s.dir, fmt.Sprint("pulled", s.count("pull")))
	case "attach":
		env["ASSAY_FILE"], env["ASSAY_ARTIFACT_TYPE"] = filepath.Join(s.dir, "file.txt"), "application/vnd.example.sbom"
		if err := os.WriteFile(env["ASSAY_FILE"], []byte("what is in it, and where it is from\n"), 0o600); err != nil {
			s.t.Fatal(err)
		}
	case "copy":
		env["ASSAY_TARGET"] = s.host + "/c/d:v1"
	case "push":
		env["ASSAY_LAYOUT"] = filepath.Join(s.dir, "layout-"+step.content)
	}
	for name, value := range step.env {
		env["ASSAY_"+name] = strings.ReplaceAll(value, "{other}", s.other)
	}
	env["ASSAY_IMAGE"] = s.host + "/a/b:" + env["ASSAY_REFERENCE"]
	if m, ok := s.content[step.digestOf]; ok {
		env["ASSAY_REFERENCE"] = m.Digest.String()
		env["ASSAY_IMAGE"] = s.host + "/a/b@" + m.Digest.String()
	}
	var changes []func(*client.Options)
	if change != nil {
		changes = append(changes, change)
	}
	// No step waits for long; only a client that has to be ended.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if step.ends {
		ctx, cancel = context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
	}
	var out, errs bytes.Buffer
	code = client.Run(ctx, client.Process{Getenv: func(name string) string { return env[name] }, Stdout: &out, Stderr: &errs}, changes...)
	if ctx.Err() != nil {
		out.WriteString("ended by force")
	}
	return code, out.String(), errs.String()
}

// push puts content into the registry, with a client that has no fault and without the
// steering.
func (s *stage) push(repository, tag string, m fixtures.Manifest) {
	s.t.Helper()
	if s.content[tag].Digest == "" {
		s.content[tag] = m
	}
	if !s.login && s.put(repository, tag, m) {
		return
	}
	s.layout(tag, m)
	s.quiet.Store(true)
	defer s.quiet.Store(false)
	env := map[string]string{"REPOSITORY": repository, "REFERENCE": tag}
	if s.login {
		env["USERNAME"], env["PASSWORD"] = login["USERNAME"], login["PASSWORD"]
	}
	code, _, errs := s.run(nil, step{verb: "push", content: tag, env: env})
	if code != 0 {
		s.t.Fatalf("the content cannot be pushed: %s", errs)
	}
}

// put puts content into the registry without a connection. done says that nobody has to
// keep a list of referrers.
func (s *stage) put(repository, reference string, m fixtures.Manifest) (done bool) {
	s.t.Helper()
	send := func(method, path, contentType string, body []byte) http.Header {
		req := httptest.NewRequest(method, "http://"+s.host+"/v2/"+repository+path, bytes.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		rec := httptest.NewRecorder()
		s.registry.ServeHTTP(rec, req)
		if rec.Code != http.StatusCreated {
			s.t.Fatalf("%s %s: %d %s", method, path, rec.Code, rec.Body)
		}
		return rec.Header()
	}
	for _, b := range m.Blobs {
		send(http.MethodPost, "/blobs/uploads/?digest="+b.Digest.String(), "application/octet-stream", b.Data)
	}
	for _, c := range m.Children {
		s.put(repository, c.Digest.String(), c)
	}
	if m.Digest.Algorithm() != digest.SHA256 && reference != m.Digest.String() {
		send(http.MethodPut, "/manifests/"+m.Digest.String(), m.MediaType, m.Data)
	}
	header := send(http.MethodPut, "/manifests/"+reference, m.MediaType, m.Data)
	return m.Subject == nil || header.Get("OCI-Subject") != ""
}

// layout writes the manifest as a layout, for push.
func (s *stage) layout(tag string, m fixtures.Manifest) {
	s.t.Helper()
	s.content[tag] = m
	dir := filepath.Join(s.dir, "layout-"+tag)
	put := func(d digest.Digest, data []byte) {
		path := filepath.Join(dir, "blobs", d.Algorithm().String(), d.Encoded())
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	var walk func(fixtures.Manifest)
	walk = func(m fixtures.Manifest) {
		put(m.Digest, m.Data)
		for _, b := range m.Blobs {
			put(b.Digest, b.Data)
		}
		for _, c := range m.Children {
			walk(c)
		}
	}
	walk(m)
	d := m.Descriptor()
	d.Annotations = map[string]string{ocispec.AnnotationRefName: tag}
	data, err := json.Marshal(ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, Manifests: []ocispec.Descriptor{d}})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.json"), data, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// on changes the answers to requests of a method whose path and query match.
func on(method, pattern string, change func(req *http.Request, a *answer)) middleware {
	re := regexp.MustCompile(pattern)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !strings.Contains(method, req.Method) || !re.MatchString(req.URL.RequestURI()) {
				next.ServeHTTP(w, req)
				return
			}
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, req)
			a := &answer{status: rec.Code, header: rec.Header(), body: rec.Body.Bytes()}
			change(req, a)
			a.write(w, req)
		})
	}
}

// instead answers requests of a method whose path and query match.
func instead(method, pattern string, reply func(req *http.Request, a *answer) (handled bool)) middleware {
	re := regexp.MustCompile(pattern)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.Contains(method, req.Method) && re.MatchString(req.URL.RequestURI()) {
				a := &answer{status: 200, header: http.Header{}}
				if reply(req, a) {
					a.write(w, req)
					return
				}
			}
			next.ServeHTTP(w, req)
		})
	}
}

type answer struct {
	status int
	header http.Header
	body   []byte
	reset  int  // breaks the connection after this many bytes
	more   bool // sends without end
}

func (a *answer) write(w http.ResponseWriter, req *http.Request) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	if req.Method != http.MethodHead && !a.more {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	w.WriteHeader(a.status)
	if req.Method == http.MethodHead {
		return
	}
	if a.reset > 0 {
		_, _ = w.Write(a.body[:a.reset])
		_ = http.NewResponseController(w).Flush()
		conn, _, _ := http.NewResponseController(w).Hijack()
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
		return
	}
	_, _ = w.Write(a.body)
	for block := make([]byte, 64<<10); a.more; {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}
