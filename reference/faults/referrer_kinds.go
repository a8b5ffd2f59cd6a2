package faults

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	"assay/reference"
)

// referrerKindFaults are about some of the lists and entries only: those of one kind of
// referrer, of a filtered list, of a further page.
func referrerKindFaults() []Fault {
	pages := func(o *reference.Options) { o.ReferrersPage = 5 }
	pagesOfTwo := func(o *reference.Options) { o.ReferrersPage = 2 }
	filtered := listReferrers.and(query("artifactType"))
	plain := listReferrers.and(not(query("artifactType")))
	further := listReferrers.and(query("after"))
	isIndex := func(e map[string]any) bool { return field(e, "mediaType") == indexType }
	fromConfig := func(e map[string]any) bool {
		return strings.HasSuffix(field(e, "artifactType"), "+config") && !isIndex(e)
	}
	// those edits the entries that the check takes.
	those := func(check func(map[string]any) bool, edit func(map[string]any)) change {
		return eachReferrer(func(e map[string]any) {
			if check(e) {
				edit(e)
			}
		})
	}
	without := func(check func(map[string]any) bool) change {
		return referrerList(func(list []map[string]any) []map[string]any { return slices.DeleteFunc(list, check) })
	}
	noSize := func(e map[string]any) { e["size"] = 0 }
	untyped := func(e map[string]any) { delete(e, "artifactType") }
	bare := func(e map[string]any) { delete(e, "annotations") }
	noVersion := ok(doc(func(d map[string]any) { delete(d, "schemaVersion") }))
	isJSON := ok(set("Content-Type", "application/json"))
	whenEmpty := func(c change) change {
		return func(a *answer) {
			if strings.Contains(string(a.body), `"manifests":[]`) {
				c(a)
			}
		}
	}
	noList := ok(doc(func(d map[string]any) { delete(d, "manifests") }))
	null := ok(doc(func(d map[string]any) { d["manifests"] = nil }))
	wanted := func(check func(req *http.Request, e map[string]any) bool) Middleware {
		return onAnswer(filtered, func(a *answer) {
			without(func(e map[string]any) bool { return check(a.req, e) })(a)
		})
	}
	return []Fault{
		fault("referrers-size-index", "referrers that are indexes are listed with a size of 0",
			onAnswer(listReferrers, those(isIndex, noSize)), require.ReferencesListDescriptor),
		fault("referrers-size-config", "images without an artifactType are listed with a size of 0",
			onAnswer(listReferrers, those(fromConfig, noSize)), require.ReferencesListDescriptor).in(require.V1_1),
		fault("referrers-mediatype-image", "referrers that are indexes are listed as images",
			onAnswer(listReferrers, those(isIndex, func(e map[string]any) { e["mediaType"] = imageType })), require.ReferencesListDescriptor),
		fault("referrers-annotations-index", "referrers that are indexes are listed without annotations",
			onAnswer(listReferrers, those(isIndex, bare)), require.ReferencesListAnnotations),
		fault("referrers-annotations-config", "images without an artifactType are listed without annotations",
			onAnswer(listReferrers, those(fromConfig, bare)), require.ReferencesListAnnotations),
		fault("referrers-annotations-empty", "annotations without a value are not listed",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
				annotations, _ := e["annotations"].(map[string]any)
				for name, value := range annotations {
					if value == "" {
						delete(annotations, name)
					}
				}
			})), require.ReferencesListAnnotations),
		fault("referrers-config-type-image", "an ordinary image is listed without its config's type",
			onAnswer(listReferrers, those(func(e map[string]any) bool {
				return field(e, "artifactType") == "application/vnd.oci.image.config.v1+json"
			}, untyped)), require.ReferencesListConfigType),
		fault("referrers-type-unknown", "all referrers are listed as of an unknown type",
			onAnswer(listReferrers, eachReferrer(func(e map[string]any) { e["artifactType"] = "application/vnd.unknown.artifact.v1" })), require.ReferencesListArtifactType),

		fault("referrers-content-type-empty", "an empty list of referrers is application/json",
			onAnswer(listReferrers, whenEmpty(isJSON)), require.ReferencesListContentType),
		fault("referrers-empty-absent", "an empty list of referrers is left out",
			onAnswer(listReferrers, whenEmpty(noList)), require.ReferencesListEmpty),
		fault("referrers-empty-no-version", "an empty list of referrers has no schemaVersion",
			onAnswer(listReferrers, whenEmpty(noVersion)), require.ReferencesListBody),
		fault("referrers-invalid-digest-short", "a digest that is too short has an empty list of referrers",
			onAnswer(listReferrers.and(nameLike(`^sha256:[0-9a-f]{1,63}$`)), on(400, status(200), text(indexType, emptyIndex))), require.ReferencesListInvalidDigest),

		fault("referrers-page-of-two-no-link", "the pages of two referrers are not linked",
			onAnswer(listReferrers, del("Link")), require.ReferencesPageLink).with(pagesOfTwo),
		fault("referrers-page-of-two-no-rel", "the Link between pages of two referrers has no rel",
			onAnswer(listReferrers, linkEdited(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(pagesOfTwo),
		fault("referrers-page-404", "the second page of referrers is answered 404",
			instead(further, refuse(404, "MANIFEST_UNKNOWN")), require.ReferencesPageComplete).with(pages),
		fault("referrers-page-null", "the second page of referrers is null", onAnswer(further, null), require.ReferencesListBody).with(pages),
		fault("referrers-page-content-type", "the second page of referrers is application/json",
			onAnswer(further, isJSON), require.ReferencesListContentType).with(pages),
		fault("referrers-page-size", "on the second page referrers have a size of 0",
			onAnswer(further, eachReferrer(noSize)), require.ReferencesListDescriptor).with(pages),
		fault("referrers-page-annotations", "on the second page referrers have no annotations",
			onAnswer(further, eachReferrer(bare)), require.ReferencesListAnnotations).with(pages),
		fault("referrers-page-artifact-type", "on the second page referrers have no artifactType",
			onAnswer(further, eachReferrer(untyped)), require.ReferencesListArtifactType).with(pages).in(require.V1_1),
		fault("referrers-page-config-type", "on the second page images without an artifactType have none",
			onAnswer(further, those(fromConfig, untyped)), require.ReferencesListConfigType).with(pages),

		fault("filter-400", "a list that is to be filtered is answered 400", instead(filtered, refuse(400, "UNSUPPORTED")), require.ReferencesListStatus),
		fault("filter-404", "a list that is to be filtered is answered 404", instead(filtered, refuse(404, "UNSUPPORTED")), require.ReferencesListNotFound),
		fault("filter-206", "a list that was filtered is answered 206", onAnswer(filtered, ok(status(206))), require.ReferencesListStatus).in(require.V1_1),
		fault("filter-content-type", "a list that was filtered is application/json", onAnswer(filtered, isJSON), require.ReferencesListContentType),
		fault("filter-no-version", "a list that was filtered has no schemaVersion", onAnswer(filtered, noVersion), require.ReferencesListBody),
		fault("filter-null", "a list from which everything was filtered is null", onAnswer(filtered, whenEmpty(null)), require.ReferencesListEmpty),
		fault("filter-annotations", "a list that was filtered has no annotations", onAnswer(filtered, eachReferrer(bare)), require.ReferencesListAnnotations),
		fault("filter-size", "a list that was filtered has sizes of 0", onAnswer(filtered, eachReferrer(noSize)), require.ReferencesListDescriptor),
		fault("filter-artifact-type", "a list that was filtered has no artifactTypes", onAnswer(filtered, eachReferrer(untyped)), require.ReferencesListArtifactType),
		fault("filter-entry-config-type", "a list that was filtered has no types of configs",
			onAnswer(filtered, those(fromConfig, untyped)), require.ReferencesListConfigType),
		fault("filter-no-config-type", "the filter does not find what has its type from its config",
			wanted(func(_ *http.Request, e map[string]any) bool { return fromConfig(e) }), require.ReferencesFilterApplied),
		fault("filter-no-index", "the filter does not find indexes",
			wanted(func(_ *http.Request, e map[string]any) bool { return isIndex(e) }), require.ReferencesFilterApplied),
		fault("filter-first-only", "the filter finds the first of a type",
			onAnswer(filtered, referrerList(func(list []map[string]any) []map[string]any { return list[:min(1, len(list))] })), require.ReferencesFilterApplied),
		fault("filter-prefix", "the filter finds types that begin like the wanted one", refilter(func(e, _ map[string]any, wanted string) bool {
			return strings.HasPrefix(field(e, "artifactType"), wanted)
		}), require.ReferencesFilterApplied),
		fault("filter-config-too", "the filter looks at the type of the config, too", refilter(func(e, m map[string]any, wanted string) bool {
			return field(e, "artifactType") == wanted || field(m, "config", "mediaType") == wanted
		}), require.ReferencesFilterApplied),
		fault("filter-config-only", "the filter does not look at the artifactType of images", refilter(func(e, m map[string]any, wanted string) bool {
			return isIndex(e) && field(e, "artifactType") == wanted || field(m, "config", "mediaType") == wanted
		}), require.ReferencesFilterApplied).in(require.V1_1),
		fault("filter-empty-whole", "a list of a type that nobody has is the whole one, and says that it was filtered", refilterNone, require.ReferencesFilterApplied),
		fault("filter-no-header-empty", "a list from which everything was filtered does not say so",
			onAnswer(filtered, whenEmpty(del("OCI-Filters-Applied"))), require.ReferencesFilterHeader),
		fault("filter-no-header-page", "further pages of a list that was filtered do not say so",
			onAnswer(filtered.and(further), del("OCI-Filters-Applied")), require.ReferencesFilterHeader).with(func(o *reference.Options) { o.ReferrersPage = 1 }),
		fault("filter-unasked-nothing", "an empty list says that it was filtered when nobody asked for it",
			onAnswer(plain, whenEmpty(set("OCI-Filters-Applied", "artifactType"))), require.ReferencesFilterUnasked),
		fault("filter-page-forgotten", "the second page of a list that was filtered is not",
			chain(onAnswer(filtered.and(further), ok(set("OCI-Filters-Applied", "artifactType"))),
				onRequest(filtered.and(further), func(req *http.Request) { delQuery(req, "artifactType") })), require.ReferencesFilterApplied).with(pages),
		fault("filter-page-no-link", "the pages of a list that was filtered are not linked",
			onAnswer(filtered, del("Link")), require.ReferencesPageLink).with(pages),
		fault("filter-page-link-no-rel", "the Link of a list that was filtered has no rel",
			onAnswer(filtered, linkEdited(`>.*$`, ">")), require.ReferencesPageLinkFormat).with(pages),
		fault("filter-page-skip", "the second page of a list that was filtered leaves one out",
			onAnswer(filtered.and(further), referrerList(func(list []map[string]any) []map[string]any { return list[min(1, len(list)):] })),
			require.ReferencesPageComplete).with(pages),
		fault("filter-all", "a list that is filtered has the referrers of all manifests", everyReferrer(filtered), require.ReferencesListOnly),
	}
}

// refilter keeps of a list those that check takes: it is given the entry, the
// manifest and the type that is asked for.
func refilter(check func(e, m map[string]any, wanted string) bool) Middleware {
	return handle(listReferrers.and(query("artifactType")), func(next http.Handler, req *http.Request) *answer {
		at, wanted := placeOf(req), req.URL.Query().Get("artifactType")
		a := ask(next, req, http.MethodGet, req.URL.Path, nil)
		a.header.Set("OCI-Filters-Applied", "artifactType")
		referrerList(func(list []map[string]any) []map[string]any {
			return slices.DeleteFunc(list, func(e map[string]any) bool {
				var m map[string]any
				_ = json.Unmarshal(ask(next, req, http.MethodGet, "/v2/"+at.repo+"/manifests/"+field(e, "digest"), nil).body, &m)
				return !check(e, m, wanted)
			})
		})(a)
		return a
	})
}

// refilterNone gives the whole list where the filter leaves nothing.
func refilterNone(next http.Handler) http.Handler {
	return handle(listReferrers.and(query("artifactType")), func(next http.Handler, req *http.Request) *answer {
		a := pass(next, req)
		if strings.Contains(string(a.body), `"manifests":[]`) {
			a.body = ask(next, req, http.MethodGet, req.URL.Path, nil).body
		}
		return a
	})(next)
}
