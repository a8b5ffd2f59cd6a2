package faults

import (
	"net/http"

	"assay/reference/client"
	. "assay/reference/client/faults/behaviour"
	"assay/wire"
)

// habit is a variant that differs in what the client is used to do.
func habit(name, summary string, habits func(*client.Habits)) Variant {
	return variant(name, summary, With(habits))
}

func pullVariants() []Variant {
	return []Variant{
		habit("ping-first", "/v2/ is asked for before everything else", func(h *client.Habits) { h.Ping = true }),
		habit("head-first", "a manifest is asked for with HEAD before it is pulled", func(h *client.Habits) { h.HeadManifest = true }),
		habit("head-blob-first", "a blob is asked for with HEAD before it is pulled", func(h *client.Habits) { h.HeadPulledBlob = true }),
		habit("head-everything-first", "manifests and blobs are asked for with HEAD before they are pulled", func(h *client.Habits) {
			h.HeadManifest, h.HeadPulledBlob = true, true
		}),
		habit("config-last", "the config is pulled and pushed after the layers", func(h *client.Habits) { h.ConfigLast = true }),
		habit("parallel", "the blobs of a manifest are pulled and pushed at the same time", func(h *client.Habits) { h.Parallel = true }),
		habit("pull-twice", "everything is pulled and pushed a second time", func(h *client.Habits) { h.Twice = true }),
		habit("ranges", "a blob is pulled in three ranges", func(h *client.Habits) { h.Ranges = 3 }),
		habit("range-whole", "a blob is pulled by a range of all its bytes", func(h *client.Habits) { h.Ranges = 1 }),
		habit("no-resume", "after a broken connection, a blob is pulled from its beginning", func(h *client.Habits) { h.Restart = true }),
		variant("get-again", "each manifest is pulled twice", Twice(GetManifest)),
		variant("manifest-by-digest-again", "a manifest that was pulled by a tag is pulled by its digest, too", PullsByDigest),
		variant("manifest-header-ignored", "Docker-Content-Digest is ignored", Break(func(r *client.Rules) {
			r.VerifyHeader = func(string, []byte) error { return nil }
		})),
		variant("pull-parallel-ranges", "blobs are pulled at the same time, in ranges", With(func(h *client.Habits) { h.Parallel, h.Ranges = true, 2 })),
	}
}

func pushVariants() []Variant {
	return []Variant{
		habit("push-without-head", "blobs are pushed without the question whether they are there", func(h *client.Habits) { h.NoHead = true }),
		habit("push-head-manifest", "manifests are pushed only if they are not there", func(h *client.Habits) { h.HeadPushedManifest = true }),
		habit("chunks", "blobs are pushed in three chunks", func(h *client.Habits) { h.Chunks = 3 }),
		habit("chunk-one", "blobs are pushed in one chunk and an empty PUT", func(h *client.Habits) { h.Chunks = 1 }),
		habit("chunk-last-in-put", "the last chunk is sent in the PUT", func(h *client.Habits) { h.Chunks, h.LastInPut = 3, true }),
		habit("chunk-one-in-put", "the only chunk is sent in the PUT, with a Content-Range", func(h *client.Habits) { h.Chunks, h.LastInPut = 1, true }),
		habit("chunks-polled", "the state of an upload is asked for after each chunk", func(h *client.Habits) { h.Chunks, h.Poll = 3, true }),
		habit("chunks-parallel-blobs", "several blobs are pushed in chunks at the same time", func(h *client.Habits) { h.Chunks, h.Parallel = 2, true }),
		habit("stream", "blobs are pushed in one PATCH without a Content-Range", func(h *client.Habits) { h.Stream = true }),
		habit("single-post", "blobs are pushed with one POST", func(h *client.Habits) { h.SinglePost = true }),
		habit("single-post-without-head", "blobs are pushed with one POST, without the question whether they are there", func(h *client.Habits) {
			h.SinglePost, h.NoHead = true, true
		}),
		habit("no-mount", "blobs are copied without a mount", func(h *client.Habits) { h.NoMount = true }),
		habit("mount-without-head", "blobs are mounted without the question whether they are there", func(h *client.Habits) { h.NoHead = true }),
		variant("whole-without-algorithm", "an upload without chunks for a digest of SHA-512 begins without digest-algorithm",
			OnRequest(StartUpload, DelParameter("digest-algorithm"))),
		variant("mount-without-from", "a mount does not name the other repository", OnRequest(Mount, DelParameter("from"))),
		habit("digest-then-tag", "a manifest is pushed by its digest, and then by its tag", func(h *client.Habits) { h.DigestThenTag = true }),
		habit("tag-parameter", "a manifest is pushed by its digest, with its tag in the query", func(h *client.Habits) { h.TagParameter = true }),
		variant("cancel-done", "an upload is cancelled after it was closed", After(CloseUpload, As(wire.EndUploadCancel, http.MethodDelete), DelParameter("digest"))),
		variant("head-after-push", "a blob is asked for with HEAD after it was pushed", HeadsPushed),
		variant("push-manifest-twice", "each manifest is pushed twice", Twice(PutManifest)),
		variant("get-after-push", "a manifest is pulled after it was pushed", After(PutManifest, As(wire.EndManifest, http.MethodGet),
			SetHeader("Accept", "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json"))),
	}
}

func discoveryVariants() []Variant {
	return []Variant{
		habit("tags-by-two", "tags are asked for two a page", func(h *client.Habits) { h.TagPage = 2 }),
		variant("tags-by-last", "the next page of tags is asked for by the last tag, also if there is a Link", paged(OnAnswer(ListTags, NoHeader("Link")))),
		habit("tags-by-thousand", "tags are asked for a thousand a page", func(h *client.Habits) { h.TagPage = 1000 }),
		habit("filter-here", "all referrers are listed and selected by the client", func(h *client.Habits) { h.NoFilter = true }),
		variant("referrers-tag-too", "the referrers tag is read before the referrers API is asked", ReadsTagFirst),
	}
}

func referenceVariants() []Variant {
	return []Variant{
		habit("referrers-asked-first", "the referrers API is asked for before a manifest with a subject is pushed", func(h *client.Habits) { h.AskReferrers = true }),
		habit("list-unconfirmed", "a list of referrers is not read again after it was pushed", func(h *client.Habits) { h.Unconfirmed = true }),
		habit("list-unconditional", "a list of referrers is pushed without If-Match", func(h *client.Habits) { h.Unconditional = true }),
		habit("delete-by-digest", "the manifest of a tag is deleted by its digest", func(h *client.Habits) { h.DeleteByDigest = true }),
		habit("delete-empty-list", "a referrers tag is deleted when its list gets empty", func(h *client.Habits) { h.DeleteEmptyList = true }),
		variant("list-new-entry-first", "a new referrer is put before the others in the list", Break(func(r *client.Rules) {
			add := r.Add
			r.Add = func(l *client.List, d Descriptor) bool {
				if !add(l, d) {
					return false
				}
				n := len(l.Entries)
				l.Entries = append(l.Entries[n-1:n:n], l.Entries[:n-1]...)
				return true
			}
		})),
	}
}

func requestVariants() []Variant {
	return []Variant{
		variant("accept-one-each", "Accept lists the types with weights", OnRequest(GetManifest, SetHeader("Accept",
			"application/vnd.oci.image.manifest.v1+json;q=0.9, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json;q=0.5, application/vnd.docker.distribution.manifest.list.v2+json;q=0.5, application/json;q=0.1"))),
		variant("accept-oci-only", "Accept has the types of image-spec only", OnRequest(GetManifest, SetHeader("Accept",
			"application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"))),
		variant("accept-many-headers", "there is an Accept header for each type", OnRequest(GetManifest, SplitHeader("Accept"))),
		variant("accept-blob", "blobs are asked for with Accept, too", OnRequest(GetBlob, SetHeader("Accept", "*/*"))),
		variant("accept-encoding-identity", "everything is asked for without compression", OnRequest(Any, SetHeader("Accept-Encoding", "identity"))),
		variant("user-agent-none", "requests have a short User-Agent", func(o *client.Options) { o.UserAgent = "c" }),
		variant("extra-headers", "requests have headers that nobody asked for", OnRequest(Any,
			SetHeader("X-Meta-Source-Client", "reference"), SetHeader("Docker-Distribution-Api-Version", "registry/2.0"))),
		variant("upload-content-type-on-start", "the POST that begins an upload has a Content-Type", OnRequest(StartUpload, SetHeader("Content-Type", "application/octet-stream"))),
		variant("login-own", "the client answers challenges by itself, and asks for a token for each scope", LogsIn(Any, Login{Renews: true})),
		variant("impatient", "a 429 is taken for a failure", func(o *client.Options) { o.Impatient = true }),
	}
}
