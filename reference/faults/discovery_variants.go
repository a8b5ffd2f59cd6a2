package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func tagPageVariants() []Variant {
	return []Variant{
		variant("tag-pages-of-one", "a page has one tag",
			TagPagesOfOne),
		variant("tag-pages-of-one-1.1", "a page has one tag",
			TagPagesOfOne).in(require.V1_1),
		variant("tag-links-absolute", "the Links of tags are absolute",
			OnAnswer(ListTags, AbsoluteLink)),
		variant("tag-link-parameters", "the Links of tags have more parameters",
			Chain(OnAnswer(ListTags, EditLink(`; rel="next"`, `; title="more, and more"; rel="next"; type="application/json"`)), TagPagesOfOne)),
		variant("tag-link-unquoted", "the rel of a Link has no quotes",
			Chain(OnAnswer(ListTags, EditLink(`"next"`, `next`)), TagPagesOfOne)),
		variant("tag-link-case", "the rel of a Link is in upper case, with no spaces",
			Chain(OnAnswer(ListTags, EditLink(`; rel="next"`, `;REL="NEXT"`)), TagPagesOfOne)),
		variant("tag-links-many", "there are several Links in one header",
			Chain(OnAnswer(ListTags, EditLink(`^`, `</v2/>; rel="start", `)), TagPagesOfOne)),
		variant("tag-links-lines", "there are several Links in several headers",
			Chain(OnAnswer(ListTags, LinkToFirst), TagPagesOfOne)),
		variant("tag-link-token", "the next page is named by a token",
			TokenPages(ListTags)),
		variant("tag-no-link", "pages of tags have no Link",
			OnAnswer(ListTags, Del("Link"))),
	}
}

func tagListVariants() []Variant {
	return []Variant{
		variant("n-ignored-when-bad", "n that is no number is ignored",
			OnRequest(ListTagsByN.And(Not(NIsNumber)), DelParameters("n"))),
		variant("lists-compressed", "lists and errors are compressed for who takes that",
			OnAnswer(Is("GET", Tags, Referrers).And(HeaderLike("Accept-Encoding", "gzip")), Compressed)),
		variant("tag-order-lexical", "tags come in the order of a dictionary",
			LexicalTags),
		variant("tag-order-lexical-1.0", "tags come in the order of a dictionary",
			LexicalTags).in(require.V1_0),
		variant("tags-null", "the tags of a repository without tags are null",
			OnAnswer(ListTags.And(Not(ListNoTags)), OK(NullTags))),
		variant("tags-charset", "the list of tags has a charset, and more fields",
			OnAnswer(ListTags, OK(Set("Content-Type", "application/json; charset=utf-8"), EditJSON(SetField("manifest", Object{}))))),
	}
}
