package reference

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// nameSessions gives upload sessions the UUIDs that the distribution-spec asks
// for ("POST then PUT"), keeps them to their repository, and answers unknown
// ones with 404.
func nameSessions(next http.Handler, l *ledger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := routeOf(req)
		switch r.kind {
		case kindUploads:
			next.ServeHTTP(&sessionWriter{ResponseWriter: w, rename: func(inner string) string {
				id := uuid()
				l.openSession(r.repo, id, inner)
				return id
			}}, req)
		case kindUpload:
			inner, ok := l.session(r.repo, r.name)
			if !ok {
				refuse(w, http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "there is no such upload in this repository")
				return
			}
			inward := req.Clone(req.Context())
			inward.URL.Path = strings.TrimSuffix(req.URL.Path, r.name) + inner
			inward.URL.RawPath = ""
			watched := &watcher{ResponseWriter: w}
			next.ServeHTTP(&sessionWriter{ResponseWriter: watched, rename: func(string) string { return r.name }}, inward)
			done := req.Method == http.MethodPut && watched.status != http.StatusRequestedRangeNotSatisfiable ||
				req.Method == http.MethodDelete && watched.status == http.StatusNoContent
			if done {
				l.closeSession(r.repo, r.name)
			}
		default:
			next.ServeHTTP(w, req)
		}
	})
}

// sessionWriter exchanges the session's name in the Location on its way out,
// and the Range of an upload that has received nothing: there is no last byte
// to name, and 0-0 is what clients have come to expect.
type sessionWriter struct {
	http.ResponseWriter
	rename func(inner string) string
}

func (s *sessionWriter) WriteHeader(status int) {
	h := s.Header()
	if location, err := url.Parse(h.Get("Location")); err == nil && strings.Contains(location.Path, "/blobs/uploads/") {
		cut := strings.LastIndex(location.Path, "/") + 1
		location.Path = location.Path[:cut] + s.rename(location.Path[cut:])
		location.RawPath = ""
		h.Set("Location", location.String())
	}
	if h.Get("Range") == "0--1" {
		h.Set("Range", "0-0")
	}
	s.ResponseWriter.WriteHeader(status)
}

// uuid makes a random UUID (RFC 9562, version 4).
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
