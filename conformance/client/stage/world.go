package stage

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/reference"
	"assay/reference/recorded"
)

// Repository is the repository of every scenario.
const Repository = "assay/client"

// CopyRepository is where copies go to.
const CopyRepository = "assay/copy"

// OtherRepository has the same image, for mounts.
const OtherRepository = "assay/other"

// World is the registry of a scenario, without its behaviour.
type World struct {
	Content
	Nonce string
	// Plain makes further content of the kind that the client is for.
	Plain    Base
	registry *reference.Registry
}

func newWorld(s *Scenario, plain Base, nonce string) *World {
	w := &World{Nonce: nonce, Plain: plain, registry: reference.New(s.Options)}
	if s.Image != nil {
		w.Image = s.Image(plain, nonce)
	} else {
		w.Image = plain(nonce)
	}
	if s.Before != nil {
		s.Before(w)
	} else if s.Verb() != Push {
		w.Hold(w.Image, MainTag)
	}
	return w
}

// Base makes plain content of one kind, such as an image that runs.
type Base func(nonce string) fixtures.Manifest

// Runnable is an image with two layers that runs.
func Runnable(nonce string) fixtures.Manifest { return mechanisms.None().Make(nonce).Image }

// Chart is a Helm chart.
func Chart(nonce string) fixtures.Manifest { return mechanisms.None().Chart(nonce).Image }

// IsChart says whether a manifest is a Helm chart.
func IsChart(m fixtures.Manifest) bool { return mechanisms.IsChart(m) }

// Hold puts a manifest, with all that it needs, into the repository. Without a tag, it is
// there by its digest.
func (w *World) Hold(m fixtures.Manifest, tag string) {
	w.HoldIn(Repository, m, tag)
	w.Held = append(w.Held, m)
	if m.Subject != nil && m.Subject.Digest == w.Image.Digest {
		w.Referrers = append(w.Referrers, m)
	}
	if tag != "" && !slices.Contains(w.Tags, tag) {
		w.Tags = append(w.Tags, tag)
	}
}

// HoldIn is Hold for another repository; the content does not list it.
func (w *World) HoldIn(repository string, m fixtures.Manifest, tag string) {
	for _, b := range m.Blobs {
		w.must(http.MethodPost, "/v2/"+repository+"/blobs/uploads/?digest="+b.Digest.String(), "application/octet-stream", b.Data)
	}
	for _, child := range m.Children {
		w.HoldIn(repository, child, "")
	}
	reference := tag
	if reference == "" {
		reference = m.Digest.String()
	}
	if tag != "" && m.Digest.Algorithm() != "sha256" {
		w.must(http.MethodPut, "/v2/"+repository+"/manifests/"+m.Digest.String()+"?tag="+tag, m.MediaType, m.Data)
		return
	}
	w.must(http.MethodPut, "/v2/"+repository+"/manifests/"+reference, m.MediaType, m.Data)
}

func (w *World) must(method, target, contentType string, body []byte) {
	if status, _, answer := w.ask(method, target, contentType, body); status/100 != 2 {
		panic("the embedded registry refuses content of a scenario: " + method + " " + target + ": " + string(answer))
	}
}

// ask sends a request to the registry itself.
func (w *World) ask(method, target, contentType string, body []byte) (int, http.Header, []byte) {
	req, err := http.NewRequest(method, "http://registry.invalid"+target, bytes.NewReader(body)) //nolint:noctx // it is answered in this process
	if err != nil {
		panic(err) // the target is ours
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	out := recorded.Of(w.registry, req)
	return out.Status, out.Header(), out.Body.Bytes()
}

// Manifest is what the repository has under a tag or a digest in the end; false if it has
// nothing.
func (w *World) Manifest(reference string) ([]byte, bool) {
	status, _, body := w.ask(http.MethodGet, "/v2/"+Repository+"/manifests/"+reference, "", nil)
	return body, status == http.StatusOK
}

// Copied is what a copy left under the tag; false if it left nothing.
func (w *World) Copied() ([]byte, bool) {
	status, _, body := w.ask(http.MethodGet, "/v2/"+CopyRepository+"/manifests/"+MainTag, "", nil)
	return body, status == http.StatusOK
}

// HasBlob says whether the repository has a blob.
func (w *World) HasBlob(digest string) bool {
	status, _, _ := w.ask(http.MethodHead, "/v2/"+Repository+"/blobs/"+digest, "", nil)
	return status == http.StatusOK
}

// ListedReferrers are the digests of the referrers of a manifest that the repository has,
// whether the registry has the referrers API or not.
func (w *World) ListedReferrers(subject string) []string {
	status, _, body := w.ask(http.MethodGet, "/v2/"+Repository+"/referrers/"+subject, "", nil)
	var list struct{ Manifests []struct{ Digest string } }
	if status != http.StatusOK || json.Unmarshal(body, &list) != nil {
		return nil
	}
	var all []string
	for _, m := range list.Manifests {
		all = append(all, m.Digest)
	}
	return all
}

// HoldTags gives a manifest that the repository has further tags.
func (w *World) HoldTags(m fixtures.Manifest, tags []string) {
	w.must(http.MethodPut, "/v2/"+Repository+"/manifests/"+m.Digest.String()+"?"+url.Values{"tag": tags}.Encode(), m.MediaType, m.Data)
	w.Tags = append(w.Tags, tags...)
}
