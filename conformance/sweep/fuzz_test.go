package sweep

import (
	"net/http"
	"testing"

	"assay/wire"
)

// FuzzErrors reads error bodies: in every body that ErrorsIn accepts, each entry has
// a code.
func FuzzErrors(f *testing.F) {
	for _, seed := range []string{
		`{"errors":[{"code":"NAME_UNKNOWN","message":"m","detail":{}}]}`, `{"errors":[]}`, `{"errors":[null]}`,
		`{"errors":{"code":1}}`, `{"errors":[{"code":[],"message":{}}]}`, `[]`, `"`, `{"errors":[{"code":null}]}`, "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		ex := &wire.Exchange{Status: http.StatusNotFound, Body: body}
		list, ok := ErrorsIn(ex)
		if !ok {
			return
		}
		if !ex.IsJSON() {
			t.Fatalf("%q has errors and is no JSON", body)
		}
		for _, o := range list {
			if o.Code == nil {
				t.Fatalf("%q: an entry without a code was taken", body)
			}
		}
	})
}

// FuzzWarning reads Warning headers: every value is either split into its parts or
// named in the finding.
func FuzzWarning(f *testing.F) {
	for _, seed := range []string{
		`299 - "text"`, `299 - "a \"quoted\" text" "Fri, 31 Dec 1999 23:59:59 GMT"`, `299 -`, `299 - "`, ``, `99 - "x"`, `299 - "\`,
		`299 - "a, b", 199 - "x"`, `, 299 - "a" ,, 299 - "\"," "Fri" trailing`, `299 - "a";299 - "b"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		list := WarningsIn(value)
		if len(list) == 0 {
			t.Fatalf("%q is no warning, not even a malformed one", value)
		}
		for i, w := range list {
			if !w.Malformed && len(w.Code) != 3 || w.Malformed && i < len(list)-1 {
				t.Fatalf("%q: warning %d is %+v", value, i, w)
			}
		}
	})
}
