package faults

import (
	"slices"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func securityFaults() []Fault {
	return slices.Concat(
		isolationFaults(),
		malformedDigestFaults(),
		otherAlgorithmFaults(),
		digestEverywhereFaults(),
		manifestConfusionFaults(),
		pathFaults(),
		anonymousFaults(),
	)
}

func isolationFaults() []Fault {
	return []Fault{
		fault("isolation-blob", "repositories share their blobs",
			OrElsewhere(PullBlob.And(InRepository)), require.SecurityIsolationBlob),
		fault("isolation-blob-1.1", "repositories that exist share their blobs",
			OrElsewhere(PullBlob.And(InRepository)), require.SecurityIsolationBlob).in(require.V1_1),
		fault("isolation-blob-head", "HEAD finds the blobs of other repositories",
			OrElsewhere(HeadBlob.And(InRepository)), require.SecurityIsolationBlob),
		fault("isolation-manifest", "repositories share their manifests",
			OrElsewhere(PullManifest.And(ByDigest, InRepository)), require.SecurityIsolationManifest),
		fault("isolation-tag", "repositories share their tags",
			OrElsewhere(PullManifest.And(ByTag, InRepository)), require.SecurityIsolationManifest),
		fault("tag-from-above", "a tag that a nested repository does not have is answered from the repository above",
			FromAbove(PullManifest.And(ByTag)), require.SecurityIsolationManifest),
		fault("manifest-from-above-head", "HEAD finds the manifests of the repository above",
			FromAbove(HeadManifest), require.SecurityIsolationManifest).in(require.V1_1),
		fault("isolation-referrers", "repositories share their referrers",
			SharedReferrers, require.SecurityIsolationReferrers),
		fault("isolation-delete-blob", "the delete of a blob deletes it in every repository",
			DeleteEverywhere(DeleteBlob), require.SecurityIsolationDelete),
		fault("isolation-delete-manifest", "the delete of a manifest deletes it in every repository",
			DeleteEverywhere(DeleteManifest), require.SecurityIsolationDelete),
		fault("isolation-delete-tags", "the delete of a manifest also deletes its tags in other repositories",
			TagsGoElsewhere, require.SecurityIsolationDelete),
		fault("isolation-delete-tag-below", "the delete of a tag also deletes the tag of that name in nested repositories",
			TagsGoBelow, require.SecurityIsolationDelete),
		fault("isolation-delete-tag", "the delete of a tag deletes it in every repository",
			DeleteEverywhere(DeleteTag), require.SecurityIsolationDelete),
		fault("mount-deleted-with-source", "the delete of a blob also deletes it where it was mounted",
			BoundMounts(false), require.SecurityIsolationDelete),
		fault("mount-deletes-source", "the delete of a mounted blob also deletes it in its source",
			BoundMounts(true), require.SecurityIsolationDelete),
		fault("isolation-session", "an upload can be continued in another repository",
			OrElsewhere(Is("GET PATCH PUT DELETE", Session)), require.SecurityIsolationSession),
		fault("blob-delete-manifests", "the delete of a blob also deletes the manifests of other repositories that use it",
			BlobTakesManifests, require.SecurityIsolationDelete),
		fault("isolation-delete-referrer", "a deleted manifest is missing in the lists of referrers of all repositories",
			UnlistedEverywhere, require.SecurityIsolationDelete),
	}
}

func malformedDigestFaults() []Fault {
	return []Fault{
		fault("digest-short-stored", "a blob is stored under a digest that is too short",
			Taking(Is("PUT POST", Session, Uploads).And(WithParameter("digest"), MalformedDigest)), require.SecurityDigestMalformedPush),
		fault("digest-path-stored", "a blob is stored under a digest that holds a path",
			Taking(Is("PUT POST", Session, Uploads).And(ParameterLike("digest", `\.\./`))), require.SecurityDigestMalformedPush),
		fault("digest-upper-stored", "a blob is stored under a digest in upper case",
			Taking(PutUpload.And(ParameterLike("digest", `[A-Z]`))), require.SecurityDigestMalformedPush).in(require.V1_1),
		fault("digest-malformed-500", "a pull of a blob by a digest that holds a path makes the server fail",
			OnAnswer(PullMalformedDigest.And(PathLike(`\.\.`)), Failing()), require.SecurityDigestMalformedPull),
		fault("digest-malformed-nul", "the part of a digest after a zero byte is ignored",
			OnRequest(PullMalformedDigest, CutPath("\x00")), require.SecurityDigestMalformedPull),
		fault("digest-malformed-upper", "a blob can be pulled by a digest in upper case",
			OnRequest(PullMalformedDigest, LowerPath), require.SecurityDigestMalformedPull),
		fault("digest-malformed-bare", "a blob can be pulled by a digest without its algorithm",
			OnRequest(PullMalformedDigest.And(NameLike(`^[0-9a-f]{64}$`)), AddAlgorithm), require.SecurityDigestMalformedPull).in(require.V1_0),
		fault("digest-unknown-algorithm-blob", "a blob is stored under a digest of an unknown algorithm",
			Taking(Is("PUT POST", Session, Uploads).And(UnknownAlgorithm)), require.SecurityDigestUnknownAlgorithmBlob),
		fault("digest-unknown-algorithm-single-post", "a blob in a single POST is stored under a digest of an unknown algorithm",
			Taking(SinglePost.And(UnknownAlgorithm)), require.SecurityDigestUnknownAlgorithmBlob).in(require.V1_1),
		fault("digest-unknown-algorithm-manifest", "a manifest is stored under a digest of an unknown algorithm",
			Taking(PutManifest.And(UnknownAlgorithm)), require.SecurityDigestUnknownAlgorithmManifest),
	}
}

func manifestConfusionFaults() []Fault {
	return []Fault{
		fault("accept-converted", "a manifest is converted for clients that accept Docker's first schema",
			OnAnswer(GetManifest.And(HeaderLike("Accept", `docker\.distribution\.manifest\.v1\+`)), OK(Text("application/vnd.docker.distribution.manifest.v1+prettyjws", `{"schemaVersion":1,"name":"a","tag":"b"}`))), require.SecurityAcceptDigest),
		fault("accept-resolved", "a client that accepts only images gets the first image of an index",
			ResolvedIndex, require.SecurityAcceptDigest),
		fault("accept-resolved-nothing", "a client that sends no Accept gets the first image of an index",
			Chain(OnRequest(GetManifest.And(Not(WithHeader("Accept"))), SetHeader("Accept", ImageType)), ResolvedIndex), require.SecurityAcceptDigest).in(require.V1_1),
		fault("manifest-not-json", "a body that is not JSON is accepted as a manifest",
			Taking(PutManifest.And(ByTag, NotJSON)), require.SecurityManifestNotJson),
		fault("manifest-empty", "an empty body is accepted as a manifest",
			Taking(PutManifest.And(ByTag, PutEmptyManifest)), require.SecurityManifestNotJson),
		fault("manifest-ambiguous", "a manifest that is an image and an index at once is accepted",
			Taking(PutManifestThat(AllOf(IsIndex, Holds("config")))), require.SecurityManifestAmbiguous),
	}
}

func pathFaults() []Fault {
	return []Fault{
		fault("path-encoded-slash", "an encoded slash is treated as a slash",
			OnRequest(EncodedSlash, DecodeSlashes), require.SecurityPathEncodedSlash),
		fault("path-encoded-slash-put", "an encoded slash is treated as a slash when a manifest is pushed",
			OnRequest(PutManifest.And(EncodedSlash), DecodeSlashes), require.SecurityPathEncodedSlash),
		fault("path-dot-segments", "dot segments are removed from paths",
			OnRequest(PathLike(`/\.`).And(Of(Manifests)), CleanPath), require.SecurityPathDotSegments),
	}
}

func anonymousFaults() []Fault {
	return []Fault{
		fault("ping-401-no-challenge", "/v2/ is answered 401 without a challenge",
			OnAnswer(Is("GET", Root), Refuse(401, "UNAUTHORIZED")), require.SecurityAnonymousChallenge),
		fault("anonymous-blobs", "blobs can be pulled without a login, but manifests cannot",
			LetIn(PullBlob), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-tags", "tags can be listed without a login",
			LetIn(ListTags), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-head", "HEAD of a manifest is answered without a login",
			LetIn(HeadManifest), require.SecurityAnonymousRead).with(withLogin).in(require.V1_1),
		fault("anonymous-referrers", "referrers can be listed without a login",
			LetIn(ListReferrers), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-sessions", "an upload can be continued without a login",
			LetIn(Is("PATCH PUT", Session)), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-uploads", "an upload can be started without a login",
			LetIn(Is("POST", Uploads)), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-manifests", "a manifest can be pushed without a login",
			LetIn(PutManifest), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-delete-tag", "a tag can be deleted without a login",
			LetIn(DeleteTag), require.SecurityAnonymousDelete).with(withLogin),
		fault("anonymous-delete-blob", "a blob can be deleted without a login",
			LetIn(DeleteBlob), require.SecurityAnonymousDelete).with(withLogin),
		fault("unauthorized-without-challenge", "deletes are answered 401 without WWW-Authenticate",
			Instead(Is("DELETE", Manifests, Blobs), Refuse(401, "UNAUTHORIZED")), require.SecurityAnonymousChallenge),
		fault("anonymous-no-challenge", "the list of tags is answered 401 without WWW-Authenticate",
			OnAnswer(ListTags, On(401, Del("WWW-Authenticate"))), require.SecurityAnonymousChallenge).with(withLogin),
		fault("anonymous-no-challenge-blob", "the pull of a blob is answered 401 without WWW-Authenticate",
			OnAnswer(PullBlob, On(401, Del("WWW-Authenticate"))), require.SecurityAnonymousChallenge).with(withLogin).in(require.V1_1),
	}
}
