package conformance_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"assay/conformance"
	"assay/reference"
	"assay/wire/access"
)

// A registry that sends the run to another host for everything does not make it
// tell that host the credential, whatever it answers there.
func TestNoOtherHostSeesTheCredential(t *testing.T) {
	const user, password = "alice", "opensesame"
	var (
		mu   sync.Mutex
		seen = map[string]int{} // requests, by what sent them
		told []string
	)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[req.URL.Query().Get("by")]++
		coded := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
		for name, values := range req.Header {
			if value := strings.Join(values, ", "); name == "Authorization" || strings.Contains(value, coded) || strings.Contains(value, password) {
				told = append(told, req.Method+" "+req.URL.String()+": "+name)
			}
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="give it to me"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer other.Close()
	leads := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if _, _, loggedIn := req.BasicAuth(); !loggedIn {
				next.ServeHTTP(w, req)
				return
			}
			switch {
			case strings.Contains(req.URL.Path, "/tags/"):
				w.Header().Set("Link", "<"+other.URL+`/v2/tags?by=Link>; rel="next"`)
			case req.Method == http.MethodGet && strings.Contains(req.URL.Path, "/manifests/"):
				http.Redirect(w, req, other.URL+"/v2/?by=redirect", http.StatusTemporaryRedirect)
				return
			case req.Method == http.MethodPost && req.URL.RawQuery != "": // a mount or a single POST: the rest must get in
				w.Header().Set("Location", other.URL+"/v2/upload?by=Location")
				w.WriteHeader(http.StatusAccepted)
				return
			}
			next.ServeHTTP(w, req)
		})
	}
	server, err := reference.Start(t.Context(), "127.0.0.1:0", reference.Options{
		Username: user, Password: password, Middleware: middleware(leads),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if _, err := conformance.Execute(t.Context(), conformance.Config{
		Settings: access.Settings{Target: server.Addr(), Username: user, Password: password},
	}, nil); err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{"Link", "redirect", "Location"} {
		if seen[by] == 0 {
			t.Errorf("no %s was followed: the test shows nothing", by)
		}
	}
	if len(told) > 0 {
		t.Errorf("the other host was told the credential %d times, first with %s", len(told), told[0])
	}
}
