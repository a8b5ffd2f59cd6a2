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
		fault("isolation-referrers", "repositories share their referrers",
			SharedReferrers, require.SecurityIsolationReferrers),
		fault("isolation-delete-blob", "a blob that is deleted is deleted everywhere",
			DeleteEverywhere(DeleteBlob), require.SecurityIsolationDelete),
		fault("isolation-delete-manifest", "a manifest that is deleted is deleted everywhere",
			DeleteEverywhere(DeleteManifest), require.SecurityIsolationDelete),
		fault("isolation-session", "an upload goes on in whichever repository",
			OrElsewhere(Is("GET PATCH PUT DELETE", Session)), require.SecurityIsolationSession),
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
		fault("digest-malformed-500", "a digest that holds a path makes the server fail",
			OnAnswer(PullMalformedDigest.And(PathLike(`\.\.`)), Failing()), require.SecurityDigestMalformedPull),
		fault("digest-malformed-nul", "what comes after a zero byte in a digest is ignored",
			OnRequest(PullMalformedDigest, CutPath("\x00")), require.SecurityDigestMalformedPull),
		fault("digest-malformed-upper", "digests may be in upper case when a blob is pulled",
			OnRequest(PullMalformedDigest, LowerPath), require.SecurityDigestMalformedPull),
		fault("digest-malformed-bare", "a digest without its algorithm gives the blob",
			OnRequest(PullMalformedDigest.And(NameLike(`^[0-9a-f]{64}$`)), AddAlgorithm), require.SecurityDigestMalformedPull).in(require.V1_0),
		fault("digest-unknown-algorithm-blob", "a blob is stored under a digest that nobody can verify",
			Taking(Is("PUT POST", Session, Uploads).And(UnknownAlgorithm)), require.SecurityDigestUnknownAlgorithmBlob),
		fault("digest-unknown-algorithm-single-post", "a blob in a single POST is stored under a digest that nobody can verify",
			Taking(SinglePost.And(UnknownAlgorithm)), require.SecurityDigestUnknownAlgorithmBlob).in(require.V1_1),
		fault("digest-unknown-algorithm-manifest", "a manifest is stored under a digest that nobody can verify",
			Taking(PutManifest.And(UnknownAlgorithm)), require.SecurityDigestUnknownAlgorithmManifest),
	}
}

func manifestConfusionFaults() []Fault {
	return []Fault{
		fault("accept-converted", "a manifest is converted for clients that accept Docker's first schema",
			OnAnswer(GetManifest.And(HeaderLike("Accept", `docker\.distribution\.manifest\.v1\+`)), OK(Text("application/vnd.docker.distribution.manifest.v1+prettyjws", `{"schemaVersion":1,"name":"a","tag":"b"}`))), require.SecurityAcceptDigest),
		fault("accept-resolved", "an index is answered with its first image where only images are accepted",
			ResolvedIndex, require.SecurityAcceptDigest),
		fault("accept-resolved-nothing", "an index is answered with its first image where nothing is accepted",
			Chain(OnRequest(GetManifest.And(Not(WithHeader("Accept"))), SetHeader("Accept", ImageType)), ResolvedIndex), require.SecurityAcceptDigest).in(require.V1_1),
		fault("manifest-not-json", "what is not JSON is taken for a manifest",
			Taking(PutManifest.And(ByTag, NotJSON)), require.SecurityManifestNotJson),
		fault("manifest-empty", "nothing is taken for a manifest",
			Taking(PutManifest.And(ByTag, PutEmptyManifest)), require.SecurityManifestNotJson),
		fault("manifest-ambiguous", "what is an image manifest and an index is taken",
			Taking(PutManifestThat(AllOf(IsIndex, Holds("config")))), require.SecurityManifestAmbiguous),
	}
}

func pathFaults() []Fault {
	return []Fault{
		fault("path-encoded-slash", "an encoded slash is a slash",
			OnRequest(EncodedSlash, DecodeSlashes), require.SecurityPathEncodedSlash),
		fault("path-encoded-slash-put", "an encoded slash is a slash when a manifest is pushed",
			OnRequest(PutManifest.And(EncodedSlash), DecodeSlashes), require.SecurityPathEncodedSlash),
		fault("path-dot-segments", "dot segments are taken out of paths",
			OnRequest(PathLike(`/\.`).And(Of(Manifests)), CleanPath), require.SecurityPathDotSegments),
	}
}

func anonymousFaults() []Fault {
	return []Fault{
		fault("anonymous-blobs", "blobs are given to everybody, manifests are not",
			LetIn(PullBlob), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-tags", "tags are listed to everybody",
			LetIn(ListTags), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-head", "HEAD of a manifest is answered to everybody",
			LetIn(HeadManifest), require.SecurityAnonymousRead).with(withLogin).in(require.V1_1),
		fault("anonymous-referrers", "referrers are listed to everybody",
			LetIn(ListReferrers), require.SecurityAnonymousRead).with(withLogin),
		fault("anonymous-sessions", "everybody may go on with an upload",
			LetIn(Is("PATCH PUT", Session)), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-uploads", "everybody may start an upload",
			LetIn(Is("POST", Uploads)), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-manifests", "everybody may push a manifest",
			LetIn(PutManifest), require.SecurityAnonymousWrite).with(withLogin),
		fault("anonymous-delete-tag", "everybody may delete a tag",
			LetIn(DeleteTag), require.SecurityAnonymousDelete).with(withLogin),
		fault("anonymous-delete-blob", "everybody may delete a blob",
			LetIn(DeleteBlob), require.SecurityAnonymousDelete).with(withLogin),
		fault("anonymous-no-challenge", "it is not said how to log in to list tags",
			OnAnswer(ListTags, On(401, Del("WWW-Authenticate"))), require.SecurityAnonymousChallenge).with(withLogin),
		fault("anonymous-no-challenge-blob", "it is not said how to log in to pull a blob",
			OnAnswer(PullBlob, On(401, Del("WWW-Authenticate"))), require.SecurityAnonymousChallenge).with(withLogin).in(require.V1_1),
	}
}
