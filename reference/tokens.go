package reference

import (
	"crypto/rand"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// tokenLife is how long a token is valid.
const tokenLife = time.Minute

// scope is a set of rights in a repository, written as repository:name:pull,push.
type scope struct {
	repo    string
	actions []string
}

func (s scope) String() string { return "repository:" + s.repo + ":" + strings.Join(s.actions, ",") }

// parseScopes reads the scopes of a request for a token. One parameter may hold several
// scopes with spaces between them. Scopes of other types are ignored.
func parseScopes(parameters []string) []scope {
	var scopes []scope
	for _, text := range strings.Fields(strings.Join(parameters, " ")) {
		parts := strings.Split(text, ":")
		if len(parts) == 3 && parts[0] == "repository" {
			scopes = append(scopes, scope{parts[1], strings.Split(parts[2], ",")})
		}
	}
	return scopes
}

// tokenService issues opaque tokens to clients that have the credential.
type tokenService struct {
	opts   Options
	mu     sync.Mutex
	grants map[string]grant // by token
}

// grant has the rights of a token.
type grant struct {
	scopes []scope
	until  time.Time
}

// ServeHTTP issues a token for the scopes in the query.
func (t *tokenService) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		refuse(w, http.StatusMethodNotAllowed, unsupported, "tokens are given out on GET")
		return
	}
	if !knows(req, t.opts) {
		challengeBasic(w)
		return
	}
	token, now := rand.Text(), time.Now()
	t.mu.Lock()
	maps.DeleteFunc(t.grants, func(_ string, g grant) bool { return now.After(g.until) })
	t.grants[token] = grant{parseScopes(req.URL.Query()["scope"]), now.Add(tokenLife)}
	t.mu.Unlock()
	w.Header().Set("Cache-Control", "no-store")
	sendJSON(w, "application/json", map[string]any{
		"token": token, "expires_in": int(tokenLife.Seconds()), "issued_at": now.UTC().Format(time.RFC3339),
	})
}

// covers says whether a token is valid for all needed scopes.
func (t *tokenService) covers(token string, needed []scope) bool {
	t.mu.Lock()
	g, known := t.grants[token]
	t.mu.Unlock()
	if !known || time.Now().After(g.until) {
		return false
	}
	for _, s := range needed {
		for _, action := range s.actions {
			if !slices.ContainsFunc(g.scopes, func(granted scope) bool {
				return granted.repo == s.repo && (slices.Contains(granted.actions, action) || slices.Contains(granted.actions, "*"))
			}) {
				return false
			}
		}
	}
	return true
}
