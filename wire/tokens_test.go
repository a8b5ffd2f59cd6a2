package wire_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// tokens is a token service. A registry in the same test requires its tokens.
type tokens struct {
	*server
	mu    sync.Mutex
	valid map[string]bool
	count int
	// Field is the field of the answer that holds the token.
	Field string
}

// tokenService starts a token service. The handler, if there is one, answers in its
// place.
func tokenService(t testing.TB, h http.HandlerFunc) *tokens {
	t.Helper()
	s := &tokens{valid: map[string]bool{}, Field: "token"}
	if h == nil {
		h = func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(map[string]any{s.Field: s.issue(), "expires_in": 60})
		}
	}
	s.server = serve(t, h)
	return s
}

func (s *tokens) issue() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	token := fmt.Sprintf("opensesame-%d", s.count)
	s.valid[token] = true
	return token
}

// Revoke makes all issued tokens invalid.
func (s *tokens) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.valid)
}

// challenge is the challenge of a registry that requires tokens of this service.
func (s *tokens) challenge(scope string) string {
	c := fmt.Sprintf(`Bearer realm="%s/auth",service="registry.example"`, s.URL)
	if scope != "" {
		c += fmt.Sprintf(`,scope="%s"`, scope)
	}
	return c
}

// protect requires a valid token.
func (s *tokens) protect(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		token, _ := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
		s.mu.Lock()
		ok := s.valid[token]
		s.mu.Unlock()
		if !ok {
			w.Header().Set("WWW-Authenticate", s.challenge(""))
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next(w, req)
	}
}
