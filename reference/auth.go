package reference

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// authenticate asks for the options' credential, as Basic or by tokens.
func authenticate(next http.Handler, opts Options) http.Handler {
	if !opts.TokenAuth {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !knows(req, opts) {
				w.Header().Set("WWW-Authenticate", `Basic realm="assay"`)
				refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication is required")
				return
			}
			next.ServeHTTP(w, req)
		})
	}
	tokens := &tokenService{opts: opts, grants: map[string]grant{}}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/token" {
			tokens.serve(w, req)
			return
		}
		if !tokens.admits(req) {
			challenge := fmt.Sprintf(`Bearer realm="http://%s/token",service="assay"`, req.Host)
			if scope := strings.Join(needed(req), " "); scope != "" {
				challenge += fmt.Sprintf(`,scope="%s"`, scope)
			}
			w.Header().Set("WWW-Authenticate", challenge)
			refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication is required")
			return
		}
		next.ServeHTTP(w, req)
	})
}

// knows checks the Basic credential of a request in constant time.
func knows(req *http.Request, opts Options) bool {
	user, password, ok := req.BasicAuth()
	same := subtle.ConstantTimeCompare([]byte(user), []byte(opts.Username)) & subtle.ConstantTimeCompare([]byte(password), []byte(opts.Password))
	return ok && same == 1
}

// tokenService gives out tokens that hold for a while and for some scopes.
type tokenService struct {
	opts   Options
	mu     sync.Mutex
	grants map[string]grant
}

type grant struct {
	scopes []string // "repository:name:action", one action each
	until  time.Time
}

// tokenLife is how long a token holds.
const tokenLife = time.Minute

func (t *tokenService) serve(w http.ResponseWriter, req *http.Request) {
	if !knows(req, t.opts) {
		w.Header().Set("WWW-Authenticate", `Basic realm="assay"`)
		refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "the credential is wrong")
		return
	}
	g := grant{until: time.Now().Add(tokenLife)}
	for _, scope := range strings.Fields(strings.Join(req.URL.Query()["scope"], " ")) {
		cut := strings.LastIndex(scope, ":") + 1
		for _, action := range strings.Split(scope[cut:], ",") {
			g.scopes = append(g.scopes, scope[:cut]+action)
		}
	}
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	token := hex.EncodeToString(b[:])
	t.mu.Lock()
	t.grants[token] = g
	t.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"token": token, "expires_in": int(tokenLife.Seconds())})
}

// admits says whether the request's token holds for all that it needs.
func (t *tokenService) admits(req *http.Request) bool {
	token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.grants[token]
	if !ok || time.Now().After(g.until) {
		delete(t.grants, token)
		return false
	}
	for _, scope := range needed(req) {
		cut := strings.LastIndex(scope, ":") + 1
		for _, action := range strings.Split(scope[cut:], ",") {
			if !slices.Contains(g.scopes, scope[:cut]+action) {
				return false
			}
		}
	}
	return true
}

// needed is which scopes a request needs; a mount reads from its source, too.
func needed(req *http.Request) []string {
	r := routeOf(req)
	if r.kind == kindOther {
		return nil
	}
	actions := "pull"
	switch req.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		actions = "pull,push"
	case http.MethodDelete:
		actions = "delete"
		if r.kind == kindUpload {
			actions = "pull,push"
		}
	}
	scopes := []string{"repository:" + r.repo + ":" + actions}
	if from := req.URL.Query().Get("from"); r.kind == kindUploads && repoPattern.MatchString(from) {
		scopes = append(scopes, "repository:"+from+":pull")
	}
	return scopes
}
