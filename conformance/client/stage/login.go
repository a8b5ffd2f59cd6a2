package stage

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"assay/reference/faults/behaviour"
)

// Login is what a registry asks for. The user name and the password are given to the
// client.
type Login struct {
	// Challenge makes the values of WWW-Authenticate for a realm and a scope.
	Challenge func(realm, scope string) []string
	// Basic and Bearer are what the registry accepts.
	Basic, Bearer bool
	// AccessToken calls the token access_token, and nothing else.
	AccessToken bool
	// FirstLives is the number of requests after which the first token has expired; 0 is
	// never.
	FirstLives int
	// Refuses refuses every login.
	Refuses bool
}

// The login of every scenario that has one.
const (
	Username = "assay-client"
	Password = "assay-client-password" //nolint:gosec // of a registry on loopback
)

// The login of another registry that the client has in its Docker configuration. No
// scenario asks for it.
const (
	UpstreamRegistry = "upstream.example"
	upstreamUsername = "upstream-client"
	UpstreamPassword = "upstream-client-password" //nolint:gosec // of no registry
)

// TokenPath is where tokens are asked for.
const TokenPath = "/token"

// Challenges of the usual forms.
func bearer(realm, scope string) string {
	challenge := fmt.Sprintf(`Bearer realm="%s",service="assay"`, realm)
	if scope != "" {
		challenge += fmt.Sprintf(`,scope="%s"`, scope)
	}
	return challenge
}

const basic = `Basic realm="assay"`

// The forms of challenges.
var (
	AsBasic   = func(string, string) []string { return []string{basic} }
	AsBearer  = func(realm, scope string) []string { return []string{bearer(realm, scope)} }
	InOneLine = func(realm, scope string) []string { return []string{`Negotiate, ` + bearer(realm, scope)} }
	InLines   = func(realm, scope string) []string { return []string{`Negotiate`, bearer(realm, scope)} }
)

// tokens are the tokens that were given.
type tokens struct {
	login Login

	mu    sync.Mutex
	given map[string]*token
}

type token struct {
	scopes string
	left   int // requests; -1 is without end
}

// middleware asks for the login.
func (l Login) middleware(next http.Handler) http.Handler {
	t := &tokens{login: l, given: map[string]*token{}}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == TokenPath {
			t.give(w, req)
			return
		}
		scope := scopeOf(req)
		if t.knows(req, scope) {
			next.ServeHTTP(w, req)
			return
		}
		for _, challenge := range l.Challenge("http://"+req.Host+TokenPath, scope) {
			w.Header().Add("WWW-Authenticate", challenge)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"errors":[{"code":"UNAUTHORIZED","message":"a login is required"}]}`))
	})
}

func isLogin(req *http.Request) bool {
	user, password, ok := req.BasicAuth()
	return ok && user == Username && password == Password
}

func (t *tokens) knows(req *http.Request, scope string) bool {
	if t.login.Refuses {
		return false
	}
	if isLogin(req) {
		return t.login.Basic
	}
	value, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	t.mu.Lock()
	defer t.mu.Unlock()
	given := t.given[value]
	if !ok || given == nil || given.left == 0 || !covers(given.scopes, scope) {
		return false
	}
	if given.left > 0 {
		given.left--
	}
	return true
}

// give gives a token for the scopes that are asked for, by GET or by the POST of OAuth 2.
func (t *tokens) give(w http.ResponseWriter, req *http.Request) {
	_ = req.ParseForm()
	login := isLogin(req) || req.PostForm.Get("username") == Username && req.PostForm.Get("password") == Password ||
		req.PostForm.Get("refresh_token") == Password
	if !login || t.login.Refuses {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	value := fmt.Sprintf("assay-token-%d", len(t.given)+1)
	given := &token{scopes: strings.Join(req.Form["scope"], " "), left: -1}
	if len(t.given) == 0 && t.login.FirstLives > 0 {
		given.left = t.login.FirstLives
	}
	t.given[value] = given
	answer := map[string]any{"token": value, "access_token": value, "expires_in": 300}
	if t.login.AccessToken {
		answer = map[string]any{"access_token": value}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// scopeOf is the scope that a request needs.
func scopeOf(req *http.Request) string {
	at := behaviour.PlaceOf(req)
	if at.Repo == "" {
		return ""
	}
	actions := "pull"
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		if at.Kind == behaviour.Session {
			actions = "pull,push"
		}
	case http.MethodDelete:
		actions = "delete"
		if at.Kind == behaviour.Session {
			actions = "pull,push"
		}
	default:
		actions = "pull,push"
	}
	return "repository:" + at.Repo + ":" + actions
}

// covers says whether scopes, separated by spaces, cover all actions of a scope.
func covers(scopes, scope string) bool {
	if scope == "" {
		return true
	}
	name, actions := cutScope(scope)
	for _, action := range strings.Split(actions, ",") {
		found := false
		for _, one := range strings.Fields(scopes) {
			other, granted := cutScope(one)
			if other == name && (granted == "*" || strings.Contains(","+granted+",", ","+action+",")) {
				found = true
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func cutScope(scope string) (name, actions string) {
	i := strings.LastIndex(scope, ":")
	if i < 0 {
		return scope, ""
	}
	return scope[:i], scope[i+1:]
}

// Covers says whether the scopes of a request for a token cover a scope.
func Covers(form url.Values, scope string) bool {
	return covers(strings.Join(form["scope"], " "), scope)
}
