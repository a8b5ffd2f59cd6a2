package sweep

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	require "assay/conformance/requirements"
	"assay/wire"
)

// The checks of what pulls return: whatever the kind of content, and how often it was
// pulled before. Specs judge each kind a few times.
var contentChecks = []check{
	{
		requirement: require.PullManifestGetBytes, title: "a manifest that was pulled by its digest is that manifest",
		expected: "content of the digest in the path", absent: noPull, look: bytesOf(wire.EndManifest), doubtful: true,
	},
	{
		requirement: require.PullBlobGetBytes, title: "a blob that was pulled is the blob of that digest",
		expected: "content of the digest in the path", absent: noPull, look: bytesOf(wire.EndBlob), doubtful: true,
	},
	{
		requirement: require.PullManifestHeadDigestValue, title: "HEAD of a manifest by its digest names no other digest",
		expected: "the digest of the path in Docker-Content-Digest", absent: noHead, look: headDigest(wire.EndManifest), doubtful: true,
	},
	{
		requirement: require.PullBlobHeadDigestValue, title: "HEAD of a blob names no other digest",
		expected: "the digest of the path in Docker-Content-Digest", absent: noHead, look: headDigest(wire.EndBlob), doubtful: true,
	},
	{
		requirement: require.PullManifestHeadLength, title: "HEAD of a manifest by its digest names no other size",
		expected: "the size in Content-Length", absent: noHead, recall: headLength(wire.EndManifest), doubtful: true,
	},
	{
		requirement: require.PullBlobHeadLength, title: "HEAD of a blob names no other size",
		expected: "the size in Content-Length", absent: noHead, recall: headLength(wire.EndBlob), doubtful: true,
	},
	{
		requirement: require.PullManifestContentTypePushed, title: "a pulled manifest has the Content-Type that it was pushed with",
		expected: "the Content-Type of the push", absent: noPull, recall: typeOf(http.MethodGet), doubtful: true,
	},
	{
		requirement: require.PullManifestHeadContentType, title: "HEAD of a manifest returns the Content-Type that it was pushed with",
		expected: "the Content-Type of the push", absent: noHead, recall: typeOf(http.MethodHead), doubtful: true,
	},
	{
		requirement: require.PullManifestContentTypeParameters, title: "the Content-Type of a manifest has no parameters",
		expected: "a Content-Type without parameters", absent: noPull, look: noParameters, doubtful: true,
	},
	{
		requirement: require.PullManifestGetStatus, title: "a tag that was pushed and not deleted can be pulled",
		expected: "200 OK, as nothing was deleted under the tag", absent: noTag, recall: isThere, later: neverDeleted, doubtful: true,
	},
	{
		requirement: require.PullManifestGetBytes, title: "a pulled tag returns a manifest that was pushed under it",
		expected: "a manifest that was pushed under the tag", absent: noTag, recall: isOfTag, later: neverPushed, doubtful: true,
	},
}

const (
	noPull = "the run pulled no such content"
	noHead = "the run sent no such HEAD request"
	noTag  = "the run pulled no tag that it had pushed"
)

// bytesOf judges that content has the digest by which it was pulled.
func bytesOf(endpoint wire.Endpoint) func(*wire.Exchange) (bool, string) {
	return func(ex *wire.Exchange) (bool, string) {
		d, ok := asked(ex)
		if ex.Endpoint != endpoint || !ok || !isWhole(ex) || d.Algorithm() != digest.SHA256 && ex.Cut() {
			return false, ""
		}
		if d == ex.BodyDigest || d.Algorithm() != digest.SHA256 && d.Algorithm().FromBytes(ex.Body) == d {
			return true, ""
		}
		return true, fmt.Sprintf("%d bytes of %s", ex.BodySize, ex.BodyDigest)
	}
}

func headDigest(endpoint wire.Endpoint) func(*wire.Exchange) (bool, string) {
	return func(ex *wire.Exchange) (bool, string) {
		d, ok := asked(ex)
		value := ex.Header.Get("Docker-Content-Digest")
		if ex.Endpoint != endpoint || ex.Method != http.MethodHead || ex.Status != http.StatusOK || !ok || value == "" {
			return false, ""
		}
		algorithm, _, _ := strings.Cut(value, ":")
		if algorithm == d.Algorithm().String() && value != d.String() {
			return true, "Docker-Content-Digest: " + value
		}
		return true, ""
	}
}

func headLength(endpoint wire.Endpoint) func(*memory, *wire.Exchange) (bool, string) {
	return func(m *memory, ex *wire.Exchange) (bool, string) {
		size, known := m.sizes[referenceOf(ex)]
		value := ex.Header.Get("Content-Length")
		if ex.Endpoint != endpoint || ex.Method != http.MethodHead || ex.Status != http.StatusOK || !known || value == "" || ex.Header.Get("Content-Encoding") != "" {
			return false, ""
		}
		if value != strconv.FormatInt(size, 10) {
			return true, fmt.Sprintf("Content-Length: %s, and content of %d bytes", value, size)
		}
		return true, ""
	}
}

// typeOf judges the Content-Type of a manifest, if its own field is the same type.
func typeOf(method string) func(*memory, *wire.Exchange) (bool, string) {
	return func(m *memory, ex *wire.Exchange) (bool, string) {
		d := ex.BodyDigest.String()
		if method == http.MethodHead {
			d = ex.Header.Get("Docker-Content-Digest")
			if reference, ok := asked(ex); ok {
				d = reference.String()
			}
		}
		pushed := m.types[in(ex, d)]
		if ex.Endpoint != wire.EndManifest || ex.Method != method || ex.Status != http.StatusOK || pushed == "" {
			return false, ""
		}
		if got := ex.MediaType(); got != pushed {
			return true, fmt.Sprintf("Content-Type %q for a manifest that was pushed as %s", got, pushed)
		}
		return true, ""
	}
}

// noParameters judges GET and HEAD of manifests.
func noParameters(ex *wire.Exchange) (bool, string) {
	contentType := ex.Header.Get("Content-Type")
	if ex.Endpoint != wire.EndManifest || ex.Status != http.StatusOK || contentType == "" {
		return false, ""
	}
	if strings.Contains(contentType, ";") {
		return true, "Content-Type: " + contentType
	}
	return true, ""
}

// ours says whether this run alone has the tag, and whether its push had ended before the
// request.
func (m *memory) ours(ex *wire.Exchange) (*named, bool) {
	t := m.tags[in(ex, referenceOf(ex))]
	return t, t != nil && ex.Endpoint == wire.EndManifest && ex.Method == http.MethodGet &&
		strings.HasPrefix(referenceOf(ex), "assay-") && !t.since.IsZero() && ex.Started.After(t.since)
}

// acceptsAll says whether the request accepts every type of manifest. Otherwise a registry
// may return a child of an index, or nothing.
func acceptsAll(ex *wire.Exchange) bool {
	accept := strings.Join(ex.Request.Header.Values("Accept"), ",")
	return strings.Contains(accept, "*/*") && strings.Contains(accept, ocispec.MediaTypeImageIndex)
}

func isThere(m *memory, ex *wire.Exchange) (bool, string) {
	if _, ok := m.ours(ex); !ok || !acceptsAll(ex) {
		return false, ""
	}
	if ex.Status == http.StatusNotFound {
		return true, "404 Not Found"
	}
	return ex.OK(), ""
}

// neverDeleted says whether no delete was sent until then for the tag, or for a manifest
// that was pushed under it.
func neverDeleted(m *memory, ex *wire.Exchange) bool {
	deleted := func(reference string) bool {
		at, sent := m.gone[in(ex, reference)]
		return sent && at.Before(ex.Started.Add(ex.Duration))
	}
	for d := range m.tags[in(ex, referenceOf(ex))].digests {
		if deleted(d) {
			return false
		}
	}
	return !deleted(referenceOf(ex))
}

func isOfTag(m *memory, ex *wire.Exchange) (bool, string) {
	t, ok := m.ours(ex)
	if !ok || !isWhole(ex) || !acceptsAll(ex) {
		return false, ""
	}
	if !t.digests[ex.BodyDigest.String()] {
		return true, "a manifest of " + ex.BodyDigest.String()
	}
	return true, ""
}

// neverPushed says whether the manifest was not pushed under the tag later, either: the
// answer to a push may come after that of a pull.
func neverPushed(m *memory, ex *wire.Exchange) bool {
	return !m.tags[in(ex, referenceOf(ex))].digests[ex.BodyDigest.String()]
}
