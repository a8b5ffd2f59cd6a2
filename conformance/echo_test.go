package conformance_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"assay/conformance"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

// A registry that sends passwords and tokens back, wherever it can and in many
// encodings, gets none of them into the reports.
func TestNoSecretIsReported(t *testing.T) {
	const user, password = "alice", `open"sesame/&%`
	for name, byToken := range map[string]bool{"Basic": false, "Bearer": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var (
				mu     sync.Mutex
				tokens = map[string]bool{}
			)
			echo := func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					secret := password
					if _, token, found := strings.Cut(req.Header.Get("Authorization"), "Bearer "); found {
						mu.Lock()
						tokens[token] = true
						mu.Unlock()
						secret = token
					}
					if req.Header.Get("Authorization") == "" {
						next.ServeHTTP(w, req)
						return
					}
					escaped := strings.Builder{}
					for _, c := range secret {
						fmt.Fprintf(&escaped, `\u%04x`, c)
					}
					coded := base64.StdEncoding.EncodeToString([]byte("It is " + secret))
					w.Header().Set("X-Plain", secret)
					w.Header().Set("X-Coded", coded)
					w.Header().Set("X-Percent", url.QueryEscape(secret))
					w.Header().Set("X-Hex", hex.EncodeToString([]byte(secret)))
					if strings.Contains(req.URL.Path, "/tags/") || strings.Contains(req.URL.Path, "/manifests/sha256:") && req.Method == http.MethodGet {
						w.Header().Set("Content-Type", "application/json")
						w.WriteHeader(http.StatusBadRequest)
						_, _ = fmt.Fprintf(w, `{"errors":[{"code":"UNKNOWN","message":"%s","detail":"%s"}]}`, escaped.String(), coded)
						return
					}
					next.ServeHTTP(w, req)
				})
			}
			server, err := reference.Start(t.Context(), "127.0.0.1:0", reference.Options{
				Username: user, Password: password, TokenAuth: byToken, Middleware: middleware(echo),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			run, err := conformance.Execute(t.Context(), conformance.Config{
				Settings:  access.Settings{Target: server.Addr(), Username: user, Password: password},
				Workflows: []string{"pull", "discovery", "errors"},
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var written strings.Builder
			if err := reports.WriteJSON(&written, run); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(written.String(), "X-Plain") {
				t.Fatal("the reports have nothing of what the registry sent")
			}
			secrets := []string{password}
			for token := range tokens {
				secrets = append(secrets, token)
			}
			if byToken && len(secrets) == 1 {
				t.Fatal("no token was sent")
			}
			for _, secret := range secrets {
				for _, form := range []string{
					secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret)),
					base64.StdEncoding.EncodeToString([]byte("It is " + secret))[8:16], strings.Trim(fmt.Sprintf("%q", secret), `"`),
				} {
					if i := strings.Index(written.String(), form); i >= 0 {
						t.Errorf("%q is in the results: %s", form, written.String()[max(0, i-200):i+20])
					}
				}
			}
			if found := regexp.MustCompile(`(\\\\u00[0-9a-f]{2}){8}`).FindString(written.String()); found != "" {
				t.Errorf("%s is in the results", found)
			}
		})
	}
}
