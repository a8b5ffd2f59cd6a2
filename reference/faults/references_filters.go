package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func filterFaults() []Fault {
	return []Fault{
		fault("filter-empty", "a list that is filtered is always empty, and does not say so",
			OnAnswer(ListFiltered, Del("OCI-Filters-Applied"), ReferrerList(None)), require.ReferencesFilterSupport),
		fault("filter-others", "the filter takes the wanted ones out, and does not say so",
			Chain(OnAnswer(ListFiltered, WithoutWanted), OnRequest(ListFiltered, DelParameters("artifactType"))), require.ReferencesFilterSupport),
		fault("filter-no-header", "a list that was filtered does not say so",
			OnAnswer(ListFiltered, Del("OCI-Filters-Applied")), require.ReferencesFilterHeader),
		fault("filter-other-header", "a list that was filtered says so in the annotation of a release candidate",
			OnAnswer(ListFiltered, OK(Del("OCI-Filters-Applied"), EditJSON(SetField("annotations", Object{"org.opencontainers.referrers.filtersApplied": "artifactType"})))), require.ReferencesFilterHeader),
		fault("filter-header-value", "a list that was filtered names the value of the filter",
			OnAnswer(ListFiltered, OK(SetRequested("OCI-Filters-Applied", OwnParameter("artifactType")))), require.ReferencesFilterHeader).in(require.V1_1),
		fault("filter-claimed", "a list that was not filtered says that it was",
			Chain(OnAnswer(ListFiltered, OK(Set("OCI-Filters-Applied", "artifactType"))),
				OnRequest(ListFiltered, DelParameters("artifactType"))), require.ReferencesFilterApplied),
		fault("filter-inverted", "the filter lists the others",
			Chain(OnAnswer(ListFiltered, Set("OCI-Filters-Applied", "artifactType"), WithoutWanted), OnRequest(ListFiltered, DelParameters("artifactType"))), require.ReferencesFilterApplied),
		fault("filter-unasked", "a list says that it was filtered when nobody asked for it",
			OnAnswer(ListUnfiltered, OK(Set("OCI-Filters-Applied", "artifactType"))), require.ReferencesFilterUnasked),
		fault("filter-unasked-empty", "a list says that no filter was applied",
			OnAnswer(ListUnfiltered, OK(Set("OCI-Filters-Applied", ""))), require.ReferencesFilterUnasked).in(require.V1_1),
		fault("filter-no-config-type", "the filter does not find what has its type from its config",
			FilterDrops(TypedByConfig), require.ReferencesFilterApplied),
		fault("filter-no-index", "the filter does not find indexes",
			FilterDrops(IndexEntry), require.ReferencesFilterApplied),
		fault("filter-first-only", "the filter finds the first of a type",
			OnAnswer(ListFiltered, ReferrerList(FirstAlone)), require.ReferencesFilterApplied),
		fault("filter-prefix", "the filter finds types that begin like the wanted one",
			Refilter(TypeBegins), require.ReferencesFilterApplied),
		fault("filter-config-too", "the filter looks at the type of the config, too",
			Refilter(EitherType), require.ReferencesFilterApplied),
		fault("filter-config-only", "the filter does not look at the artifactType of images",
			Refilter(ConfigTypeOfImages), require.ReferencesFilterApplied).in(require.V1_1),
		fault("filter-empty-whole", "a list of a type that nobody has is the whole one, and says that it was filtered",
			WholeWhenNoneLeft, require.ReferencesFilterApplied),
		fault("filter-no-header-empty", "a list from which everything was filtered does not say so",
			OnAnswer(ListFiltered, WhenEmpty(Del("OCI-Filters-Applied"))), require.ReferencesFilterHeader),
		fault("filter-no-header-page", "further pages of a list that was filtered do not say so",
			OnAnswer(ListFiltered.And(ListFurther), Del("OCI-Filters-Applied")), require.ReferencesFilterHeader).with(referrersPage(1)),
		fault("filter-unasked-nothing", "an empty list says that it was filtered when nobody asked for it",
			OnAnswer(ListUnfiltered, WhenEmpty(Set("OCI-Filters-Applied", "artifactType"))), require.ReferencesFilterUnasked),
		fault("filter-page-forgotten", "the second page of a list that was filtered is not",
			Chain(OnAnswer(ListFiltered.And(ListFurther), OK(Set("OCI-Filters-Applied", "artifactType"))),
				OnRequest(ListFiltered.And(ListFurther), DelParameters("artifactType"))), require.ReferencesFilterApplied).with(referrersPage(5)),
	}
}
