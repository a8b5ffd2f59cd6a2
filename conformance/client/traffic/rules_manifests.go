package traffic

import (
	"fmt"
	"mime"
	"regexp"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	"assay/reference/faults/behaviour"
)

// manifests are the rules on the PUT of a manifest.
func manifests() []Rule {
	const none = "the client pushed no manifest"
	return []Rule{
		{
			require.ClientPushManifestContentType, "a pushed manifest has its type in Content-Type", "the type of the manifest in Content-Type", none,
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				doc, ok := pushed(ex)
				if !ok {
					return false, ""
				}
				value := ex.SentType()
				switch {
				case value == "":
					return true, "no Content-Type"
				case doc.MediaType == "" && !fits(value, doc):
					return true, header(ex, "Content-Type")
				}
				return true, ""
			}),
		},
		{
			require.ClientPushManifestContentTypeEqual, "the Content-Type of a pushed manifest is its mediaType", "Content-Type equal to mediaType", none,
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				doc, ok := pushed(ex)
				if !ok || doc.MediaType == "" || ex.SentType() == "" {
					return false, ""
				}
				if !strings.EqualFold(ex.SentType(), doc.MediaType) {
					return true, fmt.Sprintf("%s, with the mediaType %s", header(ex, "Content-Type"), doc.MediaType)
				}
				return true, ""
			}),
		},
		{
			require.ClientPushManifestContentTypeParameters, "the Content-Type of a pushed manifest has no parameters", "no parameters in Content-Type", none,
			each(func(_ Traffic, ex *Exchange) (bool, string) {
				if _, ok := pushed(ex); !ok || ex.SentType() == "" {
					return false, ""
				}
				if _, parameters, _ := mime.ParseMediaType(ex.Request.Header.Get("Content-Type")); len(parameters) > 0 {
					return true, header(ex, "Content-Type")
				}
				return true, ""
			}),
		},
		{
			require.ClientPushManifestMediaType, "a manifest that the client made has a mediaType", "a mediaType",
			"the client made no manifest of its own",
			each(func(t Traffic, ex *Exchange) (bool, string) {
				doc, ok := pushed(ex)
				// Docker's schema 1 has no mediaType.
				if !ok || t.Given[ex.SentDigest.String()] || !isManifest(ex.Fields()) {
					return false, ""
				}
				if doc.MediaType == "" {
					return true, "no mediaType"
				}
				return true, ""
			}),
		},
	}
}

// pushed reads a pushed manifest.
func pushed(ex *Exchange) (Document, bool) {
	if !ex.Is("PUT", behaviour.Manifests) || ex.SentDigest == "" {
		return Document{}, false
	}
	return ex.Document()
}

// fits says whether the type may be that of a manifest without mediaType.
func fits(mediaType string, doc Document) bool {
	isIndex := strings.Contains(mediaType, "index") || strings.Contains(mediaType, "manifest.list")
	isImage := strings.Contains(mediaType, "manifest") && !isIndex
	return isIndex == (doc.Manifests != nil) || isImage == (doc.Config != nil)
}

var number = regexp.MustCompile(`^[0-9]+$`)

// lists are the rules on the requests for lists of tags.
func lists() []Rule {
	const none = "the client asked for no tags with last"
	return []Rule{
		{
			require.ClientDiscoveryTagsLastNumber, "last is not a numerical index", "a tag in last", none,
			each(func(t Traffic, ex *Exchange) (bool, string) {
				if !ex.Is("GET", behaviour.Tags) || !ex.URL.Query().Has("last") {
					return false, ""
				}
				if last := ex.Query("last"); number.MatchString(last) && !listed(t, ex, last) {
					return true, "last=" + last
				}
				return true, ""
			}),
		},
		{
			require.ClientDiscoveryTagsLastTag, "last is a tag", "a tag in last", none,
			each(func(t Traffic, ex *Exchange) (bool, string) {
				last := ex.Query("last")
				if !ex.Is("GET", behaviour.Tags) || !ex.URL.Query().Has("last") || number.MatchString(last) {
					return false, ""
				}
				if !IsTag(last) || !listed(t, ex, last) && !linked(t, ex) {
					return true, "last=" + last
				}
				return true, ""
			}),
		},
	}
}

// listed says whether an answer before the request listed the tag.
func listed(t Traffic, ex *Exchange, tag string) bool {
	before := t.All[:slices.Index(t.All, ex)]
	return slices.ContainsFunc(before, func(other *Exchange) bool {
		var list struct{ Tags []string }
		// A Link may have led to any path.
		return other.JSON(&list) == nil && slices.Contains(list.Tags, tag)
	})
}

// linked says whether a Link of an answer before the request led to it.
func linked(t Traffic, ex *Exchange) bool {
	before := t.All[:slices.Index(t.All, ex)]
	return slices.ContainsFunc(before, func(other *Exchange) bool {
		return strings.Contains(other.Header.Get("Link"), ex.URL.RawQuery)
	})
}
