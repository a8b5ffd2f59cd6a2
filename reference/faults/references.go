package faults

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	"assay/reference"
)

func referenceFaults() []Fault {
	return slices.Concat(listFaults(), referrerKindFaults(), changeFaults())
}

func listFaults() []Fault {
	pages := func(o *reference.Options) { o.ReferrersPage = 5 }
	noReferrers := func(o *reference.Options) { o.DisableReferrers = true }
	filtered := listReferrers.and(query("artifactType"))
	plain := listReferrers.and(not(query("artifactType")))
	isType := func(t string) func(map[string]any) bool {
		return func(e map[string]any) bool { return field(e, "mediaType") == t }
	}
	return []Fault{
		fault("subject-no-header", "the push of a manifest with a subject has no OCI-Subject",
			onAnswer(putManifest, del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-own-header", "OCI-Subject names the manifest itself",
			onAnswer(putManifest, func(a *answer) {
				if a.header.Get("OCI-Subject") != "" {
					a.header.Set("OCI-Subject", a.header.Get(digestHeader))
				}
			}), require.ReferencesSubjectHeader),
		fault("subject-no-header-1.1", "the push of an artifact by digest has no OCI-Subject",
			onAnswer(putManifest.and(byDigest), del("OCI-Subject")), require.ReferencesSubjectHeader).in(require.V1_1),
		fault("referrers-203", "the list of referrers is answered 203", onAnswer(listReferrers, ok(status(203))), require.ReferencesListStatus),
		fault("referrers-500", "the list of referrers is answered 500", onAnswer(listReferrers, ok(refuse(500, "UNKNOWN"))), require.ReferencesListStatus),
		fault("referrers-404-unknown", "the referrers of a digest that is not there are answered 404",
			handle(listReferrers, func(next http.Handler, req *http.Request) *answer {
				at := placeOf(req)
				if ask(next, req, http.MethodHead, "/v2/"+at.repo+"/manifests/"+at.name, nil).ok() {
					return pass(next, req)
				}
				a := newAnswer(req)
				refuse(404, "MANIFEST_UNKNOWN")(a)
				return a
			}), require.ReferencesListNotFound),
		fault("referrers-404-empty", "an empty list of referrers is answered 404",
			onAnswer(listReferrers, func(a *answer) {
				if a.ok() && strings.Contains(string(a.body), `"manifests":[]`) {
					refuse(404, "MANIFEST_UNKNOWN")(a)
				}
			}), require.ReferencesListNotFound, require.ReferencesListEmpty),
		fault("referrers-404", "the list of referrers is answered 404, and OCI-Subject is sent",
			onAnswer(listReferrers, ok(refuse(404, "UNSUPPORTED"))), require.ReferencesListNotFound),
		fault("referrers-invalid-digest-200", "the referrers of a malformed digest are an empty list",
			onAnswer(listReferrers, on(400, status(200), text(indexType, emptyIndex))), require.ReferencesListInvalidDigest),
		fault("referrers-invalid-digest-404", "the referrers of a malformed digest are answered 404",
			onAnswer(listReferrers, on(400, refuse(404, "DIGEST_INVALID"))), require.ReferencesListInvalidDigest),
		fault("referrers-no-version", "the list of referrers has no schemaVersion",
			onAnswer(listReferrers, ok(doc(func(d map[string]any) { delete(d, "schemaVersion") }))), require.ReferencesListBody),
		fault("referrers-other-mediatype", "the list of referrers says that it is an image manifest",
			onAnswer(listReferrers, ok(doc(func(d map[string]any) { d["mediaType"] = imageType }))), require.ReferencesListBody),
		fault("referrers-bare-list", "the list of referrers is a list alone",
			onAnswer(listReferrers, ok(body(func(b []byte) []byte {
				var d map[string]json.RawMessage
				_ = json.Unmarshal(b, &d) // it came from JSON
				return d["manifests"]
			}))), require.ReferencesListBody),
		fault("referrers-old-field", "referrers are listed in a field called referrers",
			onAnswer(listReferrers, ok(doc(func(d map[string]any) { d["referrers"] = d["manifests"]; delete(d, "manifests") }))), require.ReferencesListBody),
		fault("referrers-content-type-json", "the list of referrers is application/json",
			onAnswer(listReferrers, ok(set("Content-Type", "application/json"))), require.ReferencesListContentType),
		fault("referrers-no-content-type", "the list of referrers has no Content-Type",
			onAnswer(listReferrers, ok(del("Content-Type"))), require.ReferencesListContentType),
		fault("referrers-all", "every manifest with any subject is listed", everyReferrer(plain), require.ReferencesListOnly),
		fault("referrers-itself", "a manifest is among its own referrers",
			onAnswer(plain, func(a *answer) {
				referrerList(func(list []map[string]any) []map[string]any {
					if len(list) == 0 {
						return list
					}
					return append(list, map[string]any{"mediaType": imageType, "digest": placeOf(a.req).name, "size": 1})
				})(a)
			}), require.ReferencesListOnly),
		fault("referrers-first-only", "of the referrers the first is listed",
			onAnswer(plain, referrerList(func(list []map[string]any) []map[string]any { return list[:min(1, len(list))] })), require.ReferencesListComplete),
		fault("referrers-none", "no referrers are listed",
			onAnswer(listReferrers, referrerList(func([]map[string]any) []map[string]any { return nil })), require.ReferencesListComplete),
		fault("referrers-no-index", "referrers that are indexes are not listed",
			onAnswer(listReferrers, referrerList(func(list []map[string]any) []map[string]any {
				return slices.DeleteFunc(list, isType(indexType))
			})), require.ReferencesListComplete, require.ReferencesListArtifactType),
		fault("referrers-lost-at-once", "of the referrers that are pushed at once some are lost", lostReferrers, require.ReferencesListComplete),
		fault("referrers-late", "a referrer is listed when the next one is pushed", lateReferrers, require.ReferencesListComplete, require.ReferencesListNewlyPushed),
		fault("referrers-twice", "every referrer is listed twice",
			onAnswer(listReferrers, referrerList(func(list []map[string]any) []map[string]any { return append(list, list...) })), require.ReferencesListDuplicates),
		fault("referrers-twice-tagged", "a referrer with a tag is listed twice", taggedTwice, require.ReferencesListDuplicates),
		fault("referrers-size-zero", "referrers are listed with a size of 0",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) { e["size"] = 0 })), require.ReferencesListDescriptor),
		fault("referrers-mediatype-index", "referrers are listed as indexes",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) { e["mediaType"] = indexType })), require.ReferencesListDescriptor),
		fault("referrers-no-artifact-type", "referrers are listed without an artifactType",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) { delete(e, "artifactType") })), require.ReferencesListArtifactType),
		fault("referrers-no-artifact-type-index", "referrers that are indexes are listed without their artifactType",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
				if isType(indexType)(e) {
					delete(e, "artifactType")
				}
			})), require.ReferencesListArtifactType),
		fault("referrers-config-for-artifact", "referrers are listed with their config's type whatever their artifactType",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
				if strings.HasSuffix(field(e, "artifactType"), "+type") && isType(imageType)(e) {
					e["artifactType"] = emptyType
				}
			})), require.ReferencesListArtifactType),
		fault("referrers-no-config-type", "an image without an artifactType is listed without one",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
				if strings.HasSuffix(field(e, "artifactType"), "+config") {
					delete(e, "artifactType")
				}
			})), require.ReferencesListConfigType),
		fault("referrers-config-type-unknown", "an image without an artifactType is listed as of an unknown one",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
				if strings.HasSuffix(field(e, "artifactType"), "+config") {
					e["artifactType"] = "application/vnd.unknown.artifact.v1"
				}
			})), require.ReferencesListConfigType).in(require.V1_1),
		fault("referrers-index-typed", "an index without an artifactType is listed with its media type for one",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
				if isType(indexType)(e) && field(e, "artifactType") == "" {
					e["artifactType"] = indexType
				}
			})), require.ReferencesListIndexNoType),
		fault("referrers-no-annotations", "referrers are listed without annotations",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) { delete(e, "annotations") })), require.ReferencesListAnnotations),
		fault("referrers-annotations-plain", "annotations with a slash in their name are not listed",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
				annotations, _ := e["annotations"].(map[string]any)
				for name := range annotations {
					if strings.Contains(name, "/") {
						delete(annotations, name)
					}
				}
			})), require.ReferencesListAnnotations),
		fault("referrers-annotations-escaped", "the values of annotations are escaped twice",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
				annotations, _ := e["annotations"].(map[string]any)
				for name, value := range annotations {
					if s, _ := value.(string); strings.Contains(s, `"`) {
						annotations[name] = strings.ReplaceAll(s, `"`, `\"`)
					}
				}
			})), require.ReferencesListAnnotations).in(require.V1_1),
		fault("referrers-empty-null", "an empty list of referrers is null",
			onAnswer(listReferrers, ok(body(func(b []byte) []byte {
				return []byte(strings.Replace(string(b), `"manifests":[]`, `"manifests":null`, 1))
			}))),
			require.ReferencesListEmpty),
		fault("referrers-empty-example", "an empty list of referrers has an entry of no digest",
			onAnswer(listReferrers, referrerList(func(list []map[string]any) []map[string]any {
				if len(list) == 0 {
					list = append(list, map[string]any{"mediaType": imageType, "digest": zeros, "size": 0})
				}
				return list
			})), require.ReferencesListEmpty),

		fault("referrers-page-no-link", "the pages of referrers are not linked",
			onAnswer(listReferrers, del("Link")), require.ReferencesPageLink).with(pages),
		fault("referrers-page-link-bare", "the Link of referrers is a URL alone",
			onAnswer(listReferrers, linkEdited(`^<(.*)>.*$`, "$1")), require.ReferencesPageLinkFormat).with(pages),
		fault("referrers-page-link-no-rel", "the Link of referrers has no rel",
			onAnswer(listReferrers, linkEdited(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(pages),
		fault("referrers-page-link-other-rel", "the Link of referrers has rel=\"self\"",
			onAnswer(listReferrers, linkEdited(`"next"`, `"self"`)), require.ReferencesPageLinkFormat).with(pages).in(require.V1_1),
		fault("referrers-page-skip", "the second page of referrers leaves one out",
			onAnswer(listReferrers.and(query("after")), referrerList(func(list []map[string]any) []map[string]any { return list[min(1, len(list)):] })),
			require.ReferencesPageComplete).with(pages),
		fault("referrers-page-loop", "the second page of referrers is the first",
			chain(onAnswer(listReferrers.and(query("after")), del("Link")),
				onRequest(listReferrers.and(query("after")), func(req *http.Request) { delQuery(req, "after") })), require.ReferencesPageComplete).with(pages),
		fault("referrers-page-two", "after the second page of referrers there is no Link",
			onAnswer(listReferrers.and(query("after")), del("Link")), require.ReferencesPageComplete).with(pages),

		fault("filter-empty", "a list that is filtered is always empty, and does not say so",
			onAnswer(filtered, del("OCI-Filters-Applied"), referrerList(func([]map[string]any) []map[string]any { return nil })), require.ReferencesFilterSupport),
		fault("filter-others", "the filter takes the wanted ones out, and does not say so",
			chain(onAnswer(filtered, func(a *answer) {
				wanted := a.req.URL.Query().Get("artifactType")
				referrerList(func(list []map[string]any) []map[string]any {
					return slices.DeleteFunc(list, func(e map[string]any) bool { return field(e, "artifactType") == wanted })
				})(a)
			}), onRequest(filtered, func(req *http.Request) { delQuery(req, "artifactType") })), require.ReferencesFilterSupport),
		fault("filter-no-header", "a list that was filtered does not say so",
			onAnswer(filtered, del("OCI-Filters-Applied")), require.ReferencesFilterHeader),
		fault("filter-other-header", "a list that was filtered says so in the annotation of a release candidate",
			onAnswer(filtered, ok(del("OCI-Filters-Applied"), doc(func(d map[string]any) {
				d["annotations"] = map[string]any{"org.opencontainers.referrers.filtersApplied": "artifactType"}
			}))), require.ReferencesFilterHeader),
		fault("filter-header-value", "a list that was filtered names the value of the filter",
			onAnswer(filtered, ok(func(a *answer) { a.header.Set("OCI-Filters-Applied", a.req.URL.Query().Get("artifactType")) })), require.ReferencesFilterHeader).in(require.V1_1),
		fault("filter-claimed", "a list that was not filtered says that it was",
			chain(onAnswer(filtered, ok(set("OCI-Filters-Applied", "artifactType"))),
				onRequest(filtered, func(req *http.Request) { delQuery(req, "artifactType") })), require.ReferencesFilterApplied),
		fault("filter-inverted", "the filter lists the others",
			chain(onAnswer(filtered, func(a *answer) {
				a.header.Set("OCI-Filters-Applied", "artifactType")
				wanted := a.req.URL.Query().Get("artifactType")
				referrerList(func(list []map[string]any) []map[string]any {
					return slices.DeleteFunc(list, func(e map[string]any) bool { return field(e, "artifactType") == wanted })
				})(a)
			}), onRequest(filtered, func(req *http.Request) { delQuery(req, "artifactType") })), require.ReferencesFilterApplied),
		fault("filter-unasked", "a list says that it was filtered when nobody asked for it",
			onAnswer(plain, ok(set("OCI-Filters-Applied", "artifactType"))), require.ReferencesFilterUnasked),
		fault("filter-unasked-empty", "a list says that no filter was applied",
			onAnswer(plain, ok(set("OCI-Filters-Applied", ""))), require.ReferencesFilterUnasked).in(require.V1_1),

		fault("referrers-subject-first", "a referrer is not listed that was pushed before its subject", earlyUnlisted(always), require.ReferencesListNewlyPushed),
		fault("referrers-unsupported-400", "there is no referrers API, and 400 says so",
			onAnswer(listReferrers, on(404, refuse(400, "UNSUPPORTED"))), require.ReferencesUnsupported404).with(noReferrers),
		fault("referrers-unsupported-405", "there is no referrers API, and 405 says so",
			onAnswer(listReferrers, on(404, refuse(405, "UNSUPPORTED"))), require.ReferencesUnsupported404).with(noReferrers).in(require.V1_1),
		fault("referrers-unsupported-500-1.0", "there is no referrers API, and 500 says so",
			onAnswer(listReferrers, on(404, refuse(500, "UNKNOWN"))), require.ReferencesUnsupported404).with(noReferrers).in(require.V1_0),
		fault("tag-is-digest", "a tag that spells a digest gives the manifest",
			onRequest(pullManifest.and(nameLike(`^sha256-[0-9a-f]{64}$`)), spelledDigest), require.ReferencesTagIsNotDigest),
		fault("tag-is-digest-400", "a tag that spells a digest is answered 400",
			onAnswer(pullManifest.and(nameLike(`^sha256-[0-9a-f]{64}$`)), on(404, refuse(400, "TAG_INVALID"))), require.ReferencesTagIsNotDigest).in(require.V1_0),
		fault("referrers-make-tags", "the push of a referrer makes the tag of the fallback", serverTags, require.ReferencesServerMadeTags),
		fault("referrers-go-with-subject", "referrers are not listed any more when their subject is deleted", subjectGone, require.ReferencesSubjectDeleted),
	}
}
