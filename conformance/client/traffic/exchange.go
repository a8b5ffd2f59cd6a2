// Package traffic records what a client sends to a registry, and has the requirements on
// every request, whatever the client was asked to do.
package traffic

import (
	"bytes"
	"encoding/json"
	"mime"
	"strings"
	"sync"

	"github.com/opencontainers/go-digest"

	"assay/reference/faults/behaviour"
	"assay/wire"
)

// Exchange is one request as it came from the client, with the answer that the client
// got. The embedded exchange is what reports show; it has no credential.
type Exchange struct {
	*wire.Exchange
	behaviour.Place
	// Step is the place of the step in the scenario; -1 before the first one.
	Step int
	// Authorization is the header with its credential.
	Authorization string
	// Elsewhere says that it came to the second host.
	Elsewhere bool
	// Sent is the body of the request. A body of more than 16 MiB is not kept, and
	// SentDigest is empty.
	Sent       []byte
	SentDigest digest.Digest
	// SentLength is the Content-Length of the request in bytes; -1 if it had none.
	SentLength int64
	// Broken says that the whole answer was not taken, or not given.
	Broken bool

	read     sync.Once
	document Document
	isJSON   bool
	fields   map[string]any
}

// Document is the manifest that was sent; false if it is none that can be read.
func (e *Exchange) Document() (Document, bool) {
	e.parse()
	return e.document, e.isJSON
}

// Fields are the fields of the manifest that was sent, whatever is in them; nil if it is
// no JSON object.
func (e *Exchange) Fields() map[string]any {
	e.parse()
	return e.fields
}

// parse reads the manifest once: many rules look at it.
func (e *Exchange) parse() {
	e.read.Do(func() {
		if e.SentDigest == "" || !e.Is("PUT", behaviour.Manifests) {
			return
		}
		e.document, e.isJSON = Read(e.Sent)
		if len(e.Sent) <= fieldsLimit {
			_ = json.Unmarshal(e.Sent, &e.fields) // nil if it is no object
		}
	})
}

// fieldsLimit is the size, in bytes, of the largest manifest whose fields are looked at
// one by one. Larger ones are made by a scenario, not by a client.
const fieldsLimit = 1 << 20

// Query returns a parameter of the request; empty if it has none.
func (e *Exchange) Query(name string) string { return e.URL.Query().Get(name) }

// Is says whether the request is one of these methods, separated by spaces, on this kind
// of path.
func (e *Exchange) Is(methods string, kind behaviour.Kind) bool {
	return e.Kind == kind && strings.Contains(" "+methods+" ", " "+e.Method+" ")
}

// Accepted says whether the answer was a success (2xx).
func (e *Exchange) Accepted() bool { return e.Status >= 200 && e.Status <= 299 }

// ByDigest says whether the name in the path is a digest and not a tag.
func (e *Exchange) ByDigest() bool { return strings.Contains(e.Name, ":") }

// SentType is the Content-Type of the request without its parameters.
func (e *Exchange) SentType() string {
	value := e.Request.Header.Get("Content-Type")
	if mediaType, _, err := mime.ParseMediaType(value); err == nil {
		return mediaType
	}
	before, _, _ := strings.Cut(value, ";")
	return strings.ToLower(strings.TrimSpace(before))
}

// Document has the fields of a manifest that the requirements are about.
type Document struct {
	MediaType    string            `json:"mediaType"`
	ArtifactType string            `json:"artifactType"`
	Config       *Descriptor       `json:"config"`
	Layers       []Descriptor      `json:"layers"`
	Manifests    []Descriptor      `json:"manifests"`
	Subject      *Descriptor       `json:"subject"`
	Annotations  map[string]string `json:"annotations"`
}

// Descriptor is a descriptor as clients write it.
type Descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	ArtifactType string            `json:"artifactType"`
	Annotations  map[string]string `json:"annotations"`
}

// Read reads a manifest; false if it is no JSON object of that form.
func Read(data []byte) (d Document, ok bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return d, false
	}
	return d, json.Unmarshal(data, &d) == nil
}

// Blobs are the digests of the config and the layers, each once.
func (d Document) Blobs() []string {
	var all []string
	seen := map[string]bool{}
	list := d.Layers
	if d.Config != nil {
		list = append([]Descriptor{*d.Config}, list...)
	}
	for _, b := range list {
		if !seen[b.Digest] {
			seen[b.Digest] = true
			all = append(all, b.Digest)
		}
	}
	return all
}
