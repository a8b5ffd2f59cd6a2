package faults

import (
	"net/http"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func downlevelFaults() []Fault {
	return slices.Concat(
		referredImageFaults(),
		referredTagFaults(),
		referredDeleteFaults(),
		attachedFaults(),
		detachFaults(),
	)
}

func referredImageFaults() []Fault {
	notFound := Refuse(404, "MANIFEST_UNKNOWN")
	imagesAlone := HeaderLike("Accept", `^application/vnd.oci.image.manifest.v1\+json$`)
	return []Fault{
		fault("referred-artifact", "when an image has referrers, its tag gives the first referrer",
			FirstReferrer(PullManifest.And(ByTag)), require.DownlevelImageKept),
		fault("referred-tag-404", "when an image has referrers, its tag is answered 404",
			Referred(PullManifest.And(ByTag), notFound), require.DownlevelImageKept),
		fault("referred-annotated", "when an image has referrers, the pulled manifest has one more annotation",
			Referred(GetManifest.And(ByTag), EditJSON(SetField("org.example.referrers", 1))), require.DownlevelImageKept).in(require.V1_1),
		fault("referred-type-index", "when an image has referrers, its Content-Type is that of an index",
			Referred(PullManifest, OK(Set("Content-Type", IndexType))), require.DownlevelImageContentType),
		fault("referred-digest", "when an image has referrers, Docker-Content-Digest names the first referrer",
			DigestOfReferrer(PullManifest.And(ByTag)), require.DownlevelImageDigestValue),
		fault("referred-head-404", "when an image has referrers, HEAD of it is answered 404",
			Referred(HeadManifest, Status(404)), require.DownlevelImageHead),
		fault("referred-head-length", "when an image has referrers, the Content-Length of HEAD counts them too",
			Referred(HeadManifest, AddLength(1000)), require.DownlevelImageHeadLength),
		fault("referred-accept-404", "when an image has referrers, clients that accept no index get 404",
			Referred(GetManifest.And(imagesAlone), notFound), require.DownlevelImageAccept),
		fault("referred-docker-404", "when an image has referrers, Docker 1.10 gets 404",
			Referred(GetManifest.And(HeaderLike("Accept", "prettyjws")), notFound), require.DownlevelImageOldAccept),
		fault("referred-in-index", "when an image has referrers, indexes that list it are answered 404",
			IndexesOfReferred(notFound), require.DownlevelImageInIndex),
		fault("referred-again-409", "an image that has referrers cannot be pushed again",
			RefuseReferredAgain(409), require.DownlevelImagePushed),
		fault("referred-layers-404", "when an image has referrers, its layers are answered 404",
			OnAttach(func(l *Lost, next http.Handler, req *http.Request, _, subject string) {
				for _, d := range LayersOf(next, req, subject) {
					l.Blob(PlaceOf(req).Repo, d)
				}
			}), require.DownlevelImageBlobs),
		fault("referred-mounts-lost", "when an image has referrers, a mount of its layer is answered 201 but mounts nothing",
			LostMounts, require.DownlevelImageMounted),
		fault("referred-index-annotated", "when an index has referrers, its tag gives it with one more field",
			Referred(GetManifest.And(ByTag), EditJSON(EditWhen(IsIndex, SetField("org.example.referrers", 1)))), require.DownlevelImageKept),
		fault("referred-children-404", "when an index has referrers, the manifests that it lists are answered 404",
			ChildrenOfSubjectGo, require.DownlevelImageInIndex),
		fault("referred-ranges-416", "when two manifests share a layer, a range of it is answered 416",
			PartsOfShared(Refuse(416, "SIZE_INVALID")), require.DownlevelImageBlobRange),
	}
}

func referredTagFaults() []Fault {
	return []Fault{
		fault("referred-tags-unlisted", "the tags of images that have referrers are not listed",
			ReferredTags(func(tags []string, referred map[string]string) []string {
				return slices.DeleteFunc(tags, func(tag string) bool { return referred[tag] != "" })
			}), require.DownlevelTagListed),
		fault("referred-tags-more", "for each image that has referrers, the list has a tag that does not exist",
			ReferredTags(func(tags []string, referred map[string]string) []string {
				for _, d := range referred {
					tags = append(tags, strings.Replace(d, ":", "-", 1))
				}
				slices.Sort(tags)
				return slices.Compact(tags)
			}), require.DownlevelTagListedOnly),
		fault("referred-tag-unmovable", "the tag of an image that has referrers cannot be moved",
			OnMoveOfReferred(func(_ http.Handler, req *http.Request, _ string) *Answer {
				return NewAnswer(req, Refuse(409, "DENIED"))
			}),
			require.DownlevelTagMovable),
		fault("referred-tag-stuck", "the push that moves the tag of an image with referrers is answered 201, but the tag is not moved",
			OnMoveOfReferred(StuckTag), require.DownlevelTagMoved),
		fault("referred-tag-delete-409", "the tag of an image that has referrers cannot be deleted",
			InsteadReferred(DeleteTag, Refuse(409, "DENIED")), require.DownlevelTagDeleted),
		fault("referred-tag-delete-ignored", "the delete of the tag of an image with referrers is answered 202, but the tag stays",
			InsteadReferred(DeleteTag, Status(202)), require.DownlevelTagDeleted).in(require.V1_1),
	}
}

func referredDeleteFaults() []Fault {
	return []Fault{
		fault("referred-delete-409", "an image that has referrers cannot be deleted",
			InsteadReferred(DeleteManifest, Refuse(409, "DENIED")), require.DownlevelImageDeleted),
		fault("referred-delete-ignored", "the delete of an image with referrers is answered 202, but the image stays",
			InsteadReferred(DeleteManifest, Status(202)), require.DownlevelImageDeleted).in(require.V1_1),
		fault("referred-delete-blobs", "the delete of an image with referrers also deletes its blobs",
			LosesBlobs(DeleteManifest), require.DownlevelImageDeletedOthers),
		fault("referred-delete-tag-stays", "all tags but the first of a deleted manifest with referrers still give it",
			FurtherTagsOfReferredStay, require.DownlevelImageDeleted),
		fault("referred-untag-blobs", "the delete of a tag of an image with referrers also deletes the image's blobs",
			LosesBlobs(DeleteTag), require.DownlevelImageUntagged),
		fault("referred-delete-contents", "the delete of an image also deletes the layers of its referrers, but not the referrers",
			WithReferred(DeleteManifest, LoseContents), require.DownlevelArtifactImageDeleted),
		fault("referred-untag-artifacts", "the delete of an image's tag also deletes its referrers",
			WithReferred(DeleteTag, LoseReferrers), require.DownlevelArtifactImageUntagged),
		fault("referred-push-artifacts", "when an image is pushed again, its referrers are deleted",
			WithReferred(PutManifest.And(ByTag, Not(PutManifestThat(HasSubject))), LoseReferrers), require.DownlevelArtifactImagePushed),
	}
}

func attachedFaults() []Fault {
	return []Fault{
		fault("attached-replaces", "when an artifact is attached, the one attached before it is lost",
			OnAttach(func(l *Lost, next http.Handler, req *http.Request, artifact, subject string) {
				for _, d := range ReferrersOf(next, req, subject) {
					if d != artifact {
						l.Manifest(PlaceOf(req).Repo, d)
					}
				}
			}), require.DownlevelArtifactKept),
		fault("attached-layers-404", "when an artifact is pushed by digest, its layers are answered 404",
			OnAttach(func(l *Lost, next http.Handler, req *http.Request, artifact, _ string) {
				if ByDigest(req) {
					LoseContents(l, next, req, "", []string{artifact})
				}
			}), require.DownlevelArtifactBlobs),
		fault("attached-unlisted-untagged", "when a tag is moved away from a subject, its referrers are no longer listed",
			UnlistedWhenMoved, require.DownlevelArtifactImageUntaggedListed),
	}
}

func detachFaults() []Fault {
	return []Fault{
		fault("detach-subject", "the delete of an artifact also deletes its subject",
			OnDetach(func(l *Lost, d Detached) { l.Manifest(d.Repo, d.Subject) }), require.DownlevelArtifactDeletedImage),
		fault("detach-blobs", "the delete of an artifact also deletes the blobs of its subject",
			OnDetach(func(l *Lost, d Detached) {
				for _, blob := range d.Blobs {
					l.Blob(d.Repo, blob)
				}
			}), require.DownlevelArtifactDeletedBlobs),
		fault("detach-config", "the delete of an artifact also deletes the config of its subject",
			OnDetach(func(l *Lost, d Detached) {
				if len(d.Blobs) > 0 {
					l.Blob(d.Repo, d.Blobs[0])
				}
			}), require.DownlevelArtifactDeletedBlobs),
		fault("detach-last-subject", "the delete of the only artifact of a manifest also deletes the manifest",
			OnDetach(func(l *Lost, d Detached) {
				if len(d.Others) == 0 {
					l.Manifest(d.Repo, d.Subject)
				}
			}), require.DownlevelArtifactDeletedImage, require.DownlevelArtifactDeletedUntagged),
		fault("detach-empty-config", "the delete of an artifact also deletes the empty blob, which other artifacts have, too",
			OnDetach(func(l *Lost, d Detached) {
				if slices.Contains(d.Own, EmptyDigest) {
					l.Blob(d.Repo, EmptyDigest)
				}
			}), require.DownlevelArtifactDeletedArtifacts),
		fault("detach-others", "the delete of an artifact also deletes the other artifacts of its subject",
			OnDetach(func(l *Lost, d Detached) {
				for _, other := range d.Others {
					l.Manifest(d.Repo, other)
				}
			}), require.DownlevelArtifactDeletedArtifacts),
	}
}
