package sweep

import (
	"net/http"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	"assay/wire"
)

// The checks of answers that report success: the status and the headers that the
// endpoint has, whatever was pushed or deleted.
var successChecks = slices.Concat(
	statuses([]statusRule{
		{require.PullManifestGetStatus, "GET of a manifest returns 200", isPull(http.MethodGet, wire.EndManifest), []int{200}},
		{require.PullManifestHeadStatus, "HEAD of a manifest returns 200", isPull(http.MethodHead, wire.EndManifest), []int{200}},
		{require.PullBlobGetStatus, "GET of a whole blob returns 200", isPull(http.MethodGet, wire.EndBlob), []int{200}},
		{require.PullBlobHeadStatus, "HEAD of a blob returns 200", isPull(http.MethodHead, wire.EndBlob), []int{200}},
		{require.PushBlobPostPutStartStatus, "the start of an upload returns 202", isStart, []int{202}},
		{require.PushBlobChunkStatus, "a chunk returns 202", isChunk, []int{202}},
		{require.PushBlobPostPutStatus, "the PUT of a blob returns 201", isWholePut, []int{201}},
		{require.PushBlobChunkCloseStatus, "the PUT that ends chunks returns 201", isClose, []int{201}},
		{require.PushBlobSinglePostStatus, "a single POST returns 201 or 202", isMethod(http.MethodPost, wire.EndUploadSingle), []int{201, 202}},
		{require.PushBlobMountStatus, "a mount returns 201 or 202", isMethod(http.MethodPost, wire.EndMount), []int{201, 202}},
		{require.PushBlobUploadStatusStatus, "GET of an upload returns 204", isMethod(http.MethodGet, wire.EndUploadStatus), []int{204}},
		{require.PushBlobCancelStatus, "the cancel of an upload returns 204", isMethod(http.MethodDelete, wire.EndUploadCancel), []int{204}},
		{require.PushManifestStatus, "the push of a manifest returns 201", isMethod(http.MethodPut, wire.EndManifestPut), []int{201}},
		{require.DiscoveryTagsStatus, "a list of tags returns 200", isMethod(http.MethodGet, wire.EndTags), []int{200}},
		{require.ReferencesListStatus, "a list of referrers returns 200", isMethod(http.MethodGet, wire.EndReferrers), []int{200}},
		{require.ManagementTagDeleteStatus, "the delete of a tag returns 202", isDelete(false), []int{202}},
		{require.ManagementManifestDeleteStatus, "the delete of a manifest returns 202", isDelete(true), []int{202}},
		{require.ManagementBlobDeleteStatus, "the delete of a blob returns 202", isMethod(http.MethodDelete, wire.EndBlobDel), []int{202}},
	}),
	headers([]headerRule{
		{require.PullManifestGetDigestHeader, "a pulled manifest has a Docker-Content-Digest", "Docker-Content-Digest", isPull(http.MethodGet, wire.EndManifest), 200},
		{require.PullManifestHeadDigestHeader, "HEAD of a manifest has a Docker-Content-Digest", "Docker-Content-Digest", isPull(http.MethodHead, wire.EndManifest), 200},
		{require.PullBlobGetDigestHeader, "a pulled blob has a Docker-Content-Digest", "Docker-Content-Digest", isPull(http.MethodGet, wire.EndBlob), 200},
		{require.PullBlobHeadDigestHeader, "HEAD of a blob has a Docker-Content-Digest", "Docker-Content-Digest", isPull(http.MethodHead, wire.EndBlob), 200},
		{require.PushBlobPostPutStartLocation, "the start of an upload returns a Location", "Location", isStart, 202},
		{require.PushBlobChunkLocation, "a chunk returns a Location", "Location", isChunk, 202},
		{require.PushBlobChunkRange, "a chunk returns a Range", "Range", isChunk, 202},
		{require.PushBlobPostPutLocation, "the PUT of a blob returns a Location", "Location", isWholePut, 201},
		{require.PushBlobChunkCloseLocation, "the PUT that ends chunks returns a Location", "Location", isClose, 201},
		{require.PushBlobSinglePostLocation, "a single POST returns a Location", "Location", isMethod(http.MethodPost, wire.EndUploadSingle), 201},
		{require.PushBlobSinglePostUnsupported, "a single POST that starts an upload returns a Location", "Location", isMethod(http.MethodPost, wire.EndUploadSingle), 202},
		{require.PushBlobMountLocation, "a mount returns a Location", "Location", isMethod(http.MethodPost, wire.EndMount), 201},
		{require.PushBlobMountFallback, "a mount that starts an upload returns a Location", "Location", isMethod(http.MethodPost, wire.EndMount), 202},
		{require.PushBlobUploadStatusLocation, "GET of an upload returns a Location", "Location", isMethod(http.MethodGet, wire.EndUploadStatus), 204},
		{require.PushBlobUploadStatusRange, "GET of an upload returns a Range", "Range", isMethod(http.MethodGet, wire.EndUploadStatus), 204},
		{require.PushManifestLocation, "the push of a manifest returns a Location", "Location", isMethod(http.MethodPut, wire.EndManifestPut), 201},
		{require.ErrorsResponseAllow, "a 405 has an Allow header", "Allow", func(*wire.Exchange) bool { return true }, 405},
	}),
	[]check{{
		requirement: require.ErrorsResponseAllow, title: "the Allow header of a 405 does not list the refused method",
		expected: "other methods in Allow", absent: "no 405 had an Allow header", look: allowsRefused, doubtful: true,
	}},
)

// allowsRefused judges that a 405 does not allow the method that it refuses.
func allowsRefused(ex *wire.Exchange) (bool, string) {
	allow := strings.Join(ex.Header.Values("Allow"), ", ")
	if ex.Status != http.StatusMethodNotAllowed || allow == "" {
		return false, ""
	}
	for _, method := range strings.Split(allow, ",") {
		if strings.EqualFold(strings.TrimSpace(method), ex.Method) {
			return true, "Allow: " + allow + ", to a " + ex.Method
		}
	}
	return true, ""
}

// statusRule has the status codes by which an endpoint reports success.
type statusRule struct {
	requirement require.ID
	title       string
	about       func(*wire.Exchange) bool
	codes       []int
}

func statuses(rules []statusRule) []check {
	var all []check
	for _, r := range rules {
		all = append(all, check{
			requirement: r.requirement, title: r.title + ", if it succeeds", expected: "no other 2xx status", absent: "no such request succeeded",
			look: func(ex *wire.Exchange) (bool, string) {
				if !ex.OK() || !r.about(ex) {
					return false, ""
				}
				if slices.Contains(r.codes, ex.Status) {
					return true, ""
				}
				return true, "status " + wire.StatusText(ex.Status)
			}, doubtful: true,
		})
	}
	return all
}

// headerRule has a header that an endpoint returns with a status.
type headerRule struct {
	requirement   require.ID
	title, header string
	about         func(*wire.Exchange) bool
	status        int
}

func headers(rules []headerRule) []check {
	var all []check
	for _, r := range rules {
		all = append(all, check{
			requirement: r.requirement, title: r.title + " every time", expected: "a header " + r.header, absent: "no such response came",
			look: func(ex *wire.Exchange) (bool, string) {
				if ex.Status != r.status || !r.about(ex) {
					return false, ""
				}
				if slices.ContainsFunc(ex.Hops, func(h wire.Hop) bool { return h.Header.Get(r.header) != "" }) {
					return true, "" // storage does not know the header
				}
				return true, missing(ex, r.header)
			}, doubtful: true,
		})
	}
	return all
}

func isMethod(method string, endpoint wire.Endpoint) func(*wire.Exchange) bool {
	return func(ex *wire.Exchange) bool { return ex.Method == method && ex.Endpoint == endpoint }
}

func isStart(ex *wire.Exchange) bool {
	return ex.Endpoint == wire.EndUploadStart && ex.Method == http.MethodPost
}

func isChunk(ex *wire.Exchange) bool {
	return ex.Endpoint == wire.EndUploadPatch && ex.Method == http.MethodPatch && ex.Request.Header.Get("Content-Range") != ""
}

// isPull says whether a request is for the whole content. Whether a Range is answered
// rightly, or ignored with HEAD, other specs judge.
func isPull(method string, endpoint wire.Endpoint) func(*wire.Exchange) bool {
	return func(ex *wire.Exchange) bool {
		return isMethod(method, endpoint)(ex) && ex.Request.Header.Get("Range") == ""
	}
}

// isClose says whether a PUT ends chunks. A PUT without a body may also be that of a blob
// of zero bytes, which other checks judge.
func isClose(ex *wire.Exchange) bool {
	return ex.Endpoint == wire.EndUploadPut && (ex.Request.Header.Get("Content-Range") != "" || ex.Request.Size == 0)
}

func isWholePut(ex *wire.Exchange) bool {
	return ex.Endpoint == wire.EndUploadPut && ex.Request.Header.Get("Content-Range") == "" && ex.Request.Size != 0
}

func isDelete(byDigest bool) func(*wire.Exchange) bool {
	return func(ex *wire.Exchange) bool {
		return ex.Endpoint == wire.EndManifestDel && strings.Contains(referenceOf(ex), ":") == byDigest
	}
}
