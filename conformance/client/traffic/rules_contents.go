package traffic

import (
	"fmt"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	"assay/reference/faults/behaviour"
)

// contents are the rules on the requests with the content of a blob, in one piece or in
// chunks.
func contents() []Rule {
	const none = "the client pushed no blob"
	return []Rule{
		{
			require.ClientPushBlobContentType, "the content of a blob is sent as application/octet-stream", "Content-Type: application/octet-stream", none,
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				if !hasContent(ex) {
					return false, ""
				}
				if ex.SentType() != "application/octet-stream" {
					return true, header(ex, "Content-Type")
				}
				return true, ""
			}),
		},
		{
			require.ClientPushBlobLength, "the content of a blob is sent with its length", "a Content-Length", none,
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				// A client that streams a blob in one PATCH does not know its length.
				streamed := ex.Method == "PATCH" && ex.Request.Header.Get("Content-Range") == ""
				if !hasContent(ex) || streamed || isSingle(ex) {
					return false, ""
				}
				if ex.SentLength < 0 {
					return true, "no Content-Length"
				}
				return true, ""
			}),
		},
		{
			require.ClientPushBlobDigest, "an upload and a mount name the digest of the blob", "the digest of the blob in the query", none,
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				query := ex.URL.Query()
				switch {
				case ex.Is("POST", behaviour.Uploads) && query.Has("mount"):
					if !isDigest(query.Get("mount")) {
						return true, "mount=" + query.Get("mount")
					}
				case strings.Contains(ex.URL.RawQuery, "?digest="):
					return false, "" // the Location was not used as it is: another rule is broken
				case ex.Is("PUT", behaviour.Session) && ex.Request.Size > 0 && ex.Request.Header.Get("Content-Range") == "":
					if !query.Has("digest") {
						return true, "no digest"
					}
					if !isDigest(query.Get("digest")) {
						return true, "digest=" + query.Get("digest")
					}
				default:
					return false, ""
				}
				return true, ""
			}),
		},
		{
			require.ClientPushChunkedRange, "each of several chunks has a Content-Range", "a Content-Range", "the client pushed no blob in several chunks",
			eachUpload(func(_ Traffic, u *Upload) (bool, *Violation) {
				chunks := slices.DeleteFunc(u.Chunks(), func(ex *Exchange) bool { return !ex.Accepted() })
				if len(chunks) < 2 || !u.IsChunked() {
					return false, nil
				}
				i := slices.IndexFunc(chunks, func(ex *Exchange) bool { return ex.Request.Header.Get("Content-Range") == "" })
				if i < 0 {
					return true, nil
				}
				return true, &Violation{chunks[i], fmt.Sprintf("no Content-Range in chunk %d of %d", i+1, len(chunks))}
			}),
		},
	}
}

// hasContent says whether the request carries content of a blob.
func hasContent(ex *Exchange) bool {
	return ex.Request.Size > 0 && (ex.Is("PATCH PUT", behaviour.Session) || isSingle(ex))
}
