package reference

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
)

// requireBasic requires the credential of the options (RFC 7617).
func requireBasic(next http.Handler, opts Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !knows(req, opts) {
			challengeBasic(w)
			return
		}
		next.ServeHTTP(w, req)
	})
}

func challengeBasic(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="assay"`)
	refuse(w, http.StatusUnauthorized, unauthorized, "a user name and a password are required")
}

// knows says whether a request has the credential of the options. The comparison takes
// the same time whether the credential is right or nearly right.
func knows(req *http.Request, opts Options) bool {
	if opts.Username == "" && opts.Password == "" {
		return true // nothing is required
	}
	user, password, ok := req.BasicAuth()
	same := subtle.ConstantTimeCompare([]byte(user), []byte(opts.Username)) &
		subtle.ConstantTimeCompare([]byte(password), []byte(opts.Password))
	return ok && same == 1
}

// requireToken requires bearer tokens whose scopes cover the request. The registry's
// own token service, at /token, issues them. (The engine has a token service as well,
// but its tokens have no scopes.)
func requireToken(next http.Handler, opts Options) http.Handler {
	tokens := &tokenService{opts: opts, grants: map[string]grant{}}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/token" {
			tokens.ServeHTTP(w, req)
			return
		}
		scopes := scopesOf(req)
		token, _ := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
		if tokens.covers(token, scopes) {
			next.ServeHTTP(w, req)
			return
		}
		scheme := "http"
		if req.TLS != nil {
			scheme = "https"
		}
		challenge := fmt.Sprintf(`Bearer realm="%s://%s/token",service="assay"`, scheme, req.Host)
		if len(scopes) > 0 {
			texts := make([]string, len(scopes))
			for i, s := range scopes {
				texts[i] = s.String()
			}
			challenge += fmt.Sprintf(`,scope="%s"`, strings.Join(texts, " "))
		}
		w.Header().Set("WWW-Authenticate", challenge)
		refuse(w, http.StatusUnauthorized, unauthorized, "a token for this is required")
	})
}

// scopesOf lists the scopes that a request needs. A mount also reads from the source
// repository.
func scopesOf(req *http.Request) []scope {
	at := routeOf(req)
	if at.repo == "" {
		return nil
	}
	actions := []string{"pull"}
	switch {
	case at.kind == kindUploads, at.kind == kindUpload, req.Method == http.MethodPut:
		actions = []string{"pull", "push"}
	case req.Method == http.MethodDelete:
		actions = []string{"delete"}
	}
	scopes := []scope{{at.repo, actions}}
	query := req.URL.Query()
	if from := query.Get("from"); at.kind == kindUploads && query.Get("mount") != "" && repoPattern.MatchString(from) {
		scopes = append(scopes, scope{from, []string{"pull"}})
	}
	return scopes
}
