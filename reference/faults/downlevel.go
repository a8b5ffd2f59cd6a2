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
		fault("referred-artifact", "the tag of an image with referrers gives the first of them",
			FirstReferrer(PullManifest.And(ByTag)), require.DownlevelImageKept),
		fault("referred-tag-404", "the tag of an image with referrers is answered 404",
			Referred(PullManifest.And(ByTag), notFound), require.DownlevelImageKept),
		fault("referred-annotated", "an image with referrers has an annotation more",
			Referred(GetManifest.And(ByTag), EditJSON(SetField("org.example.referrers", 1))), require.DownlevelImageKept).in(require.V1_1),
		fault("referred-type-index", "an image with referrers has the type of an index",
			Referred(PullManifest, OK(Set("Content-Type", IndexType))), require.DownlevelImageContentType),
		fault("referred-digest", "an image with referrers has the digest of the first of them",
			DigestOfReferrer(PullManifest.And(ByTag)), require.DownlevelImageDigestValue),
		fault("referred-head-404", "HEAD of an image with referrers is answered 404",
			Referred(HeadManifest, Status(404)), require.DownlevelImageHead),
		fault("referred-head-length", "HEAD of an image with referrers counts them, too",
			Referred(HeadManifest, AddLength(1000)), require.DownlevelImageHeadLength),
		fault("referred-accept-404", "an image with referrers is not there for clients that accept no index",
			Referred(GetManifest.And(imagesAlone), notFound), require.DownlevelImageAccept),
		fault("referred-docker-404", "an image with referrers is not there for Docker 1.10",
			Referred(GetManifest.And(HeaderLike("Accept", "prettyjws")), notFound), require.DownlevelImageOldAccept),
		fault("referred-in-index", "an index is not there if an image in it has referrers",
			IndexesOfReferred(notFound), require.DownlevelImageInIndex),
		fault("referred-again-409", "an image with referrers cannot be pushed again",
			RefuseReferredAgain(409), require.DownlevelImagePushed),
		fault("referred-layers-404", "the layers of an image with referrers are not there",
			OnAttach(func(l *Lost, next http.Handler, req *http.Request, _, subject string) {
				for _, d := range LayersOf(next, req, subject) {
					l.Blob(PlaceOf(req).Repo, d)
				}
			}), require.DownlevelImageBlobs),
		fault("referred-mounts-lost", "a mount of a layer of an image with referrers is answered 201, and puts nothing there",
			LostMounts, require.DownlevelImageMounted),
		fault("referred-ranges-416", "no part of a layer can be pulled once a manifest shares it",
			PartsOfShared(Refuse(416, "SIZE_INVALID")), require.DownlevelImageBlobRange),
	}
}

func referredTagFaults() []Fault {
	return []Fault{
		fault("referred-tags-unlisted", "the tags of images with referrers are not listed",
			ReferredTags(func(tags []string, referred map[string]string) []string {
				return slices.DeleteFunc(tags, func(tag string) bool { return referred[tag] != "" })
			}), require.DownlevelTagListed),
		fault("referred-tags-more", "a tag is listed for each image with referrers that is not there",
			ReferredTags(func(tags []string, referred map[string]string) []string {
				for _, d := range referred {
					tags = append(tags, strings.Replace(d, ":", "-", 1))
				}
				slices.Sort(tags)
				return slices.Compact(tags)
			}), require.DownlevelTagListedOnly),
		fault("referred-tag-unmovable", "the tag of an image with referrers cannot be moved",
			OnMoveOfReferred(func(_ http.Handler, req *http.Request, _ string) *Answer {
				return NewAnswer(req, Refuse(409, "DENIED"))
			}),
			require.DownlevelTagMovable),
		fault("referred-tag-stuck", "the tag of an image with referrers is not moved, and the push is answered 201",
			OnMoveOfReferred(StuckTag), require.DownlevelTagMoved),
		fault("referred-tag-delete-409", "the tag of an image with referrers cannot be deleted",
			InsteadReferred(DeleteTag, Refuse(409, "DENIED")), require.DownlevelTagDeleted),
		fault("referred-tag-delete-ignored", "the tag of an image with referrers is there after it was deleted",
			InsteadReferred(DeleteTag, Status(202)), require.DownlevelTagDeleted).in(require.V1_1),
	}
}

func referredDeleteFaults() []Fault {
	return []Fault{
		fault("referred-delete-409", "an image with referrers cannot be deleted",
			InsteadReferred(DeleteManifest, Refuse(409, "DENIED")), require.DownlevelImageDeleted),
		fault("referred-delete-ignored", "an image with referrers is there after it was deleted",
			InsteadReferred(DeleteManifest, Status(202)), require.DownlevelImageDeleted).in(require.V1_1),
		fault("referred-delete-blobs", "with an image that has referrers go its blobs",
			LosesBlobs(DeleteManifest), require.DownlevelImageDeletedOthers),
		fault("referred-delete-contents", "with an image go the layers of its referrers, which stay",
			WithReferred(DeleteManifest, LoseContents), require.DownlevelArtifactImageDeleted),
		fault("referred-untag-artifacts", "with the tag of an image go its referrers",
			WithReferred(DeleteTag, LoseReferrers), require.DownlevelArtifactImageUntagged),
		fault("referred-push-artifacts", "with the push of an image that is there go its referrers",
			WithReferred(PutManifest.And(ByTag, Not(PutManifestThat(HasSubject))), LoseReferrers), require.DownlevelArtifactImagePushed),
	}
}

func attachedFaults() []Fault {
	return []Fault{
		fault("attached-replaces", "an artifact replaces the one that was attached before it",
			OnAttach(func(l *Lost, next http.Handler, req *http.Request, artifact, subject string) {
				for _, d := range ReferrersOf(next, req, subject) {
					if d != artifact {
						l.Manifest(PlaceOf(req).Repo, d)
					}
				}
			}), require.DownlevelArtifactKept),
		fault("attached-layers-404", "the layers of an artifact are not there when it is pushed by digest",
			OnAttach(func(l *Lost, next http.Handler, req *http.Request, artifact, _ string) {
				if ByDigest(req) {
					LoseContents(l, next, req, "", []string{artifact})
				}
			}), require.DownlevelArtifactBlobs),
		fault("attached-unlisted-untagged", "referrers are not listed any more when a tag is moved away from their subject",
			UnlistedWhenMoved, require.DownlevelArtifactImageUntaggedListed),
	}
}

func detachFaults() []Fault {
	return []Fault{
		fault("detach-subject", "with an artifact goes its subject",
			OnDetach(func(l *Lost, d Detached) { l.Manifest(d.Repo, d.Subject) }), require.DownlevelArtifactDeletedImage),
		fault("detach-blobs", "with an artifact go the blobs of its subject",
			OnDetach(func(l *Lost, d Detached) {
				for _, blob := range d.Blobs {
					l.Blob(d.Repo, blob)
				}
			}), require.DownlevelArtifactDeletedBlobs),
		fault("detach-others", "with an artifact go the other artifacts of its subject",
			OnDetach(func(l *Lost, d Detached) {
				for _, other := range d.Others {
					l.Manifest(d.Repo, other)
				}
			}), require.DownlevelArtifactDeletedArtifacts),
	}
}
