package behaviour

import (
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
)

// OldDigestsMatch answers 304 to matching requests with a digest in If-None-Match that
// the tag pointed to at any time.
func OldDigestsMatch(w When) Middleware {
	return func(next http.Handler) http.Handler {
		pushed := new(Marks) // path and digest
		handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
			d := digest.FromBytes(BodyOf(req)).String()
			a := Pass(next, req)
			if a.OK() {
				pushed.Add(req.URL.Path + " " + d)
			}
			return a
		})(next)
		return OnAnswer(w.And(ByTag, WithHeader("If-None-Match")), OK(func(a *Answer) {
			for _, tag := range strings.Split(a.Request.Header.Get("If-None-Match"), ",") {
				old := strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`)
				if pushed.Has(a.Request.URL.Path + " " + old) {
					a.Status, a.Body = http.StatusNotModified, nil
				}
			}
		}))(handler)
	}
}
