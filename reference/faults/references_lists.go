package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func referrerListStatusFaults() []Fault {
	return []Fault{
		fault("referrers-203", "the list of referrers is answered 203",
			OnAnswer(ListReferrers, OK(Status(203))), require.ReferencesListStatus),
		fault("referrers-500", "the list of referrers is answered 500",
			OnAnswer(ListReferrers, OK(Refuse(500, "UNKNOWN"))), require.ReferencesListStatus),
		fault("referrers-404-unknown", "the list of referrers is answered 404 when the subject does not exist",
			OnUnknownSubject(Refuse(404, "MANIFEST_UNKNOWN")), require.ReferencesListNotFound),
		fault("referrers-404-empty", "an empty list of referrers is answered 404",
			OnAnswer(ListReferrers, OK(WhenEmpty(Refuse(404, "MANIFEST_UNKNOWN")))), require.ReferencesListNotFound, require.ReferencesListEmpty),
		fault("referrers-404", "the list of referrers is answered 404, though OCI-Subject is sent",
			OnAnswer(ListReferrers, OK(Refuse(404, "UNSUPPORTED"))), require.ReferencesListNotFound),
		fault("referrers-invalid-digest-200", "the list of referrers of a malformed digest is empty instead of refused",
			OnAnswer(ListReferrers, On(400, Status(200), Text(IndexType, EmptyIndex))), require.ReferencesListInvalidDigest),
		fault("referrers-invalid-digest-404", "the list of referrers of a malformed digest is answered 404",
			OnAnswer(ListReferrers, On(400, Refuse(404, "DIGEST_INVALID"))), require.ReferencesListInvalidDigest),
		fault("referrers-invalid-digest-tag", "the list of referrers of a tag is empty instead of refused",
			OnAnswer(ListReferrers.And(ByTag), On(400, Status(200), Text(IndexType, EmptyIndex))), require.ReferencesListInvalidDigest).in(require.V1_1),
		fault("referrers-invalid-digest-upper", "the list of referrers of a digest in upper case is empty instead of refused",
			OnAnswer(ListReferrers.And(NameLike(`[A-F]`)), On(400, Status(200), Text(IndexType, EmptyIndex))), require.ReferencesListInvalidDigest),
		fault("referrers-invalid-digest-short", "the list of referrers of a digest that is too short is empty instead of refused",
			OnAnswer(ListReferrers.And(NameLike(`^sha256:[0-9a-f]{1,63}$`)), On(400, Status(200), Text(IndexType, EmptyIndex))), require.ReferencesListInvalidDigest),
		fault("filter-400", "a request for a filtered list is answered 400",
			Instead(ListFiltered, Refuse(400, "UNSUPPORTED")), require.ReferencesListStatus),
		fault("filter-404", "a request for a filtered list is answered 404",
			Instead(ListFiltered, Refuse(404, "UNSUPPORTED")), require.ReferencesListNotFound),
		fault("filter-206", "a request for a filtered list is answered 206",
			OnAnswer(ListFiltered, OK(Status(206))), require.ReferencesListStatus).in(require.V1_1),
	}
}

func referrerListBodyFaults() []Fault {
	return []Fault{
		fault("referrers-no-version", "the list of referrers has no schemaVersion",
			OnAnswer(ListReferrers, NoSchemaVersion), require.ReferencesListBody),
		fault("referrers-other-mediatype", "the list of referrers has the mediaType of an image manifest",
			OnAnswer(ListReferrers, OK(EditJSON(SetField("mediaType", ImageType)))), require.ReferencesListBody),
		fault("referrers-bare-list", "the list of referrers is a bare JSON array, not an object",
			OnAnswer(ListReferrers, OK(OnlyMember("manifests"))), require.ReferencesListBody),
		fault("referrers-old-field", "referrers are listed in a field called referrers",
			OnAnswer(ListReferrers, OK(EditJSON(RenameField("manifests", "referrers")))), require.ReferencesListBody),
		fault("referrers-content-type-json", "the list of referrers has the Content-Type application/json",
			OnAnswer(ListReferrers, TypeJSON), require.ReferencesListContentType),
		fault("referrers-no-content-type", "the list of referrers has no Content-Type",
			OnAnswer(ListReferrers, OK(Del("Content-Type"))), require.ReferencesListContentType),
		fault("referrers-empty-null", "in an empty list of referrers, the field manifests is null",
			OnAnswer(ListReferrers, OK(Body(Replaced(`"manifests":[]`, `"manifests":null`)))), require.ReferencesListEmpty),
		fault("referrers-empty-example", "an empty list of referrers has an entry whose digest does not exist",
			OnAnswer(ListReferrers, ReferrerList(ExampleEntry)), require.ReferencesListEmpty),
		fault("referrers-content-type-empty", "an empty list of referrers has the Content-Type application/json",
			OnAnswer(ListReferrers, WhenEmpty(TypeJSON)), require.ReferencesListContentType),
		fault("referrers-empty-absent", "in an empty list of referrers, the field manifests is missing",
			OnAnswer(ListReferrers, WhenEmpty(NoManifests)), require.ReferencesListEmpty),
		fault("referrers-empty-no-version", "an empty list of referrers has no schemaVersion",
			OnAnswer(ListReferrers, WhenEmpty(NoSchemaVersion)), require.ReferencesListBody),
		fault("referrers-page-null", "the second page of referrers is null",
			OnAnswer(ListFurther, NullManifests), require.ReferencesListBody).with(referrersPage(5)),
		fault("referrers-page-content-type", "the second page of referrers has the Content-Type application/json",
			OnAnswer(ListFurther, TypeJSON), require.ReferencesListContentType).with(referrersPage(5)),
		fault("filter-content-type", "a filtered list has the Content-Type application/json",
			OnAnswer(ListFiltered, TypeJSON), require.ReferencesListContentType),
		fault("filter-no-version", "a filtered list has no schemaVersion",
			OnAnswer(ListFiltered, NoSchemaVersion), require.ReferencesListBody),
		fault("filter-null", "a list from which everything was filtered is null",
			OnAnswer(ListFiltered, WhenEmpty(NullManifests)), require.ReferencesListEmpty),
	}
}
