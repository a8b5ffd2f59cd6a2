package wire_test

import (
	"net/http"
	"strings"
	"testing"

	"assay/wire"
)

func TestReason(t *testing.T) {
	for name, tc := range map[string]struct {
		status          int
		mediaType, body string
		want            string
	}{
		"code and message": {403, "application/json", `{"errors":[{"code":"DENIED","message":"quota"},{"code":"OTHER"}]}`, "DENIED: quota"},
		"a code alone":     {404, "", `{"errors":[{"code":"NAME_UNKNOWN","message":""}]}`, "NAME_UNKNOWN"},
		"a strange code":   {404, "", `{"errors":[{"code":404,"message":null}]}`, "404"},
		"plain text":       {507, "text/plain; charset=utf-8", "disk full\nat once", "disk full"},
		"a page":           {502, "text/html", "<html>", ""},
		"other JSON":       {404, "application/json", `{"message":"no"}`, ""},
		"success":          {200, "text/plain", "fine", ""},
		"nothing":          {404, "", "", ""},
		"a secret":         {403, "text/plain", "Authorization: Bearer eyJhbGciOiJ9.x1-Zq7", ""},
	} {
		t.Run(name, func(t *testing.T) {
			ex := &wire.Exchange{Status: tc.status, Header: http.Header{"Content-Type": {tc.mediaType}}, Body: []byte(tc.body), BodySize: int64(len(tc.body))}
			got := ex.Reason()
			if name == "a secret" {
				if strings.Contains(got, "eyJhbGciOiJ9") {
					t.Errorf("the reason is %q", got)
				}
				return
			}
			if got != tc.want {
				t.Errorf("the reason is %q, want %q", got, tc.want)
			}
		})
	}
	long := &wire.Exchange{Status: 400, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(strings.Repeat("ü", 500)), BodySize: 1000}
	if got := long.Reason(); len(got) > 210 || !strings.HasSuffix(got, "ü…") {
		t.Errorf("a long reason is cut to %d bytes: %q", len(got), got)
	}
}
