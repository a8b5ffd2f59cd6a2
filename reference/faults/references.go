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
		keptListFaults(),
		everyReferrersFaults(),
		referrerDescriptorFaults(),
		referrerTypeFaults(),
		referrerAnnotationFaults(),
		subjectHeaderFaults(),
		fallbackFaults(),
	)
}

func subjectHeaderFaults() []Fault {
	return []Fault{
		fault("subject-no-header", "the answer to the push of a manifest with a subject has no OCI-Subject",
			OnAnswer(PutManifest, Del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-own-header", "OCI-Subject names the pushed manifest instead of its subject",
			OnAnswer(PutManifest, OwnSubject), require.ReferencesSubjectHeader),
		fault("subject-no-header-1.1", "the answer to the push of an artifact by digest has no OCI-Subject",
			OnAnswer(PutManifest.And(ByDigest), Del("OCI-Subject")), require.ReferencesSubjectHeader).in(require.V1_1),
		fault("subject-no-header-index", "the answer to the push of an index with a subject has no OCI-Subject",
			OnAnswer(PutIndexWithSubject, Del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-no-header-tag", "the answer to the push of a manifest with a subject by tag has no OCI-Subject",
			OnAnswer(PutManifest.And(ByTag), Del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-no-header-again", "the answer to the push of a manifest that already exists has no OCI-Subject",
			NoSubjectHeader(PushedAgain), require.ReferencesSubjectHeader),
		fault("subject-no-header-missing", "the answer to the push of a manifest whose subject does not exist has no OCI-Subject",
			NoSubjectHeader(SubjectMissing), require.ReferencesSubjectHeader),
	}
}

func fallbackFaults() []Fault {
	return []Fault{
		fault("referrers-unsupported-400", "there is no referrers API, and requests to it are answered 400",
			OnAnswer(ListReferrers, On(404, Refuse(400, "UNSUPPORTED"))), require.ReferencesUnsupported404).with(noReferrers),
		fault("referrers-unsupported-405", "there is no referrers API, and requests to it are answered 405",
			OnAnswer(ListReferrers, On(404, Refuse(405, "UNSUPPORTED"))), require.ReferencesUnsupported404).with(noReferrers).in(require.V1_1),
		fault("referrers-unsupported-500-1.0", "there is no referrers API, and requests to it are answered 500",
			OnAnswer(ListReferrers, On(404, Refuse(500, "UNKNOWN"))), require.ReferencesUnsupported404).with(noReferrers).in(require.V1_0),
		fault("tag-is-digest", "a tag such as sha256-<digits> gives the manifest with this digest",
			OnRequest(PullManifest.And(NameLike(`^sha256-[0-9a-f]{64}$`)), SpelledDigest), require.ReferencesTagIsNotDigest),
		fault("tag-is-digest-400", "a pull of a tag such as sha256-<digits> is answered 400",
			OnAnswer(PullManifest.And(NameLike(`^sha256-[0-9a-f]{64}$`)), On(404, Refuse(400, "TAG_INVALID"))), require.ReferencesTagIsNotDigest).in(require.V1_0),
		fault("tag-is-digest-bare", "a tag of the digits of a digest gives the manifest with this digest",
			OnRequest(PullManifest.And(NameLike(`^[0-9a-f]{64}$`)), AddAlgorithm), require.ReferencesTagIsNotDigest),
		fault("subject-header-always", "the answer to the push of a manifest without a subject has OCI-Subject",
			OnAnswer(PutManifest, OK(If(func(a *Answer) bool { return a.Header.Get("OCI-Subject") == "" }, Set("OCI-Subject", ZeroDigest)))), require.ReferencesSubjectNone),
		fault("referrers-make-tags", "the registry makes the fallback tag when a referrer is pushed",
			ServerTags, require.ReferencesServerMadeTags),
		fault("referrers-go-with-subject", "referrers are no longer listed after their subject is deleted",
			SubjectGone, require.ReferencesSubjectDeleted),
	}
}
