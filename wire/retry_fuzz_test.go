package wire

import (
	"net/http"
	"testing"
)

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"0", "1", "31536000", "99999999999999999999", "-1", "+1", "1.5", "1e9", " 1", "", "Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		wait, ok := retryAfter(&Exchange{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {value}}})
		if wait < 0 || !ok && wait != 0 {
			t.Fatalf("%q: %s, %v", value, wait, ok)
		}
	})
}
