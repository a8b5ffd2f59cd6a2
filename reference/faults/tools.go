package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// kind is what a path names.
type kind string

const (
	root      kind = "root"      // /v2/
	manifests kind = "manifests" // /v2/<repo>/manifests/<name>
	blobs     kind = "blobs"     // /v2/<repo>/blobs/<name>
	uploads   kind = "uploads"   // /v2/<repo>/blobs/uploads/, where sessions start
	session   kind = "session"   // /v2/<repo>/blobs/uploads/<name>
	tags      kind = "tags"      // /v2/<repo>/tags/list
	referrers kind = "referrers" // /v2/<repo>/referrers/<name>
)

// place is a path taken apart.
type place struct {
	kind       kind
	repo, name string
}

// placeOf is asked several times for each request, by every fault.
func placeOf(req *http.Request) place {
	path, ours := strings.CutPrefix(req.URL.Path, "/v2")
	if !ours {
		return place{}
	}
	if path == "" || path == "/" {
		return place{kind: root}
	}
	// cut parts a repository from what comes behind the last marker.
	cut := func(marker string) (repo, rest string, found bool) {
		i := strings.LastIndex(path, marker)
		if i < 2 {
			return "", "", false
		}
		return path[1:i], path[i+len(marker):], true
	}
	segment := func(name string) bool { return name != "" && !strings.Contains(name, "/") }
	if repo, rest, found := cut("/blobs/uploads"); found {
		switch name := strings.TrimPrefix(rest, "/"); {
		case name == "":
			return place{uploads, repo, ""}
		case rest != name && segment(name):
			return place{session, repo, name}
		}
	}
	if repo, name, found := cut("/blobs/"); found && name != "" {
		return place{blobs, repo, name}
	}
	if repo, name, found := cut("/manifests/"); found && segment(name) {
		return place{manifests, repo, name}
	}
	if repo, rest, found := cut("/tags/list"); found && rest == "" {
		return place{tags, repo, ""}
	}
	if repo, name, found := cut("/referrers/"); found && segment(name) {
		return place{referrers, repo, name}
	}
	return place{}
}

// when says which requests something is about.
type when func(*http.Request) bool

// is matches requests of one of the methods, written as "GET HEAD", for one of
// the kinds of paths; no kind stands for all.
func is(methods string, of ...kind) when {
	return func(req *http.Request) bool {
		return slices.Contains(strings.Fields(methods), req.Method) &&
			(len(of) == 0 || slices.Contains(of, placeOf(req).kind))
	}
}

// and matches what all of them match.
func (w when) and(more ...when) when {
	return func(req *http.Request) bool {
		return w(req) && !slices.ContainsFunc(more, func(m when) bool { return !m(req) })
	}
}

func not(w when) when { return func(req *http.Request) bool { return !w(req) } }

// byDigest and byTag match by the form of the name; no tag has a colon.
func byDigest(req *http.Request) bool { return strings.Contains(placeOf(req).name, ":") }
func byTag(req *http.Request) bool    { return !byDigest(req) }

// query matches requests with the parameter.
func query(name string) when {
	return func(req *http.Request) bool { return req.URL.Query().Has(name) }
}

// has matches requests with the header.
func has(name string) when {
	return func(req *http.Request) bool { return req.Header.Get(name) != "" }
}

// always matches everything.
func always(*http.Request) bool { return true }

// answer takes in what the registry answers, an [http.ResponseWriter], so that
// it can be changed.
type answer struct {
	req    *http.Request
	header http.Header
	status int
	body   []byte
}

func newAnswer(req *http.Request) *answer { return &answer{req: req, header: http.Header{}} }

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, p...)
	return len(p), nil
}

func (a *answer) ok() bool { return a.status >= 200 && a.status <= 299 }

// send passes the answer on. The length follows the body, unless the answer has
// none of its own because only its headers were asked for.
func (a *answer) send(w http.ResponseWriter) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	switch {
	case a.req.Method == http.MethodHead:
		if len(a.body) > 0 && a.header.Get("Content-Length") == "" {
			a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
		}
		a.body = nil
	case a.status == http.StatusNoContent || a.status == http.StatusNotModified:
		a.header.Del("Content-Length")
		a.body = nil
	default:
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	if _, named := a.header["Content-Type"]; !named {
		a.header["Content-Type"] = nil // or net/http guesses one
	}
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client may be gone
}

// pass asks the next handler.
func pass(next http.Handler, req *http.Request) *answer {
	a := newAnswer(req)
	next.ServeHTTP(a, req)
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a
}

// ask puts a request of our own to the next handler, on behalf of req; header
// is names and values in turn.
func ask(next http.Handler, req *http.Request, method, target string, body []byte, header ...string) *answer {
	inner, err := http.NewRequestWithContext(context.WithoutCancel(req.Context()), method, target, bytes.NewReader(body))
	if err != nil {
		panic("faults: " + err.Error()) // the target is ours
	}
	inner.Host = req.Host
	if login := req.Header.Get("Authorization"); login != "" {
		inner.Header.Set("Authorization", login)
	}
	for i := 0; i+1 < len(header); i += 2 {
		inner.Header.Set(header[i], header[i+1])
	}
	return pass(next, inner)
}

// change is done to an answer.
type change func(*answer)

func all(changes ...change) change {
	return func(a *answer) {
		for _, c := range changes {
			c(a)
		}
	}
}

// onAnswer changes the answers to the requests that match.
func onAnswer(w when, changes ...change) Middleware {
	return handle(w, func(next http.Handler, req *http.Request) *answer {
		a := pass(next, req)
		all(changes...)(a)
		return a
	})
}

// instead answers the requests that match without asking the registry: with
// 200 and nothing, changed by changes.
func instead(w when, changes ...change) Middleware {
	return handle(w, func(_ http.Handler, req *http.Request) *answer {
		a := newAnswer(req)
		a.status = http.StatusOK
		all(changes...)(a)
		return a
	})
}

// onRequest changes the requests that match before they get to the registry.
func onRequest(w when, edit func(*http.Request)) Middleware {
	return handle(w, func(next http.Handler, req *http.Request) *answer {
		changed := req.Clone(req.Context())
		edit(changed)
		return pass(next, changed)
	})
}

// handle answers the requests that match.
func handle(w when, f func(next http.Handler, req *http.Request) *answer) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
			if !w(req) {
				next.ServeHTTP(out, req)
				return
			}
			a := f(next, req)
			a.req = req // the one that came, whatever was made of it
			a.send(out)
		})
	}
}

// chain puts the first in front of the others.
func chain(parts ...Middleware) Middleware {
	return func(next http.Handler) http.Handler {
		for _, m := range slices.Backward(parts) {
			next = m(next)
		}
		return next
	}
}

// ok makes changes to success, refused to refusals, on to one status.
func ok(changes ...change) change {
	return func(a *answer) {
		if a.ok() {
			all(changes...)(a)
		}
	}
}

func refused(changes ...change) change {
	return func(a *answer) {
		if a.status >= 400 {
			all(changes...)(a)
		}
	}
}

func on(code int, changes ...change) change {
	return func(a *answer) {
		if a.status == code {
			all(changes...)(a)
		}
	}
}

func status(code int) change { return func(a *answer) { a.status = code } }

func set(name, value string) change { return func(a *answer) { a.header.Set(name, value) } }

func del(names ...string) change {
	return func(a *answer) {
		for _, name := range names {
			a.header.Del(name)
		}
	}
}

// setFrom sets a header to what f makes of its value, if it has one.
func setFrom(name string, f func(string) string) change {
	return func(a *answer) {
		if value := a.header.Get(name); value != "" {
			a.header.Set(name, f(value))
		}
	}
}

// body replaces the body.
func body(f func([]byte) []byte) change { return func(a *answer) { a.body = f(a.body) } }

// text is a body of these bytes.
func text(contentType, content string) change {
	return func(a *answer) {
		a.header.Set("Content-Type", contentType)
		a.body = []byte(content)
	}
}

// doc edits a body that is a JSON object. Others stay as they are, as do those
// in which nothing is to be edited: every byte of a manifest counts.
func doc(edit func(map[string]any)) change {
	return func(a *answer) {
		var d map[string]any
		if json.Unmarshal(a.body, &d) != nil {
			return
		}
		before, _ := json.Marshal(d) // it came from JSON
		edit(d)
		if after, _ := json.Marshal(d); !bytes.Equal(before, after) {
			a.body = after
		}
	}
}

// refuse is a refusal in the form of the specification.
func refuse(code int, name string) change {
	return func(a *answer) {
		a.status = code
		a.header = http.Header{"Content-Type": {"application/json"}}
		a.body, _ = json.Marshal(map[string]any{"errors": []any{map[string]any{"code": name, "message": "no"}}})
	}
}

// read is the body of a request, which stays readable.
func read(req *http.Request) []byte {
	data, _ := io.ReadAll(req.Body) // what cannot be read is not there
	write(req, data)
	return data
}

// write gives a request another body.
func write(req *http.Request, data []byte) {
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	req.Header.Del("Content-Length")
}

// setQuery and delQuery change a request's parameters.
func setQuery(req *http.Request, name, value string) {
	q := req.URL.Query()
	q.Set(name, value)
	req.URL.RawQuery = q.Encode()
}

func delQuery(req *http.Request, names ...string) {
	q := req.URL.Query()
	for _, name := range names {
		q.Del(name)
	}
	req.URL.RawQuery = q.Encode()
}

// zeros is a digest that nothing has.
const zeros = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
