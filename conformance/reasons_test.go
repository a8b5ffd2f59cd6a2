package conformance_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/reference"
	"assay/reports"
	"assay/wire"
	"assay/wire/access"
)

// What keeps specs from being judged is told once: as a reason where it is no fault
// of the registry, and as one finding where it is.

// reasons are the messages of blocked specs that wait for no requirement.
func reasons(run *reports.Run) map[string]int {
	all := map[string]int{}
	for _, res := range run.Results {
		if res.Outcome == reports.Blocked && res.BlockedBy == "" {
			all[res.Message]++
		}
	}
	return all
}

func found(run *reports.Run) []string {
	var all []string
	for _, res := range run.Findings() {
		all = append(all, res.Requirement)
	}
	return all
}

// answering answers requests instead of the registry where it wants to.
func answering(answers func(w http.ResponseWriter, req *http.Request) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !answers(w, req) {
				next.ServeHTTP(w, req)
			}
		})
	}
}

func TestAQuotaIsOneReason(t *testing.T) {
	var pushed atomic.Int64
	server := embedded(t, reference.Options{Middleware: middleware(answering(func(w http.ResponseWriter, req *http.Request) bool {
		if req.Method != http.MethodPut || !strings.Contains(req.URL.Path, "/manifests/") || pushed.Add(1) <= 20 {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"errors":[{"code":"DENIED","message":"the quota is used up"}]}`))
		return true
	}))})
	run := execute(t, conformance.Config{
		Settings: access.Settings{Target: server.Addr()}, Requirements: []string{"pull.manifest.*", "push.manifest.*", "discovery.*"},
	})
	if f := found(run); len(f) > 0 {
		t.Errorf("found %v", f)
	}
	why := reasons(run)
	if len(why) != 1 {
		t.Errorf("%d reasons: %v", len(why), why)
	}
	for message, times := range why {
		if !strings.Contains(message, "DENIED: the quota is used up") || times < 5 {
			t.Errorf("%d specs are blocked by %q", times, message)
		}
	}
}

func TestThrottlingIsNoFinding(t *testing.T) {
	armed := &atomic.Bool{}
	server := embedded(t, reference.Options{Middleware: middleware(answering(func(w http.ResponseWriter, req *http.Request) bool {
		if !armed.Load() || !strings.HasSuffix(req.URL.Path, "/tags/list") {
			return false
		}
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	}))})
	run, err := conformance.Execute(t.Context(), conformance.Config{
		Settings: access.Settings{Target: server.Addr()}, Requirements: []string{"discovery.*"},
	}, arming{armed})
	if err != nil {
		t.Fatal(err)
	}
	if f := found(run); len(f) > 0 {
		t.Errorf("found %v", f)
	}
	if why := reasons(run); len(why) != 1 {
		t.Errorf("%d reasons: %v", len(why), why)
	}
	if run.Load == nil || run.Load.Throttled == 0 {
		t.Errorf("the load is %+v", run.Load)
	}
}

func TestSilenceOfAKindOfRequestIsOneFinding(t *testing.T) {
	server := embedded(t, reference.Options{Middleware: middleware(answering(func(_ http.ResponseWriter, req *http.Request) bool {
		if req.Method != http.MethodPatch {
			return false
		}
		<-req.Context().Done()
		return true
	}))})
	run := execute(t, conformance.Config{
		Settings:     access.Settings{Target: server.Addr(), Manners: wire.Manners{RequestTimeout: 300 * time.Millisecond, MaxInFlight: 2}},
		Requirements: []string{"push.blob.chunk.*"},
	})
	if f, want := found(run), []string{string(requirements.PushBlobChunkStatus)}; !slices.Equal(f, want) {
		t.Errorf("found %v, want %v", f, want)
	}
	for _, res := range run.Results {
		if res.Outcome == reports.Blocked && res.BlockedBy != string(requirements.PushBlobChunkStatus) {
			t.Errorf("%s is blocked by %q: %s", res.Requirement, res.BlockedBy, res.Message)
		}
	}
}

// A feature whose probe came out unclear is not judged under other names.
func TestAnUnclearFeatureIsNoFindingOfAnother(t *testing.T) {
	server, err := reference.Start(t.Context(), "127.0.0.1:0", reference.Options{Middleware: middleware(answering(func(w http.ResponseWriter, req *http.Request) bool {
		if !strings.HasPrefix(req.URL.Query().Get("digest"), "sha512:") && !strings.Contains(req.URL.Path, "/sha512:") {
			return false
		}
		w.WriteHeader(http.StatusInternalServerError)
		return true
	}))})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close() // the uploads that failed are still open
	run := execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}, Requirements: []string{"push.*", "pull.*"}})
	for _, id := range found(run) {
		if !strings.Contains(id, "sha512") {
			t.Errorf("%s is found", id)
		}
	}
}

func TestReadOnlyOfWhatIsNotThereIsWrongUsage(t *testing.T) {
	server := embedded(t, reference.Options{})
	absent := "sha256:" + strings.Repeat("0", 64)
	for name, existing := range map[string]conformance.Existing{
		"--tag": {Tag: "nowhere"}, "--manifest": {Manifest: absent}, "--blob": {Blob: absent}, "--subject": {Subject: absent},
	} {
		_, err := conformance.Execute(context.Background(), conformance.Config{
			Settings: access.Settings{Target: server.Addr(), Manners: wire.Manners{ReadOnly: true}}, Existing: existing,
		}, nil)
		var wrong *conformance.ConfigError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}
