package behaviour

import (
	"net/http"
	"net/url"
	"testing"
)

func TestPlaces(t *testing.T) {
	for path, want := range map[string]Place{
		"/":                                 {},
		"/token":                            {},
		"/v2":                               {Kind: Root},
		"/v2/":                              {Kind: Root},
		"/v2/a/blobs/uploads":               {Uploads, "a", ""},
		"/v2/a/b/blobs/uploads/":            {Uploads, "a/b", ""},
		"/v2/a/blobs/uploads/1":             {Session, "a", "1"},
		"/v2/a/blobs/uploads/1/2":           {Blobs, "a", "uploads/1/2"},
		"/v2/a/blobs/sha256:0":              {Blobs, "a", "sha256:0"},
		"/v2/a/manifests/v1":                {Manifests, "a", "v1"},
		"/v2/manifests/manifests/manifests": {Manifests, "manifests", "manifests"},
		"/v2/a/manifests/":                  {},
		"/v2/a/manifests/v1/2":              {},
		"/v2/a/tags/list":                   {Tags, "a", ""},
		"/v2/a/tags/listed":                 {},
		"/v2/a/referrers/sha256:0":          {Referrers, "a", "sha256:0"},
		"/v2//manifests/v1":                 {},
	} {
		if got := PlaceOf(&http.Request{URL: &url.URL{Path: path}}); got != want {
			t.Errorf("%s is %+v, want %+v", path, got, want)
		}
	}
}
