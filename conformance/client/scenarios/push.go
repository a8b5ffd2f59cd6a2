package scenarios

import (
	"net/http"
	"strconv"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/conformance/client/stage"
	require "assay/conformance/requirements"
	"assay/fixtures"
	. "assay/reference/faults/behaviour"
)

// Where uploads go.
var (
	PlainPush = add(scenario{
		Name: "push", Does: "answers as the specification has it", Shows: require.ClientPushImage, Steps: push,
	})
	LocationRelative = add(scenario{
		Name: "upload-location-relative", Does: "gives Locations of uploads that are relative to the request", Steps: push,
		Behaviour: does(RelativeLocations),
	})
	LocationPath = add(scenario{
		Name: "upload-location-path", Does: "gives Locations of uploads without a host", Steps: push, PathLocations: true,
	})
	LocationHost = add(scenario{
		Name: "upload-location-other-host", Does: "gives Locations of uploads on another host", Steps: push,
		Elsewhere: LocationsAt(Is("POST", Uploads)),
	})
	LocationQuery = add(scenario{
		Name: "upload-location-query", Does: "gives Locations of uploads with a query that it needs back", Steps: push,
		Behaviour: does(DemandedQuery),
	})
	LocationOpaque = add(scenario{
		Name: "upload-location-opaque", Does: "gives Locations of uploads that are not below /v2/", Steps: push, Behaviour: does(opaqueLocations),
	})
	LocationChanges = add(scenario{
		Name: "upload-location-changes", Does: "gives another Location with each answer, and takes only the newest", Steps: push,
		Image: threeChunks, Behaviour: does(ChangingLocations),
	})
	UploadRedirected = add(scenario{
		Name: "upload-redirected", Does: "asks for a login, and redirects the POST of uploads to another host with 307", Steps: push,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true}, Elsewhere: Redirected(http.StatusTemporaryRedirect, Is("POST", Uploads)),
	})
)

// What a registry asks of uploads, or refuses.
var (
	ChunkMinimumLength = add(scenario{
		Name: "chunk-minimum", Does: "asks for chunks of at least " + strconv.Itoa(MinimumChunk) + " bytes", Steps: push, Image: threeChunks,
		Behaviour: does(OnAnswer(StartUpload, OK(Set("OCI-Chunk-Min-Length", strconv.Itoa(MinimumChunk))))),
	})
	ChunkRefused = add(scenario{
		Name: "chunk-416", Does: "answers the second chunk of an upload with 416, once, and says what it has", Steps: push, Image: threeChunks,
		Behaviour: does(secondChunkRefused),
	})
	ChunkRefusedMoved = add(scenario{
		Name: "chunk-416-moved", Does: "answers the second chunk of an upload with 416, once, and gives another Location with each answer", Steps: push,
		Image: threeChunks, Behaviour: does(ChangingLocations, OnAnswer(PatchUpload, On(http.StatusRequestedRangeNotSatisfiable, Del("Location"))), secondChunkRefused),
	})
	PatchRefused = add(scenario{
		Name: "patch-refused", Does: "refuses every PATCH with 405", Steps: push, Image: threeChunks,
		Behaviour: does(Instead(PatchUpload, Refuse(http.StatusMethodNotAllowed, "UNSUPPORTED"))),
	})
	CancelRefused = add(scenario{
		Name: "cancel-refused", Does: "refuses every PATCH, and every DELETE of an upload", Steps: push, Image: threeChunks,
		Behaviour: does(
			Instead(PatchUpload, Refuse(http.StatusMethodNotAllowed, "UNSUPPORTED")),
			Instead(CancelUpload, Refuse(http.StatusMethodNotAllowed, "UNSUPPORTED"))),
	})
	SinglePostRefused = add(scenario{
		Name: "single-post-refused", Does: "answers single POSTs with 202", Steps: push,
		Behaviour: does(OnRequest(SinglePost, DelParameters("digest"), SetBody(nil))),
	})
	BlobRefused = add(scenario{
		Name: "blob-push-refused", Does: "refuses the content of every blob with 400", Steps: push,
		Behaviour: does(
			Instead(contentOfBlobs, Refuse(http.StatusBadRequest, "BLOB_UPLOAD_INVALID"))),
	})
	BlobRefusedCancelRefused = add(scenario{
		Name: "blob-push-refused-cancel-refused", Does: "refuses the content of every blob, and every DELETE of an upload", Steps: push,
		Behaviour: does(
			Instead(contentOfBlobs, Refuse(http.StatusBadRequest, "BLOB_UPLOAD_INVALID")),
			Instead(CancelUpload, Refuse(http.StatusInternalServerError, "UNKNOWN"))),
	})
	MountRefused = add(scenario{
		Name: "mount-refused", Does: "answers mounts with 202", Steps: copies,
		Behaviour: does(OnRequest(Mount, DelParameters("mount", "from"))),
	})
	MountUnauthorized = add(scenario{
		Name: "mount-unauthorized", Does: "answers mounts with 401", Steps: copies,
		Behaviour: does(Instead(Mount, Refuse(http.StatusUnauthorized, "UNAUTHORIZED"), Set("WWW-Authenticate", `Basic realm="assay"`))),
	})
	MountWrongHeader = add(scenario{
		Name: "mount-digest-header-wrong", Does: "answers mounts with the Docker-Content-Digest of other content", Steps: copies,
		Behaviour: does(OnAnswer(Mount, On(http.StatusCreated, Set(DigestHeader, OtherDigest)))),
	})
)

// What is pushed.
var (
	PushWrongHeader = add(scenario{
		Name: "push-digest-header-wrong", Does: "answers the push of manifests with the Docker-Content-Digest of other content", Steps: push,
		Behaviour: does(OnAnswer(PutManifest, OK(Set(DigestHeader, OtherDigest)))),
	})
	PushLarge = add(scenario{
		Name: "push-manifest-4mb", Does: "is asked to take a manifest of 4 megabytes", Steps: push, Image: large,
	})
	PushIndex = add(scenario{
		Name: "push-index", Does: "is asked to take an index of two images", Steps: push,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest {
			return fixtures.NewIndex(nonce+" index", []fixtures.Manifest{plain(nonce + " one"), plain(nonce + " two")}).Edit(withPlatform)
		},
	})
	PushSHA512 = add(scenario{
		Name: "push-sha512", Does: "is asked to take blobs by SHA-512 digests", Steps: push,
		Image: func(_ stage.Base, nonce string) fixtures.Manifest {
			layer := fixtures.NewBlob(nonce+" layer ", 3*MinimumChunk).As(ocispec.MediaTypeImageLayer)
			return fixtures.NewImage(nonce, fixtures.WithOwnBlobs(), fixtures.WithLayers(layer.With(digest.SHA512)))
		},
	})
	PushExistingTag = add(scenario{
		Name: "push-existing-tag", Does: "has another image under the tag", Steps: push,
		Before: func(w *stage.World) { w.Hold(w.Plain(w.Nonce+" before"), stage.MainTag) },
	})
	PushNoHeaders = add(scenario{
		Name: "push-no-docker-headers", Does: "sends no Docker- headers", Steps: push,
		Behaviour: does(OnAnswer(Always, Del(DigestHeader, "Docker-Distribution-API-Version", "Docker-Upload-UUID"))),
	})
	PushOld = add(scenario{
		Name: "push-old-registry", Does: "implements the specification 1.0 without its optional parts", Steps: push,
		Options: old, Behaviour: does(oldAnswers),
	})
)

// MinimumChunk is the smallest chunk, in bytes, that the registry of chunk-minimum asks for.
const MinimumChunk = 100_000

// threeChunks is an image with a layer of some of the smallest chunks.
func threeChunks(_ stage.Base, nonce string) fixtures.Manifest {
	layer := fixtures.NewBlob(nonce+" layer ", 3*MinimumChunk+1234).As(ocispec.MediaTypeImageLayer)
	return fixtures.NewImage(nonce, fixtures.WithOwnBlobs(), fixtures.WithLayers(layer))
}

// opaqueLocations moves uploads to another path. At the usual path there is nothing.
func opaqueLocations(next http.Handler) http.Handler {
	const path = "/opaque"
	usual := OnAnswer(Is("POST", Uploads), OK(SetFrom("Location", Prepended(path))))(
		Instead(Is("GET PATCH PUT DELETE", Session), Refuse(http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN"))(next))
	return below(path, OnAnswer(Is("PATCH GET"), OK(SetFrom("Location", Prepended(path))))(next), usual)
}

// secondChunkRefused refuses the second chunk of an upload with 416, once.
func secondChunkRefused(next http.Handler) http.Handler {
	seen := new(Memory[int]) // chunks by path
	return Handle(PatchChunk, func(next http.Handler, req *http.Request) *Answer {
		n, _ := seen.Get(req.URL.Path)
		seen.Put(req.URL.Path, n+1)
		if n != 1 {
			return Pass(next, req)
		}
		status := Ask(next, req, http.MethodGet, req.URL.RequestURI(), nil)
		return NewAnswer(req, Refuse(http.StatusRequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID"),
			Set("Range", status.Header.Get("Range")), Set("Location", status.Header.Get("Location")))
	})(next)
}

// contentOfBlobs matches the requests with the content of a blob, and those that close an
// upload.
func contentOfBlobs(req *http.Request) bool {
	return SinglePost(req) || PatchUpload(req) || PutUpload(req)
}
