package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func tagPageVariants() []Variant {
	return []Variant{
		variant("tag-pages-of-one", "each page has one tag",
			TagPagesOfOne),
		variant("tag-pages-of-one-1.1", "each page has one tag",
			TagPagesOfOne).in(require.V1_1),
		variant("tag-links-absolute", "the Link of a list of tags has an absolute URL",
			OnAnswer(ListTags, AbsoluteLink)),
		variant("tag-link-parameters", "the Link of a list of tags has additional parameters",
			Chain(OnAnswer(ListTags, EditLink(`; rel="next"`, `; title="more, and more"; rel="next"; type="application/json"`)), TagPagesOfOne)),
		variant("tag-link-unquoted", "the rel of the Link is not in quotes",
			Chain(OnAnswer(ListTags, EditLink(`"next"`, `next`)), TagPagesOfOne)),
		variant("tag-link-case", "the rel of the Link is in upper case, without spaces",
			Chain(OnAnswer(ListTags, EditLink(`; rel="next"`, `;REL="NEXT"`)), TagPagesOfOne)),
		variant("tag-links-many", "one Link header has several links",
			Chain(OnAnswer(ListTags, EditLink(`^`, `</v2/>; rel="start", `)), TagPagesOfOne)),
		variant("tag-links-lines", "the answer has several Link headers",
			Chain(OnAnswer(ListTags, LinkToFirst), TagPagesOfOne)),
		variant("tag-link-token", "the Link names the next page by a token",
			TokenPages(ListTags)),
		variant("tag-no-link", "pages of tags have no Link",
			OnAnswer(ListTags, Del("Link"))),
	}
}

func tagListVariants() []Variant {
	return []Variant{
		variant("n-ignored-when-bad", "an n that is not a number is ignored",
			OnRequest(ListTagsByN.And(Not(NIsNumber)), DelParameters("n"))),
		variant("last-unknown-404", "a list after a tag that does not exist is refused with 404",
			RefusesUnknownLast),
		variant("lists-etag", "lists can be cached and requested with conditions",
			OnAnswer(Is("GET", Tags, Referrers), OK(ETags))),
		variant("lists-compressed", "lists and errors are compressed for clients that accept gzip",
			OnAnswer(Is("GET", Tags, Referrers).And(HeaderLike("Accept-Encoding", "gzip")), Compressed)),
		variant("tag-order-lexical", "tags are listed in the order of a dictionary",
			LexicalTags),
		variant("tag-order-lexical-1.0", "tags are listed in the order of a dictionary",
			LexicalTags).in(require.V1_0),
		variant("tags-null", "the field tags is null when a repository has no tags",
			OnAnswer(ListTags.And(Not(ListNoTags)), OK(NullTags))),
		variant("tags-charset", "the list of tags has a charset and additional fields",
			OnAnswer(ListTags, OK(Set("Content-Type", "application/json; charset=utf-8"), EditJSON(SetField("manifest", Object{}))))),
	}
}
