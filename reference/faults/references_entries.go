package faults

import (
	"strings"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func referrerDescriptorFaults() []Fault {
	return []Fault{
		fault("referrers-size-zero", "referrers are listed with a size of 0",
			OnAnswer(ListReferrers, EachReferrer(NoSize)), require.ReferencesListDescriptor),
		fault("referrers-mediatype-index", "referrers are listed with the media type of an index",
			OnAnswer(ListReferrers, EachReferrer(SetField("mediaType", IndexType))), require.ReferencesListDescriptor),
		fault("referrers-size-index", "referrers that are indexes are listed with a size of 0",
			OnAnswer(ListReferrers, EachReferrerThat(IndexEntry, NoSize)), require.ReferencesListDescriptor),
		fault("referrers-size-config", "images without an artifactType are listed with a size of 0",
			OnAnswer(ListReferrers, EachReferrerThat(TypedByConfig, NoSize)), require.ReferencesListDescriptor).in(require.V1_1),
		fault("referrers-mediatype-image", "referrers that are indexes are listed with the media type of an image",
			OnAnswer(ListReferrers, EachReferrerThat(IndexEntry, SetField("mediaType", ImageType))), require.ReferencesListDescriptor),
		fault("referrers-page-size", "on the second page, referrers are listed with a size of 0",
			OnAnswer(ListFurther, EachReferrer(NoSize)), require.ReferencesListDescriptor).with(referrersPage(5)),
		fault("filter-size", "in a filtered list, referrers have a size of 0",
			OnAnswer(ListFiltered, EachReferrer(NoSize)), require.ReferencesListDescriptor),
	}
}

func referrerTypeFaults() []Fault {
	return []Fault{
		fault("referrers-no-artifact-type", "referrers are listed without an artifactType",
			OnAnswer(ListReferrers, EachReferrer(NoArtifactType)), require.ReferencesListArtifactType),
		fault("referrers-no-artifact-type-index", "referrers that are indexes are listed without their artifactType",
			OnAnswer(ListReferrers, EachReferrerThat(IndexEntry, NoArtifactType)), require.ReferencesListArtifactType),
		fault("referrers-config-for-artifact", "referrers are listed with the media type of their config instead of their artifactType",
			OnAnswer(ListReferrers, EachReferrerThat(TypedByField, SetField("artifactType", EmptyType))), require.ReferencesListArtifactType),
		fault("referrers-no-config-type", "an image without an artifactType is listed without the media type of its config",
			OnAnswer(ListReferrers, EachReferrerThat(FieldThat(EndingIn("+config"), "artifactType"), NoArtifactType)), require.ReferencesListConfigType),
		fault("referrers-config-type-unknown", "an image without an artifactType is listed with application/vnd.unknown.artifact.v1",
			OnAnswer(ListReferrers, EachReferrerThat(FieldThat(EndingIn("+config"), "artifactType"), SetField("artifactType", UnknownType))), require.ReferencesListConfigType).in(require.V1_1),
		fault("referrers-index-typed", "an index without an artifactType is listed with its media type as artifactType",
			OnAnswer(ListReferrers, EachReferrerThat(AllOf(IndexEntry, FieldIs("", "artifactType")), SetField("artifactType", IndexType))), require.ReferencesListIndexNoType),
		fault("referrers-empty-type", "an image whose artifactType is an empty string is listed without the media type of its config",
			BlankTypeListed, require.ReferencesListConfigType),
		fault("referrers-index-empty-type", "an index without an artifactType is listed with one that is an empty string",
			OnAnswer(ListReferrers, EachReferrerThat(AllOf(IndexEntry, FieldIs("", "artifactType")), SetField("artifactType", ""))), require.ReferencesListIndexNoType).in(require.V1_1),
		fault("referrers-config-type-image", "an ordinary image is listed without the media type of its config",
			OnAnswer(ListReferrers, EachReferrerThat(FieldIs("application/vnd.oci.image.config.v1+json", "artifactType"), NoArtifactType)), require.ReferencesListConfigType),
		fault("referrers-type-lower", "artifactTypes are listed in lower case",
			OnAnswer(ListReferrers, EachReferrer(TypeFrom(strings.ToLower))), require.ReferencesListArtifactType),
		fault("referrers-type-cut", "artifactTypes are cut after 64 characters",
			OnAnswer(ListReferrers, EachReferrer(TypeFrom(CutAt64))), require.ReferencesListArtifactType).in(require.V1_1),
		fault("referrers-type-unknown", "all referrers are listed with the artifactType application/vnd.unknown.artifact.v1",
			OnAnswer(ListReferrers, EachReferrer(SetField("artifactType", UnknownType))), require.ReferencesListArtifactType),
		fault("referrers-page-artifact-type", "on the second page, referrers have no artifactType",
			OnAnswer(ListFurther, EachReferrer(NoArtifactType)), require.ReferencesListArtifactType).with(referrersPage(5)).in(require.V1_1),
		fault("referrers-page-config-type", "on the second page, images without an artifactType lack the media type of their config",
			OnAnswer(ListFurther, EachReferrerThat(TypedByConfig, NoArtifactType)), require.ReferencesListConfigType).with(referrersPage(5)),
		fault("filter-artifact-type", "in a filtered list, referrers have no artifactType",
			OnAnswer(ListFiltered, EachReferrer(NoArtifactType)), require.ReferencesListArtifactType),
		fault("filter-entry-config-type", "in a filtered list, images without an artifactType lack the media type of their config",
			OnAnswer(ListFiltered, EachReferrerThat(TypedByConfig, NoArtifactType)), require.ReferencesListConfigType),
	}
}

func referrerAnnotationFaults() []Fault {
	return []Fault{
		fault("referrers-no-annotations", "referrers are listed without annotations",
			OnAnswer(ListReferrers, EachReferrer(NoAnnotations)), require.ReferencesListAnnotations),
		fault("referrers-annotations-plain", "annotations with a slash in their name are not listed",
			OnAnswer(ListReferrers, EachReferrer(DropAnnotations(NamedWithSlash))), require.ReferencesListAnnotations),
		fault("referrers-annotations-escaped", "the values of annotations are escaped twice",
			OnAnswer(ListReferrers, EachReferrer(EscapeAnnotations)), require.ReferencesListAnnotations).in(require.V1_1),
		fault("referrers-annotations-defined", "annotations that image-spec defines are not listed",
			OnAnswer(ListReferrers, EachReferrer(DropAnnotations(OfImageSpec))), require.ReferencesListAnnotations),
		fault("referrers-annotations-index", "referrers that are indexes are listed without annotations",
			OnAnswer(ListReferrers, EachReferrerThat(IndexEntry, NoAnnotations)), require.ReferencesListAnnotations),
		fault("referrers-annotations-config", "images without an artifactType are listed without annotations",
			OnAnswer(ListReferrers, EachReferrerThat(TypedByConfig, NoAnnotations)), require.ReferencesListAnnotations),
		fault("referrers-annotations-empty", "annotations without a value are not listed",
			OnAnswer(ListReferrers, EachReferrer(DropAnnotations(OfNoValue))), require.ReferencesListAnnotations),
		fault("referrers-annotations-cut", "the values of annotations are cut after 255 characters",
			OnAnswer(ListReferrers, EachReferrer(AnnotationFrom(CutAt255))), require.ReferencesListAnnotations),
		fault("referrers-annotations-trimmed", "the values of annotations are listed without spaces at their ends",
			OnAnswer(ListReferrers, EachReferrer(AnnotationFrom(strings.TrimSpace))), require.ReferencesListAnnotations).in(require.V1_1),
		fault("referrers-page-annotations", "on the second page, referrers have no annotations",
			OnAnswer(ListFurther, EachReferrer(NoAnnotations)), require.ReferencesListAnnotations).with(referrersPage(5)),
		fault("filter-annotations", "in a filtered list, referrers have no annotations",
			OnAnswer(ListFiltered, EachReferrer(NoAnnotations)), require.ReferencesListAnnotations),
	}
}
