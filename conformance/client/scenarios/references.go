package scenarios

import (
	"net/http"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/conformance/client/stage"
	require "assay/conformance/requirements"
	"assay/fixtures"
	"assay/reference"
	. "assay/reference/faults/behaviour"
)

var noAPI = reference.Options{DisableReferrers: true}

const hasNoAPI = "has no referrers API"

// Lists of referrers.
var (
	PlainReferrers = add(scenario{
		Name: "referrers", Does: "has the referrers API", Shows: require.ClientReferencesListApi, Steps: referrers, Before: twoReferrers,
	})
	ReferrersUnfiltered = add(scenario{
		Name: "referrers-unfiltered", Does: "has the referrers API, and does not filter", Steps: referrers, Before: twoReferrers,
		Behaviour: does(OnAnswer(ListReferrers, Del("OCI-Filters-Applied")), OnRequest(ListReferrers, DelParameters("artifactType"))),
	})
	ReferrersFilter = add(scenario{
		Name: "referrers-filter", Does: "has the referrers API, and filters by artifactType", Steps: referrersOfType, Before: twoReferrers,
	})
	ReferrersFilterMissing = add(scenario{
		Name: "referrers-filter-missing", Does: "has the referrers API, and does not filter when it is asked to", Steps: referrersOfType, Before: twoReferrers,
		Behaviour: does(OnAnswer(ListReferrers, Del("OCI-Filters-Applied")), OnRequest(ListReferrers, DelParameters("artifactType"))),
	})
	ReferrersPages = add(scenario{
		Name: "referrers-pages", Does: "lists one referrer in a page, with a Link to the next page, and has empty pages between", Steps: referrers,
		Options: reference.Options{ReferrersPage: 1}, Behaviour: does(emptyReferrersPage),
		Before: func(w *stage.World) {
			holdReferrers(w, "sbom", "signature")
			holdIndex(w)
		},
	})
	ReferrersFail = add(scenario{
		Name: "referrers-fail", Does: "has the referrers API, which answers with 500", Steps: referrers, Before: twoReferrers,
		Behaviour: does(Instead(ListReferrers, Refuse(http.StatusInternalServerError, "UNKNOWN"))),
	})
	ReferrersPageFails = add(scenario{
		Name: "referrers-page-fails", Does: "lists one referrer in a page, with a Link to the next page, which it refuses with 500", Steps: referrers,
		Options: reference.Options{ReferrersPage: 1}, Before: twoReferrers,
		Behaviour: does(Instead(ListReferrers.And(WithParameter("after")), Refuse(http.StatusInternalServerError, "UNKNOWN"))),
	})
	ReferrersOfTag = add(scenario{
		Name: "referrers-of-tag", Does: "has the referrers API, and is asked about a tag", Steps: []stage.Step{{Verb: stage.Referrers}}, Before: twoReferrers,
	})
	ReferrersDuplicates = add(scenario{
		Name: "referrers-duplicates", Does: "lists each referrer twice", Steps: referrers, Before: twoReferrers,
		Behaviour: does(OnAnswer(ListReferrers, ReferrerList(Twice))),
	})
	ReferrersByTag = add(scenario{
		Name: "referrers-tag", Does: hasNoAPI + ", but a referrers tag with a list", Steps: referrers, Options: noAPI,
		Before: func(w *stage.World) { twoReferrers(w); holdList(w) },
	})
	ReferrersHTML = add(scenario{
		Name: "referrers-errors-html", Does: hasNoAPI + ", but a referrers tag with a list, and answers errors with HTML", Steps: referrers, Options: noAPI,
		Before:    func(w *stage.World) { twoReferrers(w); holdList(w) },
		Behaviour: does(OnErrors(page)),
	})
	ReferrersEmpty = add(scenario{
		Name: "referrers-errors-empty", Does: hasNoAPI + ", but a referrers tag with a list, and answers errors without a body", Steps: referrers, Options: noAPI,
		Before:    func(w *stage.World) { twoReferrers(w); holdList(w) },
		Behaviour: does(OnErrors(Body(Nothing), Del("Content-Type"))),
	})
	ReferrersNone = add(scenario{
		Name: "referrers-tag-missing", Does: hasNoAPI + ", and no referrers tag", Steps: referrers, Options: noAPI,
	})
	ReferrersTagImage = add(scenario{
		Name: "referrers-tag-image", Does: hasNoAPI + ", and an image under the referrers tag", Steps: referrers, Options: noAPI,
		Before: imageUnderTag,
	})
)

// Artifacts are attached.
var (
	PlainAttach = add(scenario{
		Name: "attach", Does: "has the referrers API", Shows: require.ClientReferencesPushApi, Steps: attach,
	})
	AttachByTag = add(scenario{
		Name: "attach-tag-missing", Does: hasNoAPI + ", and no referrers tag", Steps: attach, Options: noAPI,
	})
	AttachOthers = add(scenario{
		Name: "attach-tag-others", Does: hasNoAPI + ", but a referrers tag with four other referrers", Steps: attach, Options: noAPI,
		Before: func(w *stage.World) {
			twoReferrers(w)
			w.Hold(artifact(w, "same type", stage.ArtifactType), "")
			holdIndex(w)
			holdList(w)
		},
	})
	AttachListFails = add(scenario{
		Name: "attach-list-fails", Does: hasNoAPI + ", and answers GET of the referrers tag with 500", Steps: attach, Options: noAPI,
		Before: func(w *stage.World) { twoReferrers(w); holdList(w) },
		About: func(c content) middleware {
			return Instead(PullManifest.And(named(ReferrersTag(c.Image.Digest))), Refuse(http.StatusInternalServerError, "UNKNOWN"))
		},
	})
	AttachTagImage = add(scenario{
		Name: "attach-tag-image", Does: hasNoAPI + ", and an image under the referrers tag", Steps: attach, Options: noAPI,
		Before: imageUnderTag,
	})
	AttachSHA512 = add(scenario{
		Name: "attach-sha512", Does: hasNoAPI + ", and has the image by its SHA-512 digest", Steps: attach, Options: noAPI,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest { return plain(nonce).With(digest.SHA512) },
	})
	AttachWrongHeader = add(scenario{
		Name: "attach-digest-header-wrong", Does: "sends manifests with the Docker-Content-Digest of other content",
		Steps: []stage.Step{{Verb: stage.Attach}}, Behaviour: does(OnAnswer(PullManifest, OK(Set(DigestHeader, OtherDigest)))),
	})
	AttachTwice = add(scenario{
		Name: "attach-two-writers", Does: hasNoAPI + ", and gets two artifacts at the same time", Options: noAPI,
		Steps:     []stage.Step{{Verb: stage.Attach, Reference: imageDigest}, {Verb: stage.Attach, Reference: imageDigest, Beside: true}},
		Behaviour: does(meetAtList),
	})
	AttachHTML = add(scenario{
		Name: "attach-errors-html", Does: hasNoAPI + ", and answers errors with HTML", Steps: attach, Options: noAPI,
		Behaviour: does(OnErrors(page)),
	})
	AttachEmpty = add(scenario{
		Name: "attach-errors-empty", Does: hasNoAPI + ", and answers errors without a body", Steps: attach, Options: noAPI,
		Behaviour: does(OnErrors(Body(Nothing), Del("Content-Type"))),
	})
	AttachOtherShape = add(scenario{
		Name: "attach-errors-other-shape", Does: hasNoAPI + ", and answers errors with JSON of another shape", Steps: attach, Options: noAPI,
		Behaviour: does(OnErrors(Text("application/json", `{"status":404,"errors":"not found"}`))),
	})
	AttachOtherCodes = add(scenario{
		Name: "attach-errors-other-codes", Does: hasNoAPI + ", and answers errors with a code that says nothing", Steps: attach, Options: noAPI,
		Behaviour: does(OnErrors(WithCode("UNSUPPORTED"))),
	})
)

// Artifacts are pushed, or copied.
var (
	PushArtifact = add(scenario{
		Name: "push-artifact", Does: hasNoAPI + ", and no referrers tag", Steps: push, Options: noAPI, Image: referring,
		Before: holdSubject,
	})
	PushArtifactByConfig = add(scenario{
		Name: "push-artifact-by-config", Does: hasNoAPI + ", and is asked to take an image with a subject and without an artifactType", Steps: push,
		Options: noAPI, Image: referringByConfig, Before: holdSubject,
	})
	PushArtifactAgain = add(scenario{
		Name: "push-artifact-again", Does: hasNoAPI + ", and is asked to take the same artifact twice", Options: noAPI, Image: referring,
		Steps: append(push, push...), Before: holdSubject,
	})
	PushArtifactListed = add(scenario{
		Name: "push-artifact-listed", Does: hasNoAPI + ", but the artifact already, and a list with it and another one behind it", Steps: push,
		Options: noAPI, Image: referring, Before: holdListed,
	})
	PushIndexArtifact = add(scenario{
		Name: "push-artifact-index", Does: hasNoAPI + ", and is asked to take an index with a subject", Steps: push, Options: noAPI,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest {
			return fixtures.NewIndex(nonce, []fixtures.Manifest{plain(nonce)}, fixtures.WithSubject(subjectOf(nonce).Descriptor()),
				fixtures.WithArtifactType(stage.ArtifactType))
		},
		Before: holdSubject,
	})
	PushRefused = add(scenario{
		Name: "push-manifest-refused", Does: "refuses every manifest with 400", Steps: push,
		Behaviour: does(Instead(PutManifest, Refuse(http.StatusBadRequest, "MANIFEST_INVALID"))),
	})
	PushArtifactWrongHeader = add(scenario{
		Name: "push-artifact-header-wrong", Does: hasNoAPI + ", and answers the push of manifests with the Docker-Content-Digest of other content",
		Steps: push, Options: noAPI, Image: referring, Before: holdSubject,
		Behaviour: does(OnAnswer(PutManifest, OK(Set(DigestHeader, OtherDigest)))),
	})
)

// Artifacts are deleted.
var (
	PlainDelete = add(scenario{
		Name: "delete-referrer", Does: "has the referrers API", Shows: require.ClientReferencesDeleteReferrer, Steps: deletes, Before: twoReferrers,
	})
	DeleteReferrerByTag = add(scenario{
		Name: "delete-referrer-tag", Does: hasNoAPI + ", but a referrers tag with a list that has one entry twice", Steps: deletes, Options: noAPI,
		Before: func(w *stage.World) {
			twoReferrers(w)
			w.Hold(artifact(w, "second sbom", "application/vnd.example.sbom"), "")
			w.Hold(listOf(w.Nonce, append(w.Referrers, w.Referrers[0])...), ReferrersTag(w.Image.Digest))
		},
	})
	DeleteLastReferrer = add(scenario{
		Name: "delete-referrer-tag-last", Does: hasNoAPI + ", but a referrers tag with a list of one entry", Steps: deletes, Options: noAPI,
		Before: func(w *stage.World) { holdReferrers(w, "sbom"); holdList(w) },
	})
	DeleteRefused = add(scenario{
		Name: "delete-refused", Does: "refuses every delete with 405", Steps: deletes, Options: reference.Options{DisableDelete: true},
		Before: twoReferrers,
	})
)

// emptyReferrersPage puts an empty page before each page of a list of referrers but the
// first one.
func emptyReferrersPage(next http.Handler) http.Handler {
	const past = "past"
	return Handle(ListReferrers.And(WithParameter("after")), func(next http.Handler, req *http.Request) *Answer {
		query := req.URL.Query()
		if query.Has(past) {
			return Pass(next, req)
		}
		query.Set(past, "1")
		return NewAnswer(req, Text(ocispec.MediaTypeImageIndex, `{"schemaVersion":2,"mediaType":"`+ocispec.MediaTypeImageIndex+`","manifests":[]}`),
			Set("Link", "<"+req.URL.Path+"?"+query.Encode()+`>; rel="next"`))
	})(next)
}

func twoReferrers(w *stage.World) { holdReferrers(w, "sbom", "signature") }

// holdIndex has an index that refers to the image.
func holdIndex(w *stage.World) {
	w.Hold(fixtures.NewIndex(w.Nonce+" referring index", nil, fixtures.WithSubject(w.Image.Descriptor()),
		fixtures.WithArtifactType("application/vnd.example.index")), "")
}

// imageUnderTag has an image under the referrers tag, where a list is expected.
func imageUnderTag(w *stage.World) {
	w.Hold(w.Image, stage.MainTag)
	w.Hold(w.Plain(w.Nonce+" other"), ReferrersTag(w.Image.Digest))
}

// subjectOf is the image that artifacts which are pushed refer to.
func subjectOf(nonce string) fixtures.Manifest { return stage.Runnable(nonce + " subject") }

func holdSubject(w *stage.World) { w.Hold(subjectOf(w.Nonce), "subject") }

// page is the body of an error.
var page = Text("text/html", "<html><body><h1>Not found</h1></body></html>")

// holdListed has the artifact that is pushed in a list, and another one behind it.
func holdListed(w *stage.World) {
	holdSubject(w)
	subject := subjectOf(w.Nonce)
	other := fixtures.NewArtifact(w.Nonce+" other", stage.ArtifactType, fixtures.WithSubject(subject.Descriptor()))
	w.Hold(w.Image, "")
	w.Hold(other, "")
	w.Hold(listOf(w.Nonce, w.Image, other), ReferrersTag(subject.Digest))
}

// Annotations are those of artifacts that are pushed.
var Annotations = map[string]string{"org.example.one": "1", "org.example.two": "second"}

func referring(_ stage.Base, nonce string) fixtures.Manifest {
	return fixtures.NewArtifact(nonce, stage.ArtifactType, fixtures.WithSubject(subjectOf(nonce).Descriptor()),
		fixtures.WithAnnotations(Annotations), fixtures.WithOwnBlobs())
}

// referringByConfig is an artifact whose type is that of its config.
func referringByConfig(_ stage.Base, nonce string) fixtures.Manifest {
	config := fixtures.BlobOf([]byte(`{"name":"` + nonce + `"}`)).As("application/vnd.example.config-type.v1+json")
	return fixtures.NewImage(nonce, fixtures.WithSubject(subjectOf(nonce).Descriptor()), fixtures.WithAnnotations(Annotations),
		fixtures.WithOwnBlobs(), fixtures.WithConfig(config))
}
