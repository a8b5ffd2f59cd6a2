package faults

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
)

func manifestFaults() []Fault {
	return slices.Concat(putFaults(), nameFaults(), typeFaults(), sha512Faults(), subjectFaults())
}

func invalid() change { return refuse(400, "MANIFEST_INVALID") }

func putFaults() []Fault {
	missing := putManifest.and(not(isIndexPush))
	return []Fault{
		fault("manifest-put-200", "the push of a manifest is answered 200",
			onAnswer(putManifest, ok(status(200))), require.PushManifestStatus),
		fault("manifest-put-202-by-digest", "the push of a manifest by digest is answered 202",
			onAnswer(putManifest.and(byDigest), ok(status(202))), require.PushManifestStatus),
		fault("manifest-put-204-by-tag", "the push of a tag is answered 204",
			onAnswer(putManifest.and(byTag), ok(status(204))), require.PushManifestStatus),
		fault("manifest-put-again-409", "a manifest that is there already is refused with 409",
			handle(putManifest, func(next http.Handler, req *http.Request) *answer {
				there := ask(next, req, http.MethodHead, req.URL.Path, nil).ok()
				a := pass(next, req)
				if there {
					refuse(409, "MANIFEST_INVALID")(a)
				}
				return a
			}), require.PushManifestStatus),
		fault("manifest-put-no-location", "the push of a manifest has no Location",
			onAnswer(putManifest, del("Location")), require.PushManifestLocation),
		fault("manifest-put-no-location-by-tag", "the push of a tag has no Location",
			onAnswer(putManifest.and(byTag), del("Location")), require.PushManifestLocation),
		fault("manifest-put-dead-location", "the Location of a manifest leads nowhere",
			onAnswer(putManifest, ok(func(a *answer) { a.header.Set("Location", "/v2/"+placeOf(a.req).repo+"/manifests/"+zeros) })), require.PushManifestLocationPullable),
		fault("manifest-put-blob-location", "the Location of a manifest is that of a blob",
			onAnswer(putManifest.and(byDigest), ok(setFrom("Location", func(v string) string { return strings.Replace(v, "/manifests/", "/blobs/", 1) }))), require.PushManifestLocationPullable),
		fault("manifest-put-internal-location", "the Location of a manifest has no /v2/",
			onAnswer(putManifest.and(byTag), ok(setFrom("Location", func(v string) string { return strings.Replace(v, "/v2/", "/", 1) }))), require.PushManifestLocationPullable),
		fault("manifest-put-wrong-digest", "the digest that answers the push of a manifest is of something else",
			onAnswer(putManifest, ok(set(digestHeader, zeros))), require.PushManifestDigestValue),
		fault("manifest-put-config-digest", "the digest that answers the push of an image is its config's",
			handle(putManifest, func(next http.Handler, req *http.Request) *answer {
				var d map[string]any
				_ = json.Unmarshal(read(req), &d) // what is none has no config
				a := pass(next, req)
				if config := field(d, "config", "digest"); a.ok() && config != "" {
					a.header.Set(digestHeader, config)
				}
				return a
			}), require.PushManifestDigestValue).in(require.V1_1),
		fault("manifest-put-bytes-compacted", "a manifest is written anew without white space",
			onAnswer(getManifest, ok(body(compacted))), require.PushManifestBytes),
		fault("manifest-put-bytes-trimmed", "white space at the end of a manifest is lost",
			onAnswer(getManifest, ok(body(func(b []byte) []byte { return []byte(strings.TrimRight(string(b), "\n ")) }))), require.PushManifestBytes),
		fault("manifest-put-mismatch-stored", "a manifest is stored under the digest of another",
			taking(putManifest.and(byDigest, func(req *http.Request) bool {
				_, err := digest.Parse(placeOf(req).name)
				return err == nil && !unknownAlgorithm(req)
			})), require.PushManifestDigestMismatch),
		fault("manifest-put-reference-digest", "a manifest is accepted under a malformed digest",
			taking(putManifest.and(malformedName)), require.PushManifestReference, require.PullManifestReference),
		fault("manifest-put-reference-upper", "a manifest is accepted under a digest in upper case",
			onRequest(putManifest.and(malformedName, nameLike(`^sha256:[0-9A-F]{64}$`)), lowerName), require.PushManifestReference),
		fault("manifest-put-reference-at-sign", "of a tag and a digest the digest is used",
			onRequest(is("PUT GET HEAD", manifests).and(nameLike(`@sha256:[0-9a-f]{64}$`)), func(req *http.Request) {
				req.URL.Path = regexp.MustCompile(`/manifests/.*@`).ReplaceAllString(req.URL.Path, "/manifests/")
			}), require.PushManifestReference, require.PullManifestReference),
		fault("manifest-content-type-parameter-400", "a parameter on the Content-Type of a manifest is refused",
			instead(putManifest.and(func(req *http.Request) bool { return hasParameter(req.Header.Get("Content-Type")) }), refuse(415, "MANIFEST_INVALID")), require.PushManifestContentTypeParameters),
		fault("manifest-content-type-parameter-kept", "a parameter on the Content-Type of a manifest comes back",
			keepingParameters, require.PushManifestContentTypeParameters),
		fault("manifest-size-1-mib", "manifests over 1 MiB are refused",
			instead(putManifest.and(longerThan(1<<20)), refuse(413, "SIZE_INVALID")), require.PushManifestSize),
		fault("manifest-size-400-1.1", "manifests over 64 KiB are refused with 400",
			instead(putManifest.and(longerThan(64<<10)), refuse(400, "MANIFEST_INVALID")), require.PushManifestSize).in(require.V1_1),
		fault("manifest-over-limit-400", "a manifest over the limit is answered 400",
			onAnswer(putManifest, on(413, refuse(400, "SIZE_INVALID"))), require.PushManifestSizeStatus).large(),
		fault("manifest-over-limit-500", "a manifest over the limit is answered 500",
			onAnswer(putManifest, on(413, refuse(500, "UNKNOWN"))), require.PushManifestSizeStatus).large(),
		fault("manifest-missing-blob-code", "an image whose blobs are missing is refused as invalid",
			onAnswer(missing, on(404, invalid()), on(400, invalid())), require.PushManifestMissingReferenceCode),
		fault("manifest-missing-blob-404", "an image whose blobs are missing is refused as BLOB_UNKNOWN",
			onAnswer(missing, on(404, refuse(404, "BLOB_UNKNOWN")), on(400, refuse(404, "BLOB_UNKNOWN"))), require.PushManifestMissingReferenceCode),
		fault("manifest-missing-blob-500", "an image whose blobs are missing makes the server fail",
			onAnswer(missing, refused(refuse(500, "UNKNOWN"))), require.PushManifestMissingReferenceCode).in(require.V1_1),
		fault("manifest-missing-blob-detail", "MANIFEST_BLOB_UNKNOWN stands in the detail of another code",
			onAnswer(missing, on(404, withDetail), on(400, withDetail)), require.PushManifestMissingReferenceCode),
		fault("index-sparse-invalid", "an index whose children are missing is refused as invalid",
			onAnswer(isIndexPush, refused(invalid())), require.PushIndexSparse),
		fault("index-sparse-manifest-unknown", "an index whose children are missing is refused as MANIFEST_UNKNOWN",
			onAnswer(isIndexPush, refused(refuse(404, "MANIFEST_UNKNOWN"))), require.PushIndexSparse),
		fault("index-sparse-500", "an index whose children are missing is answered 500",
			onAnswer(isIndexPush, refused(refuse(500, "UNKNOWN"))), require.PushIndexSparse).in(require.V1_1),
		fault("index-child-size-accepted", "an index with a wrong size of a child is accepted",
			taking(isIndexPush), require.PushIndexChildMetadata),
		fault("tag-parameters-three", "of tag parameters three are taken",
			onRequest(putManifest.and(query("tag")), func(req *http.Request) {
				q := req.URL.Query()
				q["tag"] = q["tag"][:min(3, len(q["tag"]))]
				req.URL.RawQuery = q.Encode()
			}), require.PushManifestTagParametersTen),
		fault("tag-parameters-400", "more than five tag parameters are refused",
			instead(putManifest.and(func(req *http.Request) bool { return len(req.URL.Query()["tag"]) > 5 }), invalid()), require.PushManifestTagParametersTen),
		fault("tag-parameters-no-header", "the tags that parameters made are not named",
			onAnswer(putManifest, del("OCI-Tag")), require.PushManifestTagParametersHeader),
		fault("tag-parameters-first-named", "of the tags that parameters made one is named",
			onAnswer(putManifest, setFrom("OCI-Tag", func(v string) string { first, _, _ := strings.Cut(v, ","); return first })), require.PushManifestTagParametersHeader),
		fault("tag-parameters-spaces", "the tags that parameters made are named with spaces between",
			onAnswer(putManifest, setFrom("OCI-Tag", func(v string) string { return strings.ReplaceAll(v, ",", "") })), require.PushManifestTagParametersHeader),
		fault("tag-parameters-not-moved", "a tag parameter does not move a tag, and is named",
			unmovedTags, require.PushManifestTagParametersTagged),
		fault("not-acceptable-index", "the push of an index is answered 406 unless Accept names it",
			instead(putManifest.and(not(accepts)), refuse(406, "UNSUPPORTED")), require.PushNotAcceptable406),
		fault("not-acceptable-artifact", "the push of an artifact with an Accept is answered 406",
			instead(document(func(d map[string]any) bool { return madeUp(field(d, "artifactType")) }).and(has("Accept")), refuse(406, "UNSUPPORTED")), require.PushNotAcceptable406),
		fault("docker-manifest-refused", "Docker's manifest is refused in words that do not name it",
			instead(putManifest.and(dockerPush), refuse(400, "MANIFEST_INVALID")), require.PushDockerOnly),
		fault("docker-list-404", "Docker's list is answered 404",
			instead(putManifest.and(dockerPush, isIndexPush), refuse(404, "MANIFEST_UNKNOWN")), require.PushDockerOnly),
	}
}

func nameFaults() []Fault {
	anyName := func(pattern string) when {
		compiled := regexp.MustCompile(pattern)
		return func(req *http.Request) bool { return compiled.MatchString(placeOf(req).repo) }
	}
	// Names outside of the grammar are written in another way within it.
	escaped := func(req *http.Request) {
		at := placeOf(req)
		name := regexp.MustCompile(`[^a-z0-9/]+`).ReplaceAllString(strings.ToLower(at.repo), "x")
		req.URL.Path = strings.Replace(req.URL.Path, at.repo, name, 1)
		req.URL.RawPath = ""
	}
	return []Fault{
		fault("repository-name-upper", "repository names in upper case are taken",
			onRequest(anyName(`[A-Z]`), escaped), require.PushRepositoryNameGrammar),
		fault("repository-name-any", "every repository name is taken",
			onRequest(anyName(`[^a-z0-9/-]|^-`), escaped), require.PushRepositoryNameGrammar),
		fault("repository-name-separators-1.0", "repository names may have separators in a row",
			onRequest(anyName(`\.\.|___|\.$`), escaped), require.PushRepositoryNameGrammar).in(require.V1_0),
		fault("tag-length-127", "a tag of 128 characters is refused",
			instead(putManifest.and(nameLike(`^.{128}$`), byTag), invalid()), require.PushTagLengthAccepted),
		fault("tag-length-64", "a tag of more than 64 characters is refused",
			instead(putManifest.and(nameLike(`^.{65,}$`), byTag), refuse(404, "MANIFEST_INVALID")), require.PushTagLengthAccepted),
		fault("tag-length-lost", "a tag of more than 100 characters is taken and not kept",
			onAnswer(pullManifest.and(byTag, nameLike(`^.{101,}$`)), ok(refuse(404, "MANIFEST_UNKNOWN"))), require.PushTagLengthAccepted),
		fault("tag-length-unlisted", "a tag of more than 100 characters is not listed",
			onAnswer(listTags, tagList(without(func(t string) bool { return len(t) > 100 }))), require.PushTagLengthAccepted),
		fault("tag-length-any", "a tag may have any length",
			taking(putManifest.and(nameLike(`^[a-z0-9-]{129,}$`))), require.PushTagLengthRefused),
		fault("tag-length-cut", "a tag of more than 128 characters is cut",
			onRequest(is("PUT GET HEAD DELETE", manifests).and(nameLike(`^[a-z0-9-]{129,}$`)), func(req *http.Request) {
				req.URL.Path = regexp.MustCompile(`/manifests/(.{128}).*`).ReplaceAllString(req.URL.Path, "/manifests/$1")
			}), require.PushTagLengthRefused),
		fault("tag-grammar-lower", "a tag in upper case is refused",
			instead(putManifest.and(byTag, nameLike(`[A-Z]`)), invalid()), require.PushTagGrammarAccepted),
		fault("tag-grammar-upper-lost", "a tag in upper case is taken and not kept",
			onAnswer(pullManifest.and(byTag, nameLike(`[A-Z]`)), ok(refuse(404, "MANIFEST_UNKNOWN"))), require.PushTagGrammarAccepted),
		fault("tag-grammar-digit", "a tag that begins with a digit is refused",
			instead(putManifest.and(byTag, nameLike(`^0`)), invalid()), require.PushTagGrammarAccepted),
		fault("tag-grammar-underscore", "a tag that begins with an underscore is refused",
			instead(putManifest.and(byTag, nameLike(`^_`)), invalid()), require.PushTagGrammarAccepted).in(require.V1_1),
		fault("tag-grammar-dot", "a tag may begin with a dot",
			taking(putManifest.and(nameLike(`^\.`))), require.PushTagGrammarRefused),
		fault("tag-grammar-plus", "a tag may have a plus sign",
			taking(putManifest.and(nameLike(`\+`))), require.PushTagGrammarRefused),
		fault("tag-grammar-any", "what is no digest is a tag",
			taking(putManifest.and(nameLike(`^[^:]*[^a-zA-Z0-9._:-][^:]*$|^[.-]`))), require.PushTagGrammarRefused),
		fault("tag-grammar-utf-8", "a tag may be of any letters",
			taking(putManifest.and(nameLike(`[^\x00-\x7f]`))), require.PushTagGrammarRefused).in(require.V1_1),
	}
}

func subjectFaults() []Fault {
	return []Fault{
		fault("subject-missing-404", "a manifest whose subject is not there is refused with 404",
			subjectRequired(refuse(404, "MANIFEST_UNKNOWN")), require.PushSubjectMissing),
		fault("subject-missing-400-1.1", "a manifest whose subject is not there is refused with 400",
			subjectRequired(refuse(400, "MANIFEST_BLOB_UNKNOWN")), require.PushSubjectMissing).in(require.V1_1),
		fault("subject-artifact-refused", "a manifest with a subject and an artifactType is refused",
			instead(document(func(d map[string]any) bool { return field(d, "artifactType") != "" && d["subject"] != nil }), invalid()),
			require.PushSubjectArtifact, require.PushSubjectMissing),
		fault("subject-artifact-dropped", "a manifest with a subject is pulled without it",
			onAnswer(getManifest, ok(doc(func(d map[string]any) {
				if d["subject"] != nil {
					delete(d, "subject")
				}
			}))), require.PushSubjectArtifact),
		fault("subject-docker-refused", "a manifest whose subject is of a Docker type is refused",
			instead(document(func(d map[string]any) bool { return isDocker(field(d, "subject", "mediaType")) }), invalid()), require.PushSubjectDockerType),
		fault("subject-refused-1.0", "the field subject is refused",
			instead(document(func(d map[string]any) bool { return d["subject"] != nil }), invalid()), require.PushSubjectOldRegistry).in(require.V1_0),
		fault("subject-dropped-1.0", "the field subject is lost",
			onAnswer(getManifest, ok(doc(func(d map[string]any) { delete(d, "subject") }))), require.PushSubjectOldRegistry).in(require.V1_0),
	}
}

const emptyType = "application/vnd.oci.empty.v1+json"

// Conditions on pushes.

func nameLike(pattern string) when {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) bool { return compiled.MatchString(placeOf(req).name) }
}

// malformedName matches names that are neither digests nor tags, but meant as
// digests.
func malformedName(req *http.Request) bool {
	name := placeOf(req).name
	_, err := digest.Parse(name)
	return err != nil && strings.Contains(name, ":") && !unknownAlgorithm(req) && !strings.Contains(name, "-")
}

func lowerName(req *http.Request) {
	at := placeOf(req)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, at.name) + strings.ToLower(at.name)
}

// withDetail puts what is missing into the detail of an error.
func withDetail(a *answer) {
	invalid()(a)
	eachError(func(e map[string]any) { e["detail"] = "MANIFEST_BLOB_UNKNOWN" })(a)
}

func longerThan(size int64) when {
	return func(req *http.Request) bool { return req.ContentLength > size }
}

// subjectRequired answers the pushes with c whose subject is not there.
func subjectRequired(c change) Middleware {
	return handle(putManifest, func(next http.Handler, req *http.Request) *answer {
		var d map[string]any
		_ = json.Unmarshal(read(req), &d) // what is no manifest has no subject
		subject := field(d, "subject", "digest")
		if subject != "" && !ask(next, req, http.MethodHead, "/v2/"+placeOf(req).repo+"/manifests/"+subject, nil).ok() {
			a := newAnswer(req)
			c(a)
			return a
		}
		return pass(next, req)
	})
}

// keepingParameters remembers the Content-Type of a push with its parameters,
// and gives it back.
func keepingParameters(next http.Handler) http.Handler {
	s := newShelf()
	handler := handle(putManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
		if contentType := req.Header.Get("Content-Type"); hasParameter(contentType) {
			s.put(req.URL.Path, contentType, nil)
		}
		return pass(next, req)
	})(next)
	return handle(pullManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
		a := pass(next, req)
		if k, found := s.get(req.URL.Path); found && a.ok() {
			a.header.Set("Content-Type", k.contentType)
		}
		return a
	})(handler)
}

// unmovedTags leaves the tags alone that are there already, and names them all
// the same.
func unmovedTags(next http.Handler) http.Handler {
	return handle(putManifest.and(query("tag")), func(next http.Handler, req *http.Request) *answer {
		at, asked := placeOf(req), req.URL.Query()["tag"]
		fresh := slices.DeleteFunc(slices.Clone(asked), func(tag string) bool {
			return ask(next, req, http.MethodHead, "/v2/"+at.repo+"/manifests/"+tag, nil).ok()
		})
		changed := req.Clone(req.Context())
		changed.URL.RawQuery = url.Values{"tag": fresh}.Encode()
		a := pass(next, changed)
		if a.ok() {
			a.header.Set("OCI-Tag", strings.Join(asked, ", "))
		}
		return a
	})(next)
}
