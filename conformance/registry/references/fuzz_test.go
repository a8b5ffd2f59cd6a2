package references

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"assay/fixtures"
	"assay/wire"
)

// FuzzReferrers reads lists of referrers: no referrer is found in a body that is not
// JSON.
func FuzzReferrers(f *testing.F) {
	for _, seed := range []string{
		`{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:00","size":1}]}`, `{"manifests":null}`,
		`{"manifests":{}}`, `{"manifests":[null]}`, `{"manifests":[{"size":"1"}]}`, `{"manifests":[{"size":1e99}]}`, `[]`, ``,
	} {
		f.Add([]byte(seed))
	}
	wanted := fixtures.NewImage("wanted")
	f.Fuzz(func(t *testing.T, body []byte) {
		list := referrersOf(&wire.Exchange{Status: http.StatusOK, Body: body})
		if d := find(list, wanted); d != nil && !json.Valid(body) {
			t.Fatalf("%q: found %s", body, d.Digest)
		}
	})
}

// FuzzFilters reads OCI-Filters-Applied: names have no spaces around them, and there
// is one more name than commas.
func FuzzFilters(f *testing.F) {
	for _, seed := range []string{"artifactType", "artifactType,annotations", " artifactType ", "", ",", "\t,,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		names := filters(&wire.Exchange{Header: http.Header{"Oci-Filters-Applied": {value}}})
		if len(names) != strings.Count(value, ",")+1 {
			t.Fatalf("%q: %q", value, names)
		}
		for _, name := range names {
			if name != strings.TrimSpace(name) || strings.Contains(name, ",") {
				t.Fatalf("%q: %q", value, names)
			}
		}
	})
}
