package sweep

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"

	"assay/wire"
)

// memory is what the pushes and pulls of a run told about content. Later answers have to
// agree with it.
type memory struct {
	sizes map[string]int64     // by digest, in bytes
	types map[string]string    // by repository and digest: the type that the manifest was pushed with; empty if there were several
	tags  map[string]*named    // by repository and tag
	gone  map[string]time.Time // by repository and reference: when the first delete was sent
}

// named is a tag of the run.
type named struct {
	since   time.Time       // when its first push had ended
	digests map[string]bool // of all manifests whose push under the tag was sent
}

func newMemory() *memory {
	return &memory{sizes: map[string]int64{}, types: map[string]string{}, tags: map[string]*named{}, gone: map[string]time.Time{}}
}

// in is the key of a tag or a digest in the repository of an exchange. Some specs write
// the repository's name in another way, which is another repository.
func in(ex *wire.Exchange, reference string) string {
	path := ex.URL.EscapedPath()
	return path[:strings.LastIndex(path, "/")+1] + reference
}

// learn takes from an exchange what it tells about content.
func (m *memory) learn(ex *wire.Exchange) {
	switch ex.Endpoint {
	case wire.EndManifestPut:
		m.learnManifest(ex)
	case wire.EndManifestDel:
		key := in(ex, referenceOf(ex))
		if first, known := m.gone[key]; !known || ex.Started.Before(first) {
			m.gone[key] = ex.Started
		}
	case wire.EndUploadPut, wire.EndUploadSingle:
		if named := ex.URL.Query().Get("digest"); ex.OK() && named == ex.Request.Digest().String() {
			m.sizes[named] = ex.Request.Length()
		}
	case wire.EndBlob, wire.EndManifest:
		if d, ok := asked(ex); ok && isWhole(ex) && d == ex.BodyDigest {
			m.sizes[d.String()] = ex.BodySize
		}
	}
}

func (m *memory) learnManifest(ex *wire.Exchange) {
	d := ex.Request.Digest().String()
	references := ex.URL.Query()["tag"]
	if reference := referenceOf(ex); !strings.Contains(reference, ":") {
		references = append(references, reference)
	}
	for _, tag := range references {
		t := m.tags[in(ex, tag)]
		if t == nil {
			t = &named{digests: map[string]bool{}}
			m.tags[in(ex, tag)] = t
		}
		t.digests[d] = true
		if ex.OK() && t.since.IsZero() && len(references) == 1 {
			t.since = ex.Started.Add(ex.Duration)
		}
	}
	if !ex.OK() {
		return
	}
	m.sizes[d] = ex.Request.Length()
	pushed, key := mediaType(ex.Request.Header), in(ex, d)
	if before, known := m.types[key]; known && before != pushed || !says(ex.Request.Body, pushed) {
		pushed = ""
	}
	m.types[key] = pushed
}

// says whether a manifest is of the media type, by its own field.
func says(manifest []byte, mediaType string) bool {
	var doc struct {
		MediaType string `json:"mediaType"`
	}
	return json.Unmarshal(manifest, &doc) == nil && doc.MediaType == mediaType && mediaType != ""
}

func mediaType(header http.Header) string {
	value, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(value))
}

// referenceOf is the last part of the path: a tag or a digest.
func referenceOf(ex *wire.Exchange) string {
	return ex.URL.Path[strings.LastIndex(ex.URL.Path, "/")+1:]
}

// asked is the digest that a request named.
func asked(ex *wire.Exchange) (digest.Digest, bool) {
	d, err := digest.Parse(referenceOf(ex))
	return d, err == nil
}

// isWhole says whether a pull returned whole content, as it is stored.
func isWhole(ex *wire.Exchange) bool {
	return ex.Method == http.MethodGet && ex.Status == http.StatusOK && ex.Err == nil &&
		ex.Request.Header.Get("Range") == "" && ex.Header.Get("Content-Encoding") == ""
}
