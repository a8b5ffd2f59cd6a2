package faults

import (
	"encoding/json"
	"net/http"
	"path"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/reference"
)

// Credentials of the registries that want some.
const (
	userName = "assay"
	password = "not a secret"
)

func withLogin(o *reference.Options) { o.Username, o.Password = userName, password }

func withTokens(o *reference.Options) {
	withLogin(o)
	o.TokenAuth = true
}

// letIn answers requests without a login as if they had one.
func letIn(w when) Middleware {
	return onRequest(w.and(not(has("Authorization"))), func(req *http.Request) { req.SetBasicAuth(userName, password) })
}

func securityFaults() []Fault {
	malformedDigest := func(req *http.Request) bool { return !wellFormed(req) && !unknownAlgorithm(req) }
	malformedBlob := pullBlob.and(func(req *http.Request) bool {
		_, err := digest.Parse(placeOf(req).name)
		return err != nil
	})
	return []Fault{
		fault("isolation-blob", "repositories share their blobs",
			orElsewhere(pullBlob.and(inRepository)), require.SecurityIsolationBlob),
		fault("isolation-blob-1.1", "repositories that exist share their blobs",
			orElsewhere(pullBlob.and(inRepository)), require.SecurityIsolationBlob).in(require.V1_1),
		fault("isolation-blob-head", "HEAD finds the blobs of other repositories",
			orElsewhere(headBlob.and(inRepository)), require.SecurityIsolationBlob),
		fault("isolation-manifest", "repositories share their manifests",
			orElsewhere(pullManifest.and(byDigest, inRepository)), require.SecurityIsolationManifest),
		fault("isolation-tag", "repositories share their tags",
			orElsewhere(pullManifest.and(byTag, inRepository)), require.SecurityIsolationManifest),
		fault("isolation-referrers", "repositories share their referrers", sharedReferrers, require.SecurityIsolationReferrers),
		fault("isolation-delete-blob", "a blob that is deleted is deleted everywhere",
			deleteEverywhere(deleteBlob), require.SecurityIsolationDelete),
		fault("isolation-delete-manifest", "a manifest that is deleted is deleted everywhere",
			deleteEverywhere(deleteManifest), require.SecurityIsolationDelete),
		fault("isolation-session", "an upload goes on in whichever repository",
			orElsewhere(is("GET PATCH PUT DELETE", session)), require.SecurityIsolationSession),

		fault("digest-short-stored", "a blob is stored under a digest that is too short",
			taking(is("PUT POST", session, uploads).and(malformedDigest, func(req *http.Request) bool { return digestOf(req) != "" })), require.SecurityDigestMalformedPush),
		fault("digest-path-stored", "a blob is stored under a digest that holds a path",
			taking(is("PUT POST", session, uploads).and(func(req *http.Request) bool { return strings.Contains(digestOf(req), "../") })), require.SecurityDigestMalformedPush),
		fault("digest-upper-stored", "a blob is stored under a digest in upper case",
			taking(putUpload.and(func(req *http.Request) bool {
				d := digestOf(req)
				return d != strings.ToLower(d)
			})), require.SecurityDigestMalformedPush).in(require.V1_1),
		fault("digest-malformed-500", "a digest that holds a path makes the server fail",
			onAnswer(malformedBlob.and(func(req *http.Request) bool { return strings.Contains(req.URL.Path, "..") }), refuse(500, "UNKNOWN")), require.SecurityDigestMalformedPull),
		fault("digest-malformed-nul", "what comes after a zero byte in a digest is ignored",
			onRequest(malformedBlob, func(req *http.Request) {
				req.URL.Path, _, _ = strings.Cut(req.URL.Path, "\x00")
				req.URL.RawPath = ""
			}), require.SecurityDigestMalformedPull),
		fault("digest-malformed-upper", "digests may be in upper case when a blob is pulled",
			onRequest(malformedBlob, func(req *http.Request) { req.URL.Path = strings.ToLower(req.URL.Path) }), require.SecurityDigestMalformedPull),
		fault("digest-malformed-bare", "a digest without its algorithm gives the blob",
			onRequest(malformedBlob.and(nameLike(`^[0-9a-f]{64}$`)), func(req *http.Request) {
				at := placeOf(req)
				req.URL.Path = strings.TrimSuffix(req.URL.Path, at.name) + "sha256:" + at.name
			}), require.SecurityDigestMalformedPull).in(require.V1_0),
		fault("digest-unknown-algorithm-blob", "a blob is stored under a digest that nobody can verify",
			taking(is("PUT POST", session, uploads).and(unknownAlgorithm)), require.SecurityDigestUnknownAlgorithmBlob),
		fault("digest-unknown-algorithm-single-post", "a blob in a single POST is stored under a digest that nobody can verify",
			taking(singlePost.and(unknownAlgorithm)), require.SecurityDigestUnknownAlgorithmBlob).in(require.V1_1),
		fault("digest-unknown-algorithm-manifest", "a manifest is stored under a digest that nobody can verify",
			taking(putManifest.and(unknownAlgorithm)), require.SecurityDigestUnknownAlgorithmManifest),
		fault("accept-converted", "a manifest is converted for clients that accept Docker's first schema",
			onAnswer(getManifest.and(func(req *http.Request) bool {
				return strings.Contains(req.Header.Get("Accept"), "docker.distribution.manifest.v1+")
			}),
				ok(text("application/vnd.docker.distribution.manifest.v1+prettyjws", `{"schemaVersion":1,"name":"a","tag":"b"}`))), require.SecurityAcceptDigest),
		fault("accept-resolved", "an index is answered with its first image where only images are accepted", resolvedIndex, require.SecurityAcceptDigest),
		fault("accept-resolved-nothing", "an index is answered with its first image where nothing is accepted",
			chain(onRequest(getManifest.and(not(has("Accept"))), func(req *http.Request) { req.Header.Set("Accept", imageType) }), resolvedIndex), require.SecurityAcceptDigest).in(require.V1_1),
		fault("manifest-not-json", "what is not JSON is taken for a manifest",
			taking(putManifest.and(byTag, func(req *http.Request) bool { return !json.Valid(read(req)) })), require.SecurityManifestNotJson),
		fault("manifest-empty", "nothing is taken for a manifest",
			taking(putManifest.and(byTag, func(req *http.Request) bool { return len(read(req)) == 0 })), require.SecurityManifestNotJson),
		fault("manifest-ambiguous", "what is an image manifest and an index is taken",
			taking(document(func(d map[string]any) bool { return isIndex(d) && d["config"] != nil })), require.SecurityManifestAmbiguous),
		fault("path-encoded-slash", "an encoded slash is a slash",
			onRequest(func(req *http.Request) bool { return strings.Contains(req.URL.RawPath, "%2F") }, func(req *http.Request) { req.URL.RawPath = "" }), require.SecurityPathEncodedSlash),
		fault("path-encoded-slash-put", "an encoded slash is a slash when a manifest is pushed",
			onRequest(putManifest.and(func(req *http.Request) bool { return strings.Contains(req.URL.RawPath, "%2F") }), func(req *http.Request) { req.URL.RawPath = "" }), require.SecurityPathEncodedSlash),
		fault("path-dot-segments", "dot segments are taken out of paths",
			onRequest(func(req *http.Request) bool {
				return strings.Contains(req.URL.Path, "/.") && placeOf(req).kind == manifests
			}, func(req *http.Request) {
				req.URL.Path, req.URL.RawPath = path.Clean(req.URL.Path), ""
			}), require.SecurityPathDotSegments),

		fault("anonymous-blobs", "blobs are given to everybody, manifests are not",
			letIn(pullBlob), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-tags", "tags are listed to everybody",
			letIn(listTags), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-head", "HEAD of a manifest is answered to everybody",
			letIn(headManifest), require.SecurityAnonymousRead).with(withLogin).in(require.V1_1),
		fault("anonymous-referrers", "referrers are listed to everybody",
			letIn(listReferrers), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-sessions", "everybody may go on with an upload",
			letIn(is("PATCH PUT", session)), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-uploads", "everybody may start an upload",
			letIn(is("POST", uploads)), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-manifests", "everybody may push a manifest",
			letIn(putManifest), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-delete-tag", "everybody may delete a tag",
			letIn(deleteTag), require.SecurityAnonymousDelete).with(withLogin),
		fault("anonymous-delete-blob", "everybody may delete a blob",
			letIn(deleteBlob), require.SecurityAnonymousDelete).with(withLogin),
		fault("anonymous-no-challenge", "it is not said how to log in to list tags",
			onAnswer(listTags, on(401, del("WWW-Authenticate"))), require.SecurityAnonymousChallenge).with(withLogin),
		fault("anonymous-no-challenge-blob", "it is not said how to log in to pull a blob",
			onAnswer(pullBlob, on(401, del("WWW-Authenticate"))), require.SecurityAnonymousChallenge).with(withLogin).in(require.V1_1),
	}
}

// deleteEverywhere deletes in every repository what is deleted in one.
func deleteEverywhere(w when) Middleware {
	return everywhere(func(repos *marks) Middleware {
		return handle(w, func(next http.Handler, req *http.Request) *answer {
			a, at := pass(next, req), placeOf(req)
			for _, repo := range repos.list() {
				if a.ok() && repo != at.repo {
					ask(next, req, http.MethodDelete, strings.Replace(req.URL.Path, "/v2/"+at.repo+"/", "/v2/"+repo+"/", 1), nil)
				}
			}
			return a
		})
	})
}

// sharedReferrers lists the referrers that are in any repository.
func sharedReferrers(next http.Handler) http.Handler {
	return everywhere(func(repos *marks) Middleware {
		return handle(listReferrers.and(not(query("artifactType"))), func(next http.Handler, req *http.Request) *answer {
			a, at := pass(next, req), placeOf(req)
			for _, repo := range repos.list() {
				if repo == at.repo {
					continue
				}
				var other map[string]any
				_ = json.Unmarshal(ask(next, req, http.MethodGet, "/v2/"+repo+"/referrers/"+at.name, nil).body, &other)
				if more := entries(other, "manifests"); len(more) > 0 {
					referrerList(func(list []map[string]any) []map[string]any { return append(list, more...) })(a)
				}
			}
			return a
		})
	})(next)
}

// resolvedIndex answers with the first image of an index where indexes are not
// accepted.
func resolvedIndex(next http.Handler) http.Handler {
	return handle(getManifest, func(next http.Handler, req *http.Request) *answer {
		a := pass(next, req)
		if accept := req.Header.Get("Accept"); accept != imageType || a.header.Get("Content-Type") != indexType {
			return a
		}
		var d map[string]any
		_ = json.Unmarshal(a.body, &d) // the type says that it is one
		for _, e := range entries(d, "manifests") {
			if child := ask(next, req, http.MethodGet, "/v2/"+placeOf(req).repo+"/manifests/"+field(e, "digest"), nil); child.ok() {
				return child
			}
		}
		return a
	})(next)
}
