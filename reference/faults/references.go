package faults

import (
	"slices"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func referencesFaults() []Fault {
	return slices.Concat(
		filterFaults(),
		referrerPageFaults(),
		referrerListStatusFaults(),
		referrerListBodyFaults(),
		listedTooManyFaults(),
		listedTooFewFaults(),
		referrerDescriptorFaults(),
		referrerTypeFaults(),
		referrerAnnotationFaults(),
		subjectHeaderFaults(),
		fallbackFaults(),
	)
}

func subjectHeaderFaults() []Fault {
	return []Fault{
		fault("subject-no-header", "the push of a manifest with a subject has no OCI-Subject",
			OnAnswer(PutManifest, Del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-own-header", "OCI-Subject names the manifest itself",
			OnAnswer(PutManifest, OwnSubject), require.ReferencesSubjectHeader),
		fault("subject-no-header-1.1", "the push of an artifact by digest has no OCI-Subject",
			OnAnswer(PutManifest.And(ByDigest), Del("OCI-Subject")), require.ReferencesSubjectHeader).in(require.V1_1),
		fault("subject-no-header-index", "the push of an index with a subject has no OCI-Subject",
			OnAnswer(PutIndexWithSubject, Del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-no-header-tag", "the push of a manifest with a subject by tag has no OCI-Subject",
			OnAnswer(PutManifest.And(ByTag), Del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-no-header-again", "the push of a manifest that is there already has no OCI-Subject",
			NoSubjectHeader(PushedAgain), require.ReferencesSubjectHeader),
		fault("subject-no-header-missing", "the push of a manifest whose subject is not there has no OCI-Subject",
			NoSubjectHeader(SubjectMissing), require.ReferencesSubjectHeader),
	}
}

func fallbackFaults() []Fault {
	return []Fault{
		fault("referrers-unsupported-400", "there is no referrers API, and 400 says so",
			OnAnswer(ListReferrers, On(404, Refuse(400, "UNSUPPORTED"))), require.ReferencesUnsupported404).with(noReferrers),
		fault("referrers-unsupported-405", "there is no referrers API, and 405 says so",
			OnAnswer(ListReferrers, On(404, Refuse(405, "UNSUPPORTED"))), require.ReferencesUnsupported404).with(noReferrers).in(require.V1_1),
		fault("referrers-unsupported-500-1.0", "there is no referrers API, and 500 says so",
			OnAnswer(ListReferrers, On(404, Refuse(500, "UNKNOWN"))), require.ReferencesUnsupported404).with(noReferrers).in(require.V1_0),
		fault("tag-is-digest", "a tag that spells a digest gives the manifest",
			OnRequest(PullManifest.And(NameLike(`^sha256-[0-9a-f]{64}$`)), SpelledDigest), require.ReferencesTagIsNotDigest),
		fault("tag-is-digest-400", "a tag that spells a digest is answered 400",
			OnAnswer(PullManifest.And(NameLike(`^sha256-[0-9a-f]{64}$`)), On(404, Refuse(400, "TAG_INVALID"))), require.ReferencesTagIsNotDigest).in(require.V1_0),
		fault("tag-is-digest-bare", "a tag of the digits of a digest gives the manifest",
			OnRequest(PullManifest.And(NameLike(`^[0-9a-f]{64}$`)), AddAlgorithm), require.ReferencesTagIsNotDigest),
		fault("subject-header-always", "the push of a manifest without a subject has OCI-Subject",
			OnAnswer(PutManifest, OK(If(func(a *Answer) bool { return a.Header.Get("OCI-Subject") == "" }, Set("OCI-Subject", ZeroDigest)))), require.ReferencesSubjectNone),
		fault("referrers-make-tags", "the push of a referrer makes the tag of the fallback",
			ServerTags, require.ReferencesServerMadeTags),
		fault("referrers-go-with-subject", "referrers are not listed any more when their subject is deleted",
			SubjectGone, require.ReferencesSubjectDeleted),
	}
}
