package faults

import (
	"net/http"
	"net/url"
	"testing"
)

func TestPlaces(t *testing.T) {
	for path, want := range map[string]place{
		"/":                                 {},
		"/token":                            {},
		"/v2":                               {kind: root},
		"/v2/":                              {kind: root},
		"/v2/a/blobs/uploads":               {uploads, "a", ""},
		"/v2/a/b/blobs/uploads/":            {uploads, "a/b", ""},
		"/v2/a/blobs/uploads/1":             {session, "a", "1"},
		"/v2/a/blobs/uploads/1/2":           {blobs, "a", "uploads/1/2"},
		"/v2/a/blobs/sha256:0":              {blobs, "a", "sha256:0"},
		"/v2/a/manifests/v1":                {manifests, "a", "v1"},
		"/v2/manifests/manifests/manifests": {manifests, "manifests", "manifests"},
		"/v2/a/manifests/":                  {},
		"/v2/a/manifests/v1/2":              {},
		"/v2/a/tags/list":                   {tags, "a", ""},
		"/v2/a/tags/listed":                 {},
		"/v2/a/referrers/sha256:0":          {referrers, "a", "sha256:0"},
		"/v2//manifests/v1":                 {},
	} {
		if got := placeOf(&http.Request{URL: &url.URL{Path: path}}); got != want {
			t.Errorf("%s is %+v, want %+v", path, got, want)
		}
	}
}
