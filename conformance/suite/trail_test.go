package suite

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"assay/wire"
)

func TestLine(t *testing.T) {
	at, err := url.Parse("http://r.example/v2/a/blobs/uploads/aaa92886-02b8-4b35-b1af-3be7ac871cd1?digest=sha256:" + strings.Repeat("0123456789abcdef", 4))
	if err != nil {
		t.Fatal(err)
	}
	ex := &wire.Exchange{
		Method: http.MethodPut, URL: at, Status: http.StatusCreated,
		Request: wire.Sent{Header: http.Header{"Content-Range": {"0-9"}, "Authorization": {"Basic c2VjcmV0"}}},
		Header:  http.Header{"Location": {"/v2/a/blobs/x"}, "Date": {"today"}},
	}
	const want = "PUT /v2/a/blobs/uploads/aaa92886…?digest=sha256:0123456789ab… (Content-Range: 0-9): 201 Created; Location: /v2/a/blobs/x"
	if got := Line(ex); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	ex.Header.Set("Location", strings.Repeat("é/", lineLimit))
	if got := Line(ex); len(got) > lineLimit+len("…") || !strings.HasSuffix(got, "…") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

func TestTrailNamesEachExchangeOnce(t *testing.T) {
	at := &url.URL{Path: "/v2/"}
	shared := &wire.Exchange{Method: http.MethodGet, URL: at, Status: http.StatusOK}
	refused := &wire.Exchange{Method: http.MethodPut, URL: at, Err: wire.ErrReadOnly}
	if got := trail([]*wire.Exchange{shared, refused, shared}); len(got) != 1 || got[0] != "GET /v2/: 200 OK" {
		t.Errorf("got %q", got)
	}
}
