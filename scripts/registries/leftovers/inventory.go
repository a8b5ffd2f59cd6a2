package main

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
)

// inventory has the paths of all that a registry accepted, each with the request's
// User-Agent, which names the spec.
type inventory struct {
	mu                              sync.Mutex
	tags, manifests, blobs, uploads map[string]string
}

func newInventory() *inventory {
	return &inventory{tags: map[string]string{}, manifests: map[string]string{}, blobs: map[string]string{}, uploads: map[string]string{}}
}

// note looks at one response. What was deleted stays noted: whether it is gone is
// asked at the end.
func (i *inventory) note(resp *http.Response) error {
	req := resp.Request
	where, spec := req.URL.EscapedPath(), req.UserAgent()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	switch repo, reference, isManifest := strings.Cut(where, "/manifests/"); {
	case isManifest && req.Method == http.MethodPut:
		if !strings.Contains(reference, ":") {
			i.tags[where] = spec
		}
		if digest := resp.Header.Get("Docker-Content-Digest"); digest != "" {
			i.manifests[repo+"/manifests/"+digest] = spec
		} else if strings.Contains(reference, ":") {
			i.manifests[where] = spec
		}
		for _, tag := range req.URL.Query()["tag"] {
			i.tags[repo+"/manifests/"+tag] = spec
		}
	case strings.Contains(where, "/blobs/uploads/"):
		i.upload(req, resp, where, spec)
	}
	return nil
}

func (i *inventory) upload(req *http.Request, resp *http.Response, where, spec string) {
	repo, _, _ := strings.Cut(where, "/blobs/uploads/")
	if resp.StatusCode == http.StatusCreated {
		for _, parameter := range []string{"digest", "mount"} {
			if digest := req.URL.Query().Get(parameter); digest != "" {
				i.blobs[repo+"/blobs/"+digest] = spec
			}
		}
		return
	}
	if req.Method != http.MethodPost && req.Method != http.MethodPatch {
		return
	}
	if location, err := url.Parse(resp.Header.Get("Location")); err == nil && location.Path != "" {
		if !path.IsAbs(location.Path) {
			location = req.URL.ResolveReference(location)
		}
		i.uploads[location.RequestURI()] = spec
	}
}

// kind is how much of one kind was accepted, and what of that is left.
type kind struct {
	name     string
	accepted int
	left     []string // path and spec
}

func (k kind) String() string {
	text := fmt.Sprintf("%s: %d of %d are left", k.name, len(k.left), k.accepted)
	for _, left := range k.left[:min(len(k.left), 10)] {
		text += "\n  " + left
	}
	return text
}

// count asks for everything again.
func (i *inventory) count(target *url.URL) []kind {
	i.mu.Lock()
	defer i.mu.Unlock()
	return []kind{
		{"tags", len(i.tags), present(target, http.MethodHead, i.tags)},
		{"manifests", len(i.manifests), present(target, http.MethodHead, i.manifests)},
		{"blobs", len(i.blobs), present(target, http.MethodHead, i.blobs)},
		{"open uploads", len(i.uploads), present(target, http.MethodGet, i.uploads)},
	}
}

func present(target *url.URL, method string, paths map[string]string) []string {
	var left []string
	for at, spec := range paths {
		req, err := http.NewRequest(method, target.String()+at, nil) //nolint:noctx // a short program
		if err != nil {
			continue
		}
		req.Header.Set("Accept", strings.Join(acceptable, ", "))
		resp, err := http.DefaultClient.Do(req) //nolint:gosec // on loopback
		if err != nil {
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode >= 200 && resp.StatusCode <= 299 {
			left = append(left, at+" "+spec)
		}
	}
	slices.Sort(left)
	return left
}

// acceptable are the types that every registry of the folder knows.
var acceptable = []string{
	"application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
	"application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json", "*/*",
}
