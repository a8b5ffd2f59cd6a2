package faults

import (
	"encoding/json"
	"net/http"

	require "assay/conformance/requirements"
	"assay/reference"
)

func managementFaults() []Fault {
	noTagDelete := func(o *reference.Options) { o.DisableTagDelete = true }
	noManifestDelete := func(o *reference.Options) { o.DisableManifestDelete = true }
	noBlobDelete := func(o *reference.Options) { o.DisableBlobDelete = true }
	return []Fault{
		fault("tag-delete-200", "the deletion of a tag is answered 200", onAnswer(deleteTag, ok(status(200))), require.ManagementTagDeleteStatus),
		fault("tag-delete-204", "the deletion of a tag is answered 204", onAnswer(deleteTag, ok(status(204))), require.ManagementTagDeleteStatus),
		fault("tag-delete-404", "no tag can be deleted, as if it were not there",
			instead(deleteTag, refuse(404, "MANIFEST_UNKNOWN")), require.ManagementTagDeleteStatus),
		fault("tag-delete-disabled-501", "deletes of tags are disabled, and answered 501",
			onAnswer(deleteTag, on(405, refuse(501, "UNSUPPORTED"))), require.ManagementTagDeleteDisabled).with(noTagDelete),
		fault("tag-delete-disabled-403", "deletes of tags are disabled, and answered 403",
			onAnswer(deleteTag, on(405, refuse(403, "DENIED"))), require.ManagementTagDeleteDisabled).with(noTagDelete).in(require.V1_0),
		fault("tag-delete-ignored", "a tag is there after it was deleted", instead(deleteTag, status(202)), require.ManagementTagDeleteGone),
		fault("tag-delete-head-stays", "HEAD finds a tag that was deleted", headStays(deleteTag), require.ManagementTagDeleteGone),
		fault("tag-delete-manifest", "with a tag goes the manifest", handle(deleteTag, func(next http.Handler, req *http.Request) *answer {
			at := placeOf(req)
			named := ask(next, req, http.MethodHead, req.URL.Path, nil).header.Get(digestHeader)
			a := pass(next, req)
			if a.ok() && named != "" {
				ask(next, req, http.MethodDelete, "/v2/"+at.repo+"/manifests/"+named, nil)
			}
			return a
		}), require.ManagementTagDeleteOthers),
		fault("manifest-delete-head-stays", "HEAD finds a manifest that was deleted", headStays(deleteManifest), require.ManagementManifestDeleteGone),
		fault("manifest-delete-blobs", "with a manifest go its blobs", handle(deleteManifest, func(next http.Handler, req *http.Request) *answer {
			var doc struct {
				Config struct{ Digest string }
				Layers []struct{ Digest string }
			}
			_ = json.Unmarshal(ask(next, req, http.MethodGet, req.URL.Path, nil).body, &doc) // what is no manifest has none
			a := pass(next, req)
			for _, layer := range append(doc.Layers, doc.Config) {
				if a.ok() && layer.Digest != "" && layer.Digest != emptyDigest {
					ask(next, req, http.MethodDelete, "/v2/"+placeOf(req).repo+"/blobs/"+layer.Digest, nil)
				}
			}
			return a
		}), require.ManagementManifestDeleteOthers),
		fault("blob-delete-head-stays", "HEAD finds a blob that was deleted", headStays(deleteBlob), require.ManagementBlobDeleteGone),
		fault("tag-delete-410", "a tag that was deleted is answered 410", gone(deleteTag), require.ManagementTagDeleteGone),
		fault("manifest-delete-200", "the deletion of a manifest is answered 200",
			onAnswer(deleteManifest, ok(status(200))), require.ManagementManifestDeleteStatus),
		fault("manifest-delete-404", "no manifest can be deleted, as if it were not there",
			instead(deleteManifest, refuse(404, "MANIFEST_UNKNOWN")), require.ManagementManifestDeleteStatus),
		fault("manifest-delete-tagged-409", "a manifest with a tag cannot be deleted",
			handle(deleteManifest, func(next http.Handler, req *http.Request) *answer {
				if len(tagsOf(next, req)) == 0 {
					return pass(next, req)
				}
				a := newAnswer(req)
				refuse(409, "DENIED")(a)
				return a
			}), require.ManagementManifestDeleteStatus),
		fault("manifest-delete-disabled-501", "deletes of manifests are disabled, and answered 501",
			onAnswer(deleteManifest, on(405, refuse(501, "UNSUPPORTED"))), require.ManagementManifestDeleteDisabled).with(noManifestDelete),
		fault("manifest-delete-disabled-403", "deletes of manifests are disabled, and answered 403",
			onAnswer(deleteManifest, on(405, refuse(403, "DENIED"))), require.ManagementManifestDeleteDisabled).with(noManifestDelete).in(require.V1_1),
		fault("manifest-delete-ignored", "a manifest is there after it was deleted",
			instead(deleteManifest.and(inRepository), status(202)), require.ManagementManifestDeleteGone),
		fault("manifest-delete-410", "a manifest that was deleted is answered 410", gone(deleteManifest), require.ManagementManifestDeleteGone),
		fault("manifest-delete-tags-stay", "the tags of a manifest that was deleted still give it", tagsStay, require.ManagementManifestDeleteTagsGone),
		fault("manifest-delete-tags-500", "the tags of a manifest that was deleted are answered 500",
			danglingTags(500), require.ManagementManifestDeleteTagsGone),
		fault("manifest-delete-unknown-repository-202", "the deletion of a manifest in a repository that does not exist is answered 202",
			onAnswer(deleteManifest.and(not(inRepository)), on(404, status(202))), require.ManagementManifestDeleteUnknownRepository),
		fault("manifest-delete-unknown-repository-400", "the deletion of a manifest in a repository that does not exist is answered 400",
			onAnswer(deleteManifest.and(not(inRepository)), on(404, refuse(400, "NAME_UNKNOWN"))), require.ManagementManifestDeleteUnknownRepository),
		fault("blob-delete-200", "the deletion of a blob is answered 200", onAnswer(deleteBlob, ok(status(200))), require.ManagementBlobDeleteStatus),
		fault("blob-delete-204-1.0", "the deletion of a blob is answered 204",
			onAnswer(deleteBlob, ok(status(204))), require.ManagementBlobDeleteStatus).in(require.V1_0),
		fault("blob-delete-404", "no blob can be deleted, as if it were not there",
			instead(deleteBlob, refuse(404, "BLOB_UNKNOWN")), require.ManagementBlobDeleteStatus),
		fault("blob-delete-unknown-202", "the deletion of a blob that is not there is answered 202",
			onAnswer(deleteBlob, on(404, status(202))), require.ManagementBlobDeleteUnknown),
		fault("blob-delete-unknown-500", "the deletion of a blob that is not there is answered 500",
			onAnswer(deleteBlob, on(404, refuse(500, "UNKNOWN"))), require.ManagementBlobDeleteUnknown),
		fault("blob-delete-disabled-501", "deletes of blobs are disabled, and answered 501",
			onAnswer(deleteBlob, on(405, refuse(501, "UNSUPPORTED"))), require.ManagementBlobDeleteDisabled).with(noBlobDelete),
		fault("blob-delete-disabled-403", "deletes of blobs are disabled, and answered 403",
			onAnswer(deleteBlob, on(405, refuse(403, "DENIED"))), require.ManagementBlobDeleteDisabled).with(noBlobDelete).in(require.V1_1),
		fault("blob-delete-ignored", "a blob is there after it was deleted", handle(deleteBlob, func(next http.Handler, req *http.Request) *answer {
			a := ask(next, req, http.MethodHead, req.URL.Path, nil)
			a.header = http.Header{}
			if a.ok() {
				a.status = http.StatusAccepted
			}
			return a
		}), require.ManagementBlobDeleteGone),
		fault("blob-delete-410", "a blob that was deleted is answered 410", gone(deleteBlob), require.ManagementBlobDeleteGone),
	}
}

// inRepository matches requests for repositories that may exist; the suite
// calls those that do not so.
func inRepository(req *http.Request) bool { return !missingRepository(req) }

// tagsOf lists the tags that lead to the manifest that a request is for.
func tagsOf(next http.Handler, req *http.Request) []string {
	at := placeOf(req)
	var list struct{ Tags []string }
	_ = json.Unmarshal(ask(next, req, http.MethodGet, "/v2/"+at.repo+"/tags/list", nil).body, &list) // none when it is an error
	var leading []string
	for _, tag := range list.Tags {
		if ask(next, req, http.MethodHead, "/v2/"+at.repo+"/manifests/"+tag, nil).header.Get(digestHeader) == at.name {
			leading = append(leading, tag)
		}
	}
	return leading
}

// headStays answers HEAD of what was deleted as if it were there.
func headStays(w when) Middleware { return afterDelete(w, is("HEAD"), status(200)) }

// gone answers what was deleted with 410.
func gone(w when) Middleware { return afterDelete(w, is("GET HEAD"), refuse(410, "MANIFEST_UNKNOWN")) }

// afterDelete remembers what was deleted, and changes the answers 404 to those
// who ask for it.
func afterDelete(w, asked when, c change) Middleware {
	return func(next http.Handler) http.Handler {
		deleted := newMarks()
		handler := handle(w, func(next http.Handler, req *http.Request) *answer {
			a := pass(next, req)
			if a.ok() {
				deleted.add(req.URL.Path)
			}
			return a
		})(next)
		return onAnswer(asked.and(func(req *http.Request) bool { return deleted.has(req.URL.Path) }), on(404, c))(handler)
	}
}

// tagsStay keeps tags in a place of their own, where they outlive manifests.
func tagsStay(next http.Handler) http.Handler {
	s := newShelf()
	handler := handle(deleteManifest, func(next http.Handler, req *http.Request) *answer {
		at := placeOf(req)
		for _, tag := range tagsOf(next, req) {
			path := "/v2/" + at.repo + "/manifests/" + tag
			a := ask(next, req, http.MethodGet, path, nil)
			s.put(path, a.header.Get("Content-Type"), a.body)
		}
		return pass(next, req)
	})(next)
	return handle(is("GET HEAD DELETE", manifests).and(byTag), s.serve)(handler)
}

// danglingTags answers the tags with code whose manifest was deleted.
func danglingTags(code int) Middleware {
	return func(next http.Handler) http.Handler {
		dangling := newMarks()
		handler := handle(deleteManifest, func(next http.Handler, req *http.Request) *answer {
			for _, tag := range tagsOf(next, req) {
				dangling.add("/v2/" + placeOf(req).repo + "/manifests/" + tag)
			}
			return pass(next, req)
		})(next)
		return onAnswer(pullManifest.and(func(req *http.Request) bool { return dangling.has(req.URL.Path) }),
			on(404, refuse(code, "MANIFEST_UNKNOWN")))(handler)
	}
}
