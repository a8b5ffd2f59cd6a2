package clean

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"assay/wire"
)

// A registry that names another referrer for ever does not keep Find from ending.
func TestReferrersWithoutEnd(t *testing.T) {
	var n atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case strings.HasSuffix(req.URL.Path, "/tags/list"):
			_, _ = fmt.Fprint(w, `{"tags":["v1","assay-0123456789abcdef"]}`)
		case strings.Contains(req.URL.Path, "/referrers/"):
			_, _ = fmt.Fprintf(w, `{"manifests":[{"digest":"sha256:%064x"}]}`, n.Load())
		default:
			_, _ = fmt.Fprintf(w, `{"annotations":{"org.example.nonce":"%d"}}`, n.Add(1))
		}
	}))
	defer server.Close()
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := wire.New(wire.Options{Target: target})
	defer client.Close()
	found := Find(t.Context(), client.Repository("a"))
	if len(found) != 1 || found[0].Tag != "assay-0123456789abcdef" || len(found[0].Manifests) != most {
		t.Errorf("got %d leftovers", len(found))
	}
}
