package traffic

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/reference/faults/behaviour"
)

// The grammars of the distribution-spec, section "Pulling manifests".
var (
	repositoryGrammar = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	tagGrammar        = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]*$`)
)

const longestTag = 128

// IsTag says whether the text is a tag.
func IsTag(text string) bool { return len(text) <= longestTag && tagGrammar.MatchString(text) }

// isDigest says whether a reference has the form of a digest. The encoded part of a
// registered algorithm has its own form.
func isDigest(text string) bool {
	err := digest.Digest(text).Validate()
	return err == nil || err == digest.ErrDigestUnsupported //nolint:errorlint // go-digest returns it as it is
}

// names are the rules on the names in a path.
func names() []Rule {
	return []Rule{
		{
			require.ClientPullNameGrammar, "the name of a repository keeps the grammar", "a repository name of the grammar",
			"the client asked for no repository",
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				if ex.Repo != "" && !repositoryGrammar.MatchString(ex.Repo) {
					return true, fmt.Sprintf("the repository %q", ex.Repo)
				}
				if from := ex.Query("from"); ex.Is("POST", behaviour.Uploads) && from != "" && !repositoryGrammar.MatchString(from) {
					return true, fmt.Sprintf("a mount from the repository %q", from)
				}
				return ex.Repo != "", ""
			}),
		},
		{
			require.ClientPullManifestReference, "a manifest is asked for by a digest or a tag", "a digest or a tag",
			"the client asked for no manifest", each(referenceOf("GET HEAD")),
		},
		{
			require.ClientPushManifestReference, "a manifest is pushed to a digest or a tag", "a digest or a tag",
			"the client pushed no manifest", each(referenceOf(http.MethodPut)),
		},
		{
			require.ClientPullTagLength, "a tag has at most 128 characters", "a tag of at most 128 characters",
			"the client named no tag",
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				if ex.Kind != behaviour.Manifests || ex.ByDigest() {
					return false, ""
				}
				if len(ex.Name) > longestTag {
					return true, fmt.Sprintf("a tag of %d characters", len(ex.Name))
				}
				return true, ""
			}),
		},
		{
			require.ClientPullTagGrammar, "a tag keeps the grammar", "a tag of the grammar", "the client named no tag",
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				if ex.Kind != behaviour.Manifests || ex.ByDigest() {
					return false, ""
				}
				if !tagGrammar.MatchString(ex.Name) {
					return true, fmt.Sprintf("the tag %q", ex.Name)
				}
				return true, ""
			}),
		},
		{
			require.ClientAccessProxyNs, "a registry that is no proxy gets no ns", "no ns in the query", "the client pulled nothing",
			each(func(t Traffic, ex *Exchange) (bool, string) {
				if t.Proxy || !ex.Is("GET HEAD", behaviour.Manifests) && !ex.Is("GET HEAD", behaviour.Blobs) {
					return false, ""
				}
				if ex.URL.Query().Has("ns") {
					return true, "ns=" + ex.Query("ns")
				}
				return true, ""
			}),
		},
	}
}

// referenceOf judges references that are no tags: they have a colon, or are a digest that
// lacks its algorithm.
func referenceOf(methods string) func(Traffic, *Exchange) (bool, string) {
	return func(t Traffic, ex *Exchange) (bool, string) {
		if !ex.Is(methods, behaviour.Manifests) {
			return false, ""
		}
		if ex.ByDigest() && !isDigest(ex.Name) {
			return true, fmt.Sprintf("the reference %q", ex.Name)
		}
		if t.Given["sha256:"+ex.Name] && !ofReferrers(t, ex) {
			return true, fmt.Sprintf("the reference %q, without the algorithm of the digest", ex.Name)
		}
		return true, ""
	}
}

// pulls are the rules on the requests for content.
func pulls() []Rule {
	return []Rule{
		{
			require.ClientPullManifestAccept, "a request for a manifest has an Accept with types of manifests", "Accept with types of manifests",
			"the client asked for no manifest",
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				if !ex.Is("GET", behaviour.Manifests) {
					return false, ""
				}
				for _, value := range ex.Request.Header.Values("Accept") {
					if namesManifest.MatchString(value) {
						return true, ""
					}
				}
				return true, header(ex, "Accept")
			}),
		},
	}
}

// namesManifest finds the media type of a manifest in Accept. There are more than those of
// image-spec, and all have one of the words.
var namesManifest = regexp.MustCompile(`(?i)[a-z]+/[a-z0-9][^,;]*(manifest|index)`)

// ofReferrers says whether the client takes the reference for a referrers tag: it asked the
// referrers API about this digest, or pushed a list under the reference.
func ofReferrers(t Traffic, ex *Exchange) bool {
	return slices.ContainsFunc(t.All, func(other *Exchange) bool {
		if other.Is(http.MethodGet, behaviour.Referrers) && other.Name == "sha256:"+ex.Name {
			return true
		}
		return other.Is(http.MethodPut, behaviour.Manifests) && other.Name == ex.Name && !t.Given[other.SentDigest.String()]
	})
}
