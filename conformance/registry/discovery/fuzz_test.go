package discovery

import (
	"encoding/json"
	"net/http"
	"testing"

	"assay/wire"
)

// FuzzTags reads tag lists: only a body that is JSON has tags.
func FuzzTags(f *testing.F) {
	for _, seed := range []string{
		`{"name":"a","tags":["b","c"]}`, `{"name":"a","tags":null}`, `{"tags":{}}`, `{"tags":[1]}`, `{"tags":["a",null]}`, `["a"]`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tags := tagsOf(&wire.Exchange{Status: http.StatusOK, Body: body})
		if len(tags) > 0 && !json.Valid(body) {
			t.Fatalf("%q: tags %q", body, tags)
		}
	})
}
