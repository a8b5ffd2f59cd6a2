package traffic

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/reference/faults/behaviour"
)

// posts are the rules on the POST that starts an upload, or is all of it.
func posts() []Rule {
	return []Rule{
		{
			require.ClientPushSingleLength, "the Content-Length of a single POST is that of the blob", "Content-Length of the blob",
			noSingle,
			each(func(t Traffic, ex *Exchange) (bool, string) {
				if !isSingle(ex) {
					return false, ""
				}
				size, known := t.Sizes[ex.Query("digest")]
				switch {
				case ex.SentLength < 0:
					return true, "no Content-Length"
				case known && size != ex.SentLength:
					return true, fmt.Sprintf("Content-Length: %d, for a blob of %d bytes", ex.SentLength, size)
				}
				return true, ""
			}),
		},
		{
			require.ClientPushSingleDigest, "the digest of a single POST is that of the blob", "the digest of the body",
			noSingle,
			each(func(t Traffic, ex *Exchange) (bool, string) {
				if size, known := t.Sizes[ex.Query("digest")]; !isSingle(ex) || known && size != ex.SentLength {
					return false, ""
				}
				if named := ex.Query("digest"); !matches(named, ex.Sent, ex.SentDigest) {
					return true, fmt.Sprintf("digest=%s, with a body of %d bytes (%s)", named, ex.Request.Size, ex.SentDigest)
				}
				return true, ""
			}),
		},
		{
			require.ClientPushChunkedStartLength, "the POST of a chunked upload has Content-Length: 0", "Content-Length: 0",
			noChunk,
			eachUpload(func(_ Traffic, u *Upload) (bool, *Violation) {
				ranged := func(ex *Exchange) bool { return ex.Request.Header.Get("Content-Range") != "" }
				if !u.IsChunked() || !slices.ContainsFunc(u.Parts, ranged) || u.Start.URL.Query().Has("digest") {
					return false, nil
				}
				if u.Start.SentLength != 0 {
					received := header(u.Start, "Content-Length")
					if u.Start.SentLength > 0 {
						received = "Content-Length: " + strconv.FormatInt(u.Start.SentLength, 10)
					}
					return true, &Violation{u.Start, received}
				}
				return true, nil
			}),
		},
		{
			require.ClientPushChunkedDigestAlgorithm, "the POST of an upload with another algorithm names the algorithm", "digest-algorithm in the query",
			"the client pushed no blob in chunks with another algorithm than sha256",
			both(each(func(_ Traffic, ex *Exchange) (bool, string) {
				// A registry may refuse a name that it does not know, so that no upload begins.
				got := ex.Query("digest-algorithm")
				if !ex.Is("POST", behaviour.Uploads) || got == "" || algorithmName.MatchString(got) {
					return false, ""
				}
				return true, fmt.Sprintf("digest-algorithm=%s, which is no name of an algorithm", got)
			}), eachUpload(func(_ Traffic, u *Upload) (bool, *Violation) {
				end, got := u.Close(), u.Start.Query("digest-algorithm")
				if end == nil || !u.IsChunked() && got == "" || u.Start.URL.Query().Has("mount") {
					return false, nil // only the text on chunks asks for it
				}
				algorithm, _, _ := strings.Cut(end.Query("digest"), ":")
				if algorithm == "sha256" && got == "" || algorithm == "" {
					return false, nil
				}
				if got != algorithm {
					return true, &Violation{u.Start, fmt.Sprintf("digest-algorithm=%s, for a blob with %s", got, algorithm)}
				}
				return true, nil
			})),
		},
	}
}

// algorithmName is the grammar of the first part of a digest (image-spec, "Digests").
var algorithmName = regexp.MustCompile(`^[a-z0-9]+([+._-][a-z0-9]+)*$`)

const (
	noSingle = "the client pushed no blob with a single POST"
	noChunk  = "the client pushed no blob in chunks"
)

func isSingle(ex *Exchange) bool {
	return ex.Is("POST", behaviour.Uploads) && ex.URL.Query().Has("digest") && !ex.URL.Query().Has("mount")
}

// matches says whether the content has the digest. Content that was not kept matches.
func matches(named string, content []byte, sha256 digest.Digest) bool {
	d, err := digest.Parse(named)
	if err != nil {
		return false
	}
	return sha256 == "" || d == sha256 || d.Algorithm() != digest.SHA256 && d.Algorithm().FromBytes(content) == d
}

// chunks are the rules on uploads in chunks.
func chunks() []Rule {
	return []Rule{
		{
			require.ClientPushChunkedRangeFormat, "a Content-Range is two numbers with a hyphen", "Content-Range: <start>-<end>", noChunk,
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				_, _, given, ok := rangeOf(ex)
				if ex.Kind != behaviour.Session || ex.Method != "PATCH" && ex.Method != "PUT" || !given {
					return false, ""
				}
				if !ok {
					return true, header(ex, "Content-Range")
				}
				return true, ""
			}),
		},
		{
			require.ClientPushChunkedRangeInclusive, "a Content-Range includes both ends", "a Content-Range of the length of the chunk", noChunk,
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				start, end, _, ok := rangeOf(ex)
				if ex.Kind != behaviour.Session || !ok {
					return false, ""
				}
				if end-start+1 != ex.Request.Size {
					return true, fmt.Sprintf("%s, with %d bytes", header(ex, "Content-Range"), ex.Request.Size)
				}
				return true, ""
			}),
		},
		{
			require.ClientPushChunkedRangeFirst, "the first chunk begins with 0", "a Content-Range that begins with 0", noChunk,
			eachUpload(func(_ Traffic, u *Upload) (bool, *Violation) {
				chunks := u.Chunks()
				if len(chunks) == 0 {
					return false, nil
				}
				start, _, _, ok := rangeOf(chunks[0])
				if !ok {
					return false, nil
				}
				if start != 0 {
					return true, &Violation{chunks[0], header(chunks[0], "Content-Range")}
				}
				return true, nil
			}),
		},
		{
			require.ClientPushChunkedOrder, "chunks come in order and without gaps", "a chunk that begins where the one before it ended", noChunk,
			eachUpload(order),
		},
		{
			require.ClientPushChunkedClose, "an upload that was filled is closed with PUT", "a PUT that closes the upload", noChunk,
			closes,
		},
		{
			require.ClientPushChunkedDigest, "the PUT that closes an upload has the digest of the whole blob", "the digest of the whole blob",
			noChunk,
			eachUpload(func(_ Traffic, u *Upload) (bool, *Violation) {
				end := u.Close()
				if end == nil || !u.IsChunked() || refused(u) || end.Status == http.StatusRequestedRangeNotSatisfiable {
					return false, nil // another rule is broken
				}
				content, known := u.Content()
				if !known || len(content) == 0 {
					return false, nil
				}
				if named := end.Query("digest"); !matches(named, content, digest.FromBytes(content)) {
					return true, &Violation{end, fmt.Sprintf("digest=%s, after %d bytes (%s)", named, len(content), digest.FromBytes(content))}
				}
				return true, nil
			}),
		},
	}
}

// order judges that each chunk begins behind the last byte that the registry has. After
// an answer that does not tell what the registry has, nothing is judged.
func order(_ Traffic, u *Upload) (about bool, broken *Violation) {
	var has int64
	known := true
	for i, ex := range u.Parts {
		start, end, given, ok := rangeOf(ex)
		if given && (!ok || end-start+1 != ex.Request.Size) {
			return about, broken // another rule is broken
		}
		if ok && known && i > 0 && has > 0 {
			about = true
			if start != has && broken == nil {
				broken = &Violation{ex, fmt.Sprintf("%s, after %d bytes", header(ex, "Content-Range"), has)}
			}
		}
		switch {
		case (ex.Method == "PATCH" || ex.Method == "PUT") && ex.Accepted():
			has += ex.Request.Size
		case ex.Method == "DELETE":
		case ex.Method == "PATCH" && ex.Status >= 400 && !outOfOrder(u, ex):
			known = false // what the registry has is told by an answer to GET
		default:
			if n := received(ex); n >= 0 {
				has, known = n, true
			} else {
				known = false
			}
		}
		if n := received(ex); ex.Method == "PATCH" && ex.Accepted() && n >= 0 && n != has {
			has, known = n, true // the registry took less
		}
	}
	return about, broken
}

// refused says whether the registry refused a chunk: what the client does then is another
// requirement.
func refused(u *Upload) bool {
	return slices.ContainsFunc(u.Parts, func(ex *Exchange) bool { return ex.Method == "PATCH" && ex.Status >= 400 && !outOfOrder(u, ex) })
}

// outOfOrder says whether the client itself sent the chunk out of order.
func outOfOrder(u *Upload, ex *Exchange) bool {
	start, _, _, ok := rangeOf(ex)
	if !ok || ex.Status != 416 {
		return false
	}
	var has int64
	for _, part := range u.Parts {
		if part == ex {
			break
		}
		if part.Method == "PATCH" && part.Accepted() {
			has += part.Request.Size
		}
	}
	return start != has
}

// closes judges that a whole blob that came in chunks is also closed. A client may give
// up, begin again, or use another upload. It gave up if it did nothing more: what a push
// without an error left out is judged by the state of the registry.
func closes(t Traffic) (about int, broken *Violation) {
	uploads := Uploads(t.All)
	for _, u := range uploads {
		if !u.IsChunked() || refused(u) {
			continue
		}
		content, known := u.Content()
		if !known || len(content) == 0 {
			continue
		}
		d := digest.FromBytes(content)
		if size, whole := t.Sizes[d.String()]; u.Close() == nil && (!whole || size != int64(len(content))) {
			continue // given up
		}
		about++
		chunks := u.Chunks()
		last := chunks[len(chunks)-1]
		if u.Close() != nil || broken != nil || pushedElsewhere(t, d) || !wentOn(t, last) {
			continue
		}
		broken = &Violation{last, fmt.Sprintf("no PUT after all %d bytes of %s", len(content), d)}
	}
	return about, broken
}

// wentOn says whether the client did not give up after a chunk: it pushed a manifest, or
// sent the upload something with another method.
func wentOn(t Traffic, chunk *Exchange) bool {
	return slices.ContainsFunc(t.All, func(ex *Exchange) bool {
		instead := ex.Kind == behaviour.Session && ex.URL.Path == chunk.URL.Path && !strings.Contains("PATCH GET HEAD DELETE", ex.Method)
		return ex.Started.After(chunk.Started) && (instead || ex.Is("PUT", behaviour.Manifests))
	})
}

func pushedElsewhere(t Traffic, d digest.Digest) bool {
	return slices.ContainsFunc(t.All, func(ex *Exchange) bool {
		return ex.Accepted() && (ex.Method == "PUT" && ex.Kind != behaviour.Manifests || isSingle(ex)) && ex.Query("digest") == d.String()
	})
}
