package faults

import (
	"slices"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func discoveryFaults() []Fault {
	return slices.Concat(
		tagListFaults(),
		tagCompletenessFaults(),
		tagNumberFaults(),
		tagPageFaults(),
		tagLinkFaults(),
		everyListFaults(),
		tagChangeFaults(),
		tagRefusalFaults(),
		repeatedListFaults(),
	)
}

func tagListFaults() []Fault {
	return []Fault{
		fault("tags-203", "the list of tags is answered 203",
			OnAnswer(ListTags, OK(Status(203))), require.DiscoveryTagsStatus),
		fault("tags-404", "there is no list of tags",
			Instead(ListTags, Refuse(404, "UNSUPPORTED")), require.DiscoveryTagsStatus),
		fault("tags-500", "the list of tags is answered 500",
			Instead(ListAllTags, Refuse(500, "UNKNOWN")), require.DiscoveryTagsStatus),
		fault("tags-reversed", "the tags are listed in reverse order",
			OnAnswer(ListTags, TagList(Reversed)), require.DiscoveryTagsOrder),
		fault("tags-reversed-whole", "the tags are listed in reverse order when all are listed at once",
			OnAnswer(ListAllTags, TagList(Reversed)), require.DiscoveryTagsOrder),
		fault("tags-rotated", "the last tag is listed first",
			OnAnswer(ListAllTags, TagList(LastFirst)), require.DiscoveryTagsOrder).in(require.V1_0),
		fault("tags-no-name", "the list of tags does not name the repository",
			OnAnswer(ListTags, OK(EditJSON(Drop("name")))), require.DiscoveryTagsBody),
		fault("tags-other-name", "the list of tags names the repository without its first part",
			OnAnswer(ListTags, OK(EditJSON(ShortRepository))), require.DiscoveryTagsBody),
		fault("tags-bare-list", "the list of tags is a bare JSON array, not an object",
			OnAnswer(ListTags, OK(OnlyMember("tags"))), require.DiscoveryTagsBody),
		fault("tags-text", "the tags are listed as lines of text",
			OnAnswer(ListTags, OK(Text("text/plain", "v1\nv2\n"))), require.DiscoveryTagsBody),
	}
}

func tagCompletenessFaults() []Fault {
	return []Fault{
		fault("tags-incomplete-latest", "a tag called latest is not listed",
			OnAnswer(ListTags, TagList(WithoutTags(`^latest$`))), require.DiscoveryTagsComplete),
		fault("tags-incomplete-reserved", "tags called index, current or link are not listed",
			OnAnswer(ListTags, TagList(WithoutTags(`^(index|current|link)$`))), require.DiscoveryTagsComplete),
		fault("tags-incomplete-upper", "tags that end in upper case are not listed",
			OnAnswer(ListTags, TagList(WithoutTags(`[A-Z]$`))), require.DiscoveryTagsComplete),
		fault("tags-cut-silently", "the list of tags ends after three tags and has no Link",
			OnAnswer(ListAllTags, TagList(UpTo[string](3))), require.DiscoveryTagsComplete),
		fault("tags-stale", "the list of tags lacks the tag that was pushed last",
			LateTags, require.DiscoveryTagsComplete),
		fault("tags-deleted-stay", "the list of tags still has the deleted tags",
			DeletedTagsListed, require.DiscoveryTagsComplete),
		fault("tags-of-all", "the list of tags has the tags of all repositories",
			TagsOfAllListed, require.DiscoveryTagsComplete),
		fault("tags-moved-twice", "a tag that was moved is listed twice",
			MovedTagsTwice, require.DiscoveryTagsComplete),
	}
}

func tagNumberFaults() []Fault {
	return []Fault{
		fault("tags-pages-reversed", "the tags on each page are in reverse order",
			OnAnswer(ListTags.And(ParameterLike("n", `^[1-9][0-9]?$`)), TagList(Reversed)), require.DiscoveryTagsNOrder),
		fault("tags-n-second", "with n=2 the list begins with the second tag",
			OnAnswer(ListFirstTagsByN.And(WithValue("n", "2")), TagList(AllButFirst)), require.DiscoveryTagsNStart),
		fault("tags-n-ignored", "the parameter n is ignored",
			OnRequest(ListTagsByN, DelParameters("n")), require.DiscoveryTagsNCount),
		fault("tags-n-one-more", "the list has one tag more than n",
			OnRequest(ListTagsByN.And(Not(ListNoTags)), AddToN(1)), require.DiscoveryTagsNCount),
		fault("tags-n-one-less-no-link", "the list has one tag less than n, and no Link",
			Chain(OnAnswer(ListTagsByN, Del("Link")), OnRequest(ListTagsByN.And(Not(ListNoTags)), AddToN(-1))), require.DiscoveryTagsNCount),
		fault("tags-zero-all", "n=0 lists every tag",
			OnRequest(ListNoTags, DelParameters("n")), require.DiscoveryTagsZeroEmpty),
		fault("tags-zero-400", "n=0 is refused with 400",
			Instead(ListNoTags, Refuse(400, "UNSUPPORTED")), require.DiscoveryTagsZeroEmpty),
		fault("tags-zero-500-1.0", "n=0 is answered 500",
			Instead(ListNoTags, Status(500)), require.DiscoveryTagsZeroEmpty).in(require.V1_0),
		fault("tags-zero-last-one", "n=0 together with last lists a tag",
			OnRequest(ListTags.And(WithValue("n", "0"), WithParameter("last")), SetParameter("n", "1")), require.DiscoveryTagsZeroEmpty),
		fault("tags-zero-link", "the answer to n=0 has a Link",
			OnAnswer(ListNoTags, OK(NextIsItself)), require.DiscoveryTagsZeroLink),
		fault("tags-n-start", "with n the list begins with the second tag",
			OnAnswer(ListFirstTagsByN, TagList(AllButFirst)), require.DiscoveryTagsNStart, require.DiscoveryTagsNCount),
		fault("tags-n-start-end", "with n the list has the last n tags",
			LastOnes, require.DiscoveryTagsNStart),
		fault("tags-n-reversed", "with n the tags are listed in reverse order",
			OnAnswer(ListFirstTagsByN, TagList(Reversed)), require.DiscoveryTagsNOrder),
	}
}

func tagPageFaults() []Fault {
	return []Fault{
		fault("tags-last-without-n", "the parameter last is ignored when n is not given",
			OnRequest(ListTagsAfterLast.And(Not(WithParameter("n"))), DelParameters("last")), require.DiscoveryTagsLast),
		fault("tags-pages-skip", "the second page leaves a tag out",
			OnAnswer(ListFurtherTags, TagList(AllButFirst)), require.DiscoveryTagsPages, require.DiscoveryTagsLast),
		fault("tags-pages-repeat", "each page begins with the last tag of the page before",
			OnAnswer(ListFurtherTags.And(Not(WithValue("n", "100"))), LastListed), require.DiscoveryTagsPages),
		fault("tags-pages-end", "the second page has no Link to the third",
			OnAnswer(ListFurtherTags, Del("Link")), require.DiscoveryTagsPages),
		fault("tags-pages-404", "the next page is answered 404",
			OnAnswer(ListTagsAfterLast.And(ParameterLike("n", `^[1-9][0-9]?$`)), Refuse(404, "NAME_UNKNOWN")), require.DiscoveryTagsPages),
		fault("tags-last-ignored", "the parameter last is ignored",
			OnRequest(ListTagsAfterLast, DelParameters("last")), require.DiscoveryTagsLast),
		fault("tags-last-inclusive", "the list begins with the tag that last names",
			OnAnswer(ListTagsAfterLast.And(WithValue("n", "100")), LastListed), require.DiscoveryTagsLast),
		fault("tags-last-empty", "the list is empty when last is given",
			OnAnswer(ListTagsAfterLast, TagList(None)), require.DiscoveryTagsLast).in(require.V1_0),
		fault("tags-last-reversed", "with last the tags are listed in reverse order",
			OnAnswer(ListTagsAfterLast, TagList(Reversed)), require.DiscoveryTagsLastOrder),
	}
}

func tagLinkFaults() []Fault {
	return []Fault{
		fault("tags-link-last", "the whole list has a Link with rel=\"last\"",
			OnAnswer(ListAllTags, OK(Set("Link", `</v2/>; rel="last"`))), require.DiscoveryTagsLink),
		fault("tags-link-last-page", "the last page has a Link with rel=\"first\"",
			OnAnswer(ListFurtherTags, OK(SetAbsent("Link", `</v2/>; rel="first"`))), require.DiscoveryTagsLink).in(require.V1_1),
		fault("tags-link-bare", "the Link to the next page is a bare URL",
			OnAnswer(ListTags, EditLink(`^<(.*)>.*$`, "$1")), require.DiscoveryTagsLink),
		fault("tags-link-no-rel", "the Link to the next page has no rel",
			OnAnswer(ListTags, EditLink(`>.*$`, ">")), require.DiscoveryTagsLink),
		fault("tags-link-other-rel", "the Link to the next page has rel=\"last\"",
			OnAnswer(ListTags, EditLink(`rel="next"`, `rel="last"`)), require.DiscoveryTagsLink),
		fault("tags-link-unclosed", "the URL in the Link to the next page is not closed",
			OnAnswer(ListTags, EditLink(`>`, "")), require.DiscoveryTagsLink).in(require.V1_1),
	}
}
