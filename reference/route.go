package reference

import (
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/opencontainers/go-digest"
)

// kind is the kind of resource that a path names.
type kind int

const (
	kindOther     kind = iota
	kindRoot           // /v2/
	kindManifest       // /v2/<repo>/manifests/<name>
	kindBlob           // /v2/<repo>/blobs/<name>
	kindUploads        // /v2/<repo>/blobs/uploads/, where sessions start
	kindUpload         // /v2/<repo>/blobs/uploads/<name>, one session
	kindTags           // /v2/<repo>/tags/list
	kindReferrers      // /v2/<repo>/referrers/<name>
)

// route has the parts of a path.
type route struct {
	kind kind
	repo string
	name string // tag, digest or session
}

// A path without this part cannot match. Checking for the part first is several times
// faster than the pattern, and every request would try all patterns in turn.
var routes = []struct {
	part    string
	pattern *regexp.Regexp
	kind    kind
}{
	{"/v2", regexp.MustCompile(`^/v2/?()()$`), kindRoot},
	{"/blobs/uploads", regexp.MustCompile(`^/v2/(.+)/blobs/uploads/?()$`), kindUploads},
	{"/blobs/uploads/", regexp.MustCompile(`^/v2/(.+)/blobs/uploads/([^/]+)$`), kindUpload},
	{"/blobs/", regexp.MustCompile(`^/v2/(.+)/blobs/([^/]+)$`), kindBlob},
	{"/manifests/", regexp.MustCompile(`^/v2/(.+)/manifests/([^/]+)$`), kindManifest},
	{"/tags/list", regexp.MustCompile(`^/v2/(.+)/tags/list()$`), kindTags},
	{"/referrers/", regexp.MustCompile(`^/v2/(.+)/referrers/([^/]+)$`), kindReferrers},
}

func routeOf(req *http.Request) route {
	for _, r := range routes {
		if !strings.Contains(req.URL.Path, r.part) {
			continue
		}
		if m := r.pattern.FindStringSubmatch(req.URL.Path); m != nil {
			return route{kind: r.kind, repo: m[1], name: m[2]}
		}
	}
	return route{}
}

// The grammars of the distribution-spec, section "Pulling manifests".
var (
	repoPattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	tagPattern  = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$`)
)

// canHold says whether content can be pushed under a digest: whether its algorithm is
// one of the registered algorithms (image-spec, descriptor.md), which the engine knows.
func canHold(d string) bool {
	parsed, err := digest.Parse(d)
	return err == nil && (parsed.Algorithm() == digest.SHA256 || parsed.Algorithm() == digest.SHA512)
}

// checkPath refuses paths that are not written in the one normal way. The engine would
// remove dot segments and doubled or trailing slashes, and serve the result. A
// repository name that breaks the grammar is answered 404, because no such repository
// can exist. The referrers API must not answer 404, so it calls the request invalid.
func checkPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		at, p := routeOf(req), req.URL.Path
		canonical := path.Clean(p)
		if strings.HasSuffix(p, "/") && (at.kind == kindRoot || at.kind == kindUploads) {
			canonical += "/"
		}
		slash := strings.Contains(strings.ToLower(req.URL.EscapedPath()), "%2f")
		switch named := at.kind != kindOther && at.kind != kindRoot; {
		case req.URL.Path == "/token": // for requireToken, if it is in use
			next.ServeHTTP(w, req)
		case at.kind == kindOther || p != canonical || slash:
			refuse(w, http.StatusNotFound, unsupported, "there is nothing at this path")
		case named && !repoPattern.MatchString(at.repo) && at.kind == kindReferrers:
			refuse(w, http.StatusBadRequest, nameInvalid, "the repository's name is outside of the grammar")
		case named && !repoPattern.MatchString(at.repo):
			refuse(w, http.StatusNotFound, nameInvalid, "the repository's name is outside of the grammar")
		default:
			next.ServeHTTP(w, req)
		}
	})
}
