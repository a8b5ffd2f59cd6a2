package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func pushedSubjectFaults() []Fault {
	return []Fault{
		fault("subject-missing-404", "a manifest whose subject does not exist is refused with 404",
			SubjectRequired(Refuse(404, "MANIFEST_UNKNOWN")), require.PushSubjectMissing),
		fault("subject-missing-400-1.1", "a manifest whose subject does not exist is refused with 400",
			SubjectRequired(Refuse(400, "MANIFEST_BLOB_UNKNOWN")), require.PushSubjectMissing).in(require.V1_1),
		fault("subject-deleted-404", "a manifest whose subject was deleted is refused with 404",
			RefuseDeletedSubjects(Refuse(404, "MANIFEST_UNKNOWN")), require.PushSubjectMissing),
		fault("subject-elsewhere-400", "a manifest whose subject only another repository has is refused with 400",
			RefuseSubjectsElsewhere(Refuse(400, "MANIFEST_INVALID")), require.PushSubjectMissing).in(require.V1_1),
		fault("artifact-compacted", "a manifest with a subject comes back without its white space",
			OnAnswer(GetManifest, Where(Attached, Body(Compacted))), require.PushManifestBytes),
		fault("index-compacted", "an index comes back without its white space",
			OnAnswer(GetManifest, Where(AnIndex, Body(Compacted))), require.PushManifestBytes).in(require.V1_1),
		fault("subject-artifact-refused", "a manifest with a subject and an artifactType is refused",
			RefuseManifests(AllOf(FieldThat(Given, "artifactType"), Holds("subject"))), require.PushSubjectArtifact, require.PushSubjectMissing),
		fault("subject-artifact-dropped", "the subject of a manifest is missing when the manifest is pulled",
			EditPulled(Drop("subject")), require.PushSubjectArtifact),
		fault("subject-docker-refused", "a manifest whose subject has a Docker media type is refused",
			RefuseManifests(FieldThat(IsDocker, "subject", "mediaType")), require.PushSubjectDockerType),
		fault("subject-refused-1.0", "a manifest with a subject is refused",
			RefuseManifests(Holds("subject")), require.PushSubjectOldRegistry).in(require.V1_0),
		fault("subject-dropped-1.0", "the subject of a manifest is missing when the manifest is pulled",
			EditPulled(Drop("subject")), require.PushSubjectOldRegistry).in(require.V1_0),
		fault("index-subject-refused", "an index with a subject is refused",
			Instead(PutIndexWithSubject, Invalid()), require.PushSubjectArtifact),
		fault("index-subject-refused-1.1", "an index with a subject and no artifactType is refused",
			RefuseManifests(AllOf(IsIndex, HasSubject, FieldIs("", "artifactType"))), require.PushSubjectArtifact).in(require.V1_1),
		fault("index-subject-refused-1.0", "an index with a subject is refused",
			Instead(PutIndexWithSubject, Invalid()), require.PushSubjectOldRegistry).in(require.V1_0),
		fault("index-subject-lost", "the subject of an index is missing when the index is pulled",
			EditPulled(EditWhen(IsIndex, Drop("subject"))), require.PushSubjectArtifact),
	}
}
