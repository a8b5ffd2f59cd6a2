package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func filterFaults() []Fault {
	return []Fault{
		fault("filter-empty", "a filtered list is always empty, without OCI-Filters-Applied",
			OnAnswer(ListFiltered, Del("OCI-Filters-Applied"), ReferrerList(None)), require.ReferencesFilterSupport),
		fault("filter-others", "the filter removes the wanted referrers, without OCI-Filters-Applied",
			Chain(OnAnswer(ListFiltered, WithoutWanted), OnRequest(ListFiltered, DelParameters("artifactType"))), require.ReferencesFilterSupport),
		fault("filter-no-header", "a filtered list has no OCI-Filters-Applied",
			OnAnswer(ListFiltered, Del("OCI-Filters-Applied")), require.ReferencesFilterHeader),
		fault("filter-other-header", "a filtered list has the annotation of a release candidate instead of OCI-Filters-Applied",
			OnAnswer(ListFiltered, OK(Del("OCI-Filters-Applied"), EditJSON(SetField("annotations", Object{"org.opencontainers.referrers.filtersApplied": "artifactType"})))), require.ReferencesFilterHeader),
		fault("filter-header-value", "the OCI-Filters-Applied of a filtered list has the value of the filter",
			OnAnswer(ListFiltered, OK(SetRequested("OCI-Filters-Applied", OwnParameter("artifactType")))), require.ReferencesFilterHeader).in(require.V1_1),
		fault("filter-claimed", "a list that is not filtered has OCI-Filters-Applied",
			Chain(OnAnswer(ListFiltered, OK(Set("OCI-Filters-Applied", "artifactType"))),
				OnRequest(ListFiltered, DelParameters("artifactType"))), require.ReferencesFilterApplied),
		fault("filter-inverted", "the filter removes the wanted referrers and keeps the others",
			Chain(OnAnswer(ListFiltered, Set("OCI-Filters-Applied", "artifactType"), WithoutWanted), OnRequest(ListFiltered, DelParameters("artifactType"))), require.ReferencesFilterApplied),
		fault("filter-unasked", "a list has OCI-Filters-Applied when no filter was requested",
			OnAnswer(ListUnfiltered, OK(Set("OCI-Filters-Applied", "artifactType"))), require.ReferencesFilterUnasked),
		fault("filter-unasked-empty", "a list has an empty OCI-Filters-Applied when no filter was requested",
			OnAnswer(ListUnfiltered, OK(Set("OCI-Filters-Applied", ""))), require.ReferencesFilterUnasked).in(require.V1_1),
		fault("filter-no-config-type", "the filter does not find images without an artifactType by the media type of their config",
			FilterDrops(TypedByConfig), require.ReferencesFilterApplied),
		fault("filter-no-index", "the filter does not find indexes",
			FilterDrops(IndexEntry), require.ReferencesFilterApplied),
		fault("filter-first-only", "the filter finds only the first referrer of a type",
			OnAnswer(ListFiltered, ReferrerList(FirstAlone)), require.ReferencesFilterApplied),
		fault("filter-prefix", "the filter also finds types that only begin like the wanted type",
			Refilter(TypeBegins), require.ReferencesFilterApplied),
		fault("filter-config-too", "the filter also finds images whose config has the wanted type",
			Refilter(EitherType), require.ReferencesFilterApplied),
		fault("filter-config-only", "the filter ignores the artifactType of images and uses only the type of their config",
			Refilter(ConfigTypeOfImages), require.ReferencesFilterApplied).in(require.V1_1),
		fault("filter-empty-whole", "when no referrer has the wanted type, the whole list is given with OCI-Filters-Applied",
			WholeWhenNoneLeft, require.ReferencesFilterApplied),
		fault("filter-no-header-empty", "a filtered list that is empty has no OCI-Filters-Applied",
			OnAnswer(ListFiltered, WhenEmpty(Del("OCI-Filters-Applied"))), require.ReferencesFilterHeader),
		fault("filter-no-header-page", "the second and later pages of a filtered list have no OCI-Filters-Applied",
			OnAnswer(ListFiltered.And(ListFurther), Del("OCI-Filters-Applied")), require.ReferencesFilterHeader).with(referrersPage(1)),
		fault("filter-unasked-nothing", "an empty list has OCI-Filters-Applied when no filter was requested",
			OnAnswer(ListUnfiltered, WhenEmpty(Set("OCI-Filters-Applied", "artifactType"))), require.ReferencesFilterUnasked),
		fault("filter-page-forgotten", "the second page of a filtered list is not filtered",
			Chain(OnAnswer(ListFiltered.And(ListFurther), OK(Set("OCI-Filters-Applied", "artifactType"))),
				OnRequest(ListFiltered.And(ListFurther), DelParameters("artifactType"))), require.ReferencesFilterApplied).with(referrersPage(5)),
	}
}
