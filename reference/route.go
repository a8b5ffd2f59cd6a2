package reference

import (
	"net/http"
	"path"
	"regexp"
	"strings"
)

// kind is what a path names.
type kind string

const (
	kindOther     kind = ""
	kindManifest  kind = "manifest"
	kindBlob      kind = "blob"
	kindUploads   kind = "uploads" // where sessions start
	kindUpload    kind = "upload"  // one session
	kindTags      kind = "tags"
	kindReferrers kind = "referrers"
)

// route is a path taken apart: /v2/<repo>/<kind>/<name>.
type route struct {
	kind kind
	repo string
	name string // tag, digest or session
}

var routes = []struct {
	pattern *regexp.Regexp
	kind    kind
}{
	{regexp.MustCompile(`^/v2/(.+)/blobs/uploads/?$`), kindUploads},
	{regexp.MustCompile(`^/v2/(.+)/blobs/uploads/([^/]+)$`), kindUpload},
	{regexp.MustCompile(`^/v2/(.+)/blobs/([^/]+)$`), kindBlob},
	{regexp.MustCompile(`^/v2/(.+)/manifests/([^/]+)$`), kindManifest},
	{regexp.MustCompile(`^/v2/(.+)/tags/list$`), kindTags},
	{regexp.MustCompile(`^/v2/(.+)/referrers/([^/]+)$`), kindReferrers},
}

func routeOf(req *http.Request) route {
	for _, r := range routes {
		if m := r.pattern.FindStringSubmatch(req.URL.Path); m != nil {
			found := route{kind: r.kind, repo: m[1]}
			if len(m) > 2 {
				found.name = m[2]
			}
			return found
		}
	}
	return route{}
}

var (
	repoPattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	tagPattern  = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$`)
)

// cleanPaths refuses paths that are written in more ways than one: the engine
// would take dot segments and double slashes out and serve what is behind
// them. It also refuses names outside of the grammar.
func cleanPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		p := req.URL.Path
		canonical := path.Clean(p)
		if p == "/v2/" || strings.HasSuffix(p, "/blobs/uploads/") {
			canonical += "/"
		}
		escaped := strings.ToLower(req.URL.EscapedPath())
		if p != canonical || strings.Contains(escaped, "%2f") || strings.Contains(escaped, "%2e") {
			refuse(w, http.StatusNotFound, "NAME_INVALID", "the path is not written in its canonical form")
			return
		}
		if r := routeOf(req); r.kind != kindOther && !repoPattern.MatchString(r.repo) {
			refuse(w, http.StatusBadRequest, "NAME_INVALID", "the repository name is outside of the grammar")
			return
		}
		next.ServeHTTP(w, req)
	})
}
