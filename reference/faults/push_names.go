package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func tagParameterFaults() []Fault {
	return []Fault{
		fault("repository-name-underscores-invalid", "a repository name with two underscores in a row is refused as invalid",
			Instead(StartUpload.And(RepositoryLike(`__`)), Refuse(400, "NAME_INVALID")), require.PushRepositoryNameValid),
		fault("tag-parameters-three", "only the first three tag parameters are used",
			OnRequest(PutManifest.And(WithParameter("tag")), CutParameters("tag", 3)), require.PushManifestTagParametersTen),
		fault("tag-parameters-400", "more than five tag parameters are refused",
			Instead(PutManifest.And(ParametersOver("tag", 5)), Invalid()), require.PushManifestTagParametersTen),
		fault("tag-parameters-no-header", "the answer to a push with tag parameters has no OCI-Tag",
			OnAnswer(PutManifest, Del("OCI-Tag")), require.PushManifestTagParametersHeader),
		fault("tag-parameters-first-named", "OCI-Tag names only the first tag that the tag parameters made",
			OnAnswer(PutManifest, SetFrom("OCI-Tag", Before(","))), require.PushManifestTagParametersHeader),
		fault("tag-parameters-spaces", "OCI-Tag names the tags with spaces between them",
			OnAnswer(PutManifest, SetFrom("OCI-Tag", Dropping(","))), require.PushManifestTagParametersHeader),
		fault("tag-parameters-not-moved", "OCI-Tag names a tag that a tag parameter should have moved but did not",
			UnmovedTags, require.PushManifestTagParametersTagged),
	}
}

func repositoryNameFaults() []Fault {
	return []Fault{
		fault("repository-name-upper", "repository names in upper case are accepted",
			OnRequest(RepositoryLike(`[A-Z]`), EscapeRepository), require.PushRepositoryNameGrammar),
		fault("repository-name-any", "every repository name is accepted",
			OnRequest(RepositoryLike(`[^a-z0-9/-]|^-`), EscapeRepository), require.PushRepositoryNameGrammar),
		fault("repository-name-separators-1.0", "repository names with several separators in a row are accepted",
			OnRequest(RepositoryLike(`\.\.|___|\.$`), EscapeRepository), require.PushRepositoryNameGrammar).in(require.V1_0),
	}
}

func tagNameFaults() []Fault {
	return []Fault{
		fault("tag-length-127", "a tag of 128 characters is refused",
			Instead(PutManifest.And(NameLike(`^.{128}$`), ByTag), Invalid()), require.PushTagLengthAccepted),
		fault("tag-length-64", "a tag of more than 64 characters is refused",
			Instead(PutManifest.And(NameLike(`^.{65,}$`), ByTag), Refuse(404, "MANIFEST_INVALID")), require.PushTagLengthAccepted),
		fault("tag-length-lost", "a tag of more than 100 characters is accepted but not stored",
			OnAnswer(PullManifest.And(ByTag, NameLike(`^.{101,}$`)), OK(Refuse(404, "MANIFEST_UNKNOWN"))), require.PushTagLengthAccepted),
		fault("tag-length-unlisted", "a tag of more than 100 characters is not listed",
			OnAnswer(ListTags, TagList(WithoutTags(`^.{101,}$`))), require.PushTagLengthAccepted),
		fault("tag-length-any", "a tag of any length is accepted",
			Taking(PutManifest.And(NameLike(`^[a-z0-9-]{129,}$`))), require.PushTagLengthRefused),
		fault("tag-length-cut", "a tag of more than 128 characters is cut to 128",
			OnRequest(Is("PUT GET HEAD DELETE", Manifests).And(NameLike(`^[a-z0-9-]{129,}$`)), ReplacePath(`/manifests/(.{128}).*`, "/manifests/$1")), require.PushTagLengthRefused),
		fault("tag-grammar-lower", "a tag in upper case is refused",
			Instead(PutManifest.And(ByTag, NameLike(`[A-Z]`)), Invalid()), require.PushTagGrammarAccepted),
		fault("tag-grammar-upper-lost", "a tag in upper case is accepted but not stored",
			OnAnswer(PullManifest.And(ByTag, NameLike(`[A-Z]`)), OK(Refuse(404, "MANIFEST_UNKNOWN"))), require.PushTagGrammarAccepted),
		fault("tag-grammar-digit", "a tag that begins with a digit is refused",
			Instead(PutManifest.And(ByTag, NameLike(`^0`)), Invalid()), require.PushTagGrammarAccepted),
		fault("tag-grammar-underscore", "a tag that begins with an underscore is refused",
			Instead(PutManifest.And(ByTag, NameLike(`^_`)), Invalid()), require.PushTagGrammarAccepted).in(require.V1_1),
		fault("tag-grammar-in-a-row", "a tag with several dots or hyphens in a row is refused",
			Instead(PutManifest.And(ByTag, NameLike(`\.\.|--`)), Invalid()), require.PushTagGrammarAccepted),
		fault("tag-grammar-digits", "a tag of 64 hexadecimal digits is refused as if it were a digest",
			Instead(PutManifest.And(NameLike(`^[0-9a-f]{64}$`)), Refuse(400, "DIGEST_INVALID")), require.PushTagGrammarAccepted).in(require.V1_1),
		fault("tag-grammar-dot", "a tag that begins with a dot is accepted",
			Taking(PutManifest.And(NameLike(`^\.`))), require.PushTagGrammarRefused),
		fault("tag-grammar-plus", "a tag with a plus sign is accepted",
			Taking(PutManifest.And(NameLike(`\+`))), require.PushTagGrammarRefused),
		fault("tag-grammar-any", "every reference that is not a digest is accepted as a tag",
			Taking(PutManifest.And(NameLike(`^[^:]*[^a-zA-Z0-9._:-][^:]*$|^[.-]`))), require.PushTagGrammarRefused),
		fault("tag-grammar-utf-8", "a tag with letters outside of ASCII is accepted",
			Taking(PutManifest.And(NameLike(`[^\x00-\x7f]`))), require.PushTagGrammarRefused).in(require.V1_1),
	}
}

func pushedReferenceFaults() []Fault {
	return []Fault{
		fault("manifest-put-reference-digest", "a manifest is accepted under a malformed digest",
			Taking(PutManifest.And(MalformedName)), require.PushManifestReference, require.PullManifestReference),
		fault("manifest-put-reference-upper", "a manifest is accepted under a digest in upper case",
			OnRequest(PutManifest.And(MalformedName, NameLike(`^sha256:[0-9A-F]{64}$`)), LowerName), require.PushManifestReference),
		fault("manifest-put-reference-at-sign", "when a reference has a tag and a digest, only the digest is used",
			OnRequest(Is("PUT GET HEAD", Manifests).And(NameLike(`@sha256:[0-9a-f]{64}$`)), ReplacePath(`/manifests/.*@`, "/manifests/")), require.PushManifestReference, require.PullManifestReference),
		fault("sha512-manifest-refused", "the push of a manifest under its SHA-512 digest is refused",
			Instead(PutManifest.And(BySHA512), Refuse(400, "DIGEST_INVALID")), require.PushSha512Manifest),
		fault("sha512-manifest-lost-1.1", "a manifest cannot be pulled by its SHA-512 digest",
			OnAnswer(PullManifest.And(BySHA512), Refuse(404, "MANIFEST_UNKNOWN")), require.PushSha512Manifest).in(require.V1_1),
	}
}
