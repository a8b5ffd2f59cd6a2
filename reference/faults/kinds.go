package faults

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
)

// kindFaults do wrong to some kinds of manifests, or to content of some size,
// what they do right to the others.
func kindFaults() []Fault {
	has := func(part string) func(*answer) bool {
		return func(a *answer) bool { return strings.Contains(a.header.Get("Content-Type"), part) }
	}
	index, docker := has("image.index"), has("vnd.docker.")
	artifact := func(a *answer) bool { return bytes.Contains(a.body, []byte(`"artifactType"`)) && !index(a) }
	where := func(check func(*answer) bool, c ...change) change {
		return ok(func(a *answer) {
			if check(a) {
				all(c...)(a)
			}
		})
	}
	half := body(func(b []byte) []byte { return b[:len(b)/2] })
	return []Fault{
		fault("index-get-404-by-tag", "an index cannot be pulled by tag",
			onAnswer(getManifest.and(byTag), where(index, refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestGetStatus),
		fault("index-get-no-digest", "an index is pulled without Docker-Content-Digest",
			onAnswer(getManifest, where(index, del(digestHeader))), require.PullManifestGetDigestHeader),
		fault("index-get-wrong-digest", "Docker-Content-Digest is of nothing when an index is pulled by tag",
			onAnswer(getManifest.and(byTag), where(index, set(digestHeader, zeros))), require.PullManifestGetDigestValue),
		fault("index-get-image-type", "an index is called an image when it is pulled by tag",
			onAnswer(getManifest.and(byTag), where(index, set("Content-Type", imageType))), require.PullManifestContentTypePushed),
		fault("index-get-indented", "an index is laid out anew when it is pulled",
			onAnswer(getManifest, where(index, body(indented))), require.PullManifestGetBytes),
		fault("index-head-404", "HEAD finds no index", onAnswer(headManifest, where(index, status(404))), require.PullManifestHeadStatus),
		fault("index-head-no-length", "HEAD of an index has no Content-Length",
			onAnswer(headManifest, where(index, del("Content-Length"))), require.PullManifestHeadLength),
		fault("artifact-get-json", "a manifest with an artifactType is application/json",
			onAnswer(getManifest, where(artifact, set("Content-Type", "application/json"))), require.PullManifestContentTypePushed),
		fault("docker-get-oci", "what Docker made has the types of OCI when it is pulled",
			onAnswer(getManifest, where(docker, setFrom("Content-Type", func(v string) string {
				if strings.Contains(v, "list") {
					return indexType
				}
				return imageType
			}))), require.PullManifestContentTypePushed),
		fault("manifest-get-large-cut", "of manifests over a mebibyte half is given",
			onAnswer(getManifest, ok(func(a *answer) {
				if len(a.body) > 1<<20 {
					half(a)
				}
			})), require.PushManifestSize),
		fault("blob-get-large-cut", "of blobs the first 64 KiB are given",
			onAnswer(getBlob, on(200, body(func(b []byte) []byte { return b[:min(len(b), 64<<10)] }))), require.PullBlobGetBytes),
		fault("blob-get-sha512-wrong-digest", "Docker-Content-Digest is of nothing when a blob is pulled by SHA-512",
			onAnswer(getBlob.and(bySHA512), ok(set(digestHeader, zeros))), require.PullBlobGetDigestValue),
		fault("blob-head-sha512-wrong-digest", "Docker-Content-Digest is of nothing when HEAD asks by SHA-512",
			onAnswer(headBlob.and(bySHA512), ok(set(digestHeader, zeros))), require.PullBlobHeadDigestValue),
		fault("accept-any-404", "who accepts any type is given no manifest",
			onAnswer(getManifest.and(acceptsAny), ok(refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestAcceptAny),
		fault("accept-any-406-1.1", "who accepts any type is answered 406",
			onAnswer(getManifest.and(acceptsAny), ok(status(406))), require.PullManifestAcceptAny).in(require.V1_1),
		fault("tag-moved-cut", "of a tag that was moved half is given", movedCut, require.PullManifestGetBytes),
		fault("tag-head-stale", "HEAD names what a tag was when it was first asked for", staleHeads, require.PullManifestHeadDigestValue),
	}
}

func bySHA512(req *http.Request) bool { return strings.HasPrefix(placeOf(req).name, "sha512:") }

func acceptsAny(req *http.Request) bool { return req.Header.Get("Accept") == "*/*" }

// movedCut halves what tags give that were named something else before.
func movedCut(next http.Handler) http.Handler {
	moved := newMarks()
	handler := handle(putManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
		there := ask(next, req, http.MethodHead, req.URL.Path, nil).header.Get(digestHeader)
		if there != "" && there != digest.FromBytes(read(req)).String() {
			moved.add(req.URL.Path)
		}
		return pass(next, req)
	})(next)
	return onAnswer(getManifest.and(func(req *http.Request) bool { return moved.has(req.URL.Path) }),
		ok(body(func(b []byte) []byte { return b[:len(b)/2] })))(handler)
}

// staleHeads remembers the digest that HEAD first gave for a tag.
func staleHeads(next http.Handler) http.Handler {
	first := newShelf()
	return onAnswer(headManifest.and(byTag), ok(func(a *answer) {
		if k, seen := first.get(a.req.URL.Path); seen {
			a.header.Set(digestHeader, k.contentType)
			return
		}
		first.put(a.req.URL.Path, a.header.Get(digestHeader), nil)
	}))(next)
}
