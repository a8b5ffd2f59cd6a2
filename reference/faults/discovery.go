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
		tagChangeFaults(),
		tagRefusalFaults(),
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
		fault("tags-reversed", "tags come in reverse order",
			OnAnswer(ListTags, TagList(Reversed)), require.DiscoveryTagsOrder),
		fault("tags-reversed-whole", "tags come in reverse order when all are listed",
			OnAnswer(ListAllTags, TagList(Reversed)), require.DiscoveryTagsOrder),
		fault("tags-rotated", "the last tag comes first",
			OnAnswer(ListAllTags, TagList(LastFirst)), require.DiscoveryTagsOrder).in(require.V1_0),
		fault("tags-no-name", "the list of tags does not name the repository",
			OnAnswer(ListTags, OK(EditJSON(Drop("name")))), require.DiscoveryTagsBody),
		fault("tags-other-name", "the list of tags names the repository without its first part",
			OnAnswer(ListTags, OK(EditJSON(ShortRepository))), require.DiscoveryTagsBody),
		fault("tags-bare-list", "the list of tags is a list alone",
			OnAnswer(ListTags, OK(OnlyMember("tags"))), require.DiscoveryTagsBody),
		fault("tags-text", "tags are listed in lines",
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
		fault("tags-cut-silently", "the list of tags ends after three without a Link",
			OnAnswer(ListAllTags, TagList(UpTo[string](3))), require.DiscoveryTagsComplete),
		fault("tags-stale", "the list of tags lacks the one that was pushed last",
			LateTags, require.DiscoveryTagsComplete),
		fault("tags-deleted-stay", "the list of tags has those that were deleted",
			DeletedTagsListed, require.DiscoveryTagsComplete),
		fault("tags-of-all", "the list of tags has those of all repositories",
			TagsOfAllListed, require.DiscoveryTagsComplete),
		fault("tags-moved-twice", "a tag that was moved is listed twice",
			MovedTagsTwice, require.DiscoveryTagsComplete),
	}
}

func tagNumberFaults() []Fault {
	return []Fault{
		fault("tags-pages-reversed", "each of several pages is in reverse order",
			OnAnswer(ListTags.And(ParameterLike("n", `^[1-9][0-9]?$`)), TagList(Reversed)), require.DiscoveryTagsNOrder),
		fault("tags-n-second", "pages of two begin with the second tag",
			OnAnswer(ListFirstTagsByN.And(WithValue("n", "2")), TagList(AllButFirst)), require.DiscoveryTagsNStart),
		fault("tags-n-ignored", "n is ignored",
			OnRequest(ListTagsByN, DelParameters("n")), require.DiscoveryTagsNCount),
		fault("tags-n-one-more", "there is one tag more than n",
			OnRequest(ListTagsByN.And(Not(ListNoTags)), AddToN(1)), require.DiscoveryTagsNCount),
		fault("tags-n-one-less-no-link", "there is one tag less than n, and no Link",
			Chain(OnAnswer(ListTagsByN, Del("Link")), OnRequest(ListTagsByN.And(Not(ListNoTags)), AddToN(-1))), require.DiscoveryTagsNCount),
		fault("tags-zero-all", "n=0 lists every tag",
			OnRequest(ListNoTags, DelParameters("n")), require.DiscoveryTagsZeroEmpty),
		fault("tags-zero-400", "n=0 is refused",
			Instead(ListNoTags, Refuse(400, "UNSUPPORTED")), require.DiscoveryTagsZeroEmpty),
		fault("tags-zero-500-1.0", "n=0 makes the server fail",
			Instead(ListNoTags, Status(500)), require.DiscoveryTagsZeroEmpty).in(require.V1_0),
		fault("tags-zero-link", "n=0 has a Link",
			OnAnswer(ListNoTags, OK(NextIsItself)), require.DiscoveryTagsZeroLink),
		fault("tags-n-start", "with n the list begins with the second tag",
			OnAnswer(ListFirstTagsByN, TagList(AllButFirst)), require.DiscoveryTagsNStart, require.DiscoveryTagsNCount),
		fault("tags-n-start-end", "with n the list gives the last ones",
			LastOnes, require.DiscoveryTagsNStart),
		fault("tags-n-reversed", "with n tags come in reverse order",
			OnAnswer(ListFirstTagsByN, TagList(Reversed)), require.DiscoveryTagsNOrder),
	}
}

func tagPageFaults() []Fault {
	return []Fault{
		fault("tags-last-without-n", "last is ignored without n",
			OnRequest(ListTagsAfterLast.And(Not(WithParameter("n"))), DelParameters("last")), require.DiscoveryTagsLast),
		fault("tags-pages-skip", "the second page leaves a tag out",
			OnAnswer(ListFurtherTags, TagList(AllButFirst)), require.DiscoveryTagsPages, require.DiscoveryTagsLast),
		fault("tags-pages-repeat", "each page begins with the last tag of the one before",
			OnAnswer(ListFurtherTags.And(Not(WithValue("n", "100"))), LastListed), require.DiscoveryTagsPages),
		fault("tags-pages-end", "the second page has no Link to the third",
			OnAnswer(ListFurtherTags, Del("Link")), require.DiscoveryTagsPages),
		fault("tags-pages-404", "the next page is not there",
			OnAnswer(ListTagsAfterLast.And(ParameterLike("n", `^[1-9][0-9]?$`)), Refuse(404, "NAME_UNKNOWN")), require.DiscoveryTagsPages),
		fault("tags-last-ignored", "last is ignored",
			OnRequest(ListTagsAfterLast, DelParameters("last")), require.DiscoveryTagsLast),
		fault("tags-last-inclusive", "last is listed again",
			OnAnswer(ListTagsAfterLast.And(WithValue("n", "100")), LastListed), require.DiscoveryTagsLast),
		fault("tags-last-empty", "after last there is nothing",
			OnAnswer(ListTagsAfterLast, TagList(None)), require.DiscoveryTagsLast).in(require.V1_0),
		fault("tags-last-reversed", "after last tags come in reverse order",
			OnAnswer(ListTagsAfterLast, TagList(Reversed)), require.DiscoveryTagsLastOrder),
	}
}

func tagLinkFaults() []Fault {
	return []Fault{
		fault("tags-link-last", "the whole list has a Link with rel=\"last\"",
			OnAnswer(ListAllTags, OK(Set("Link", `</v2/>; rel="last"`))), require.DiscoveryTagsLink),
		fault("tags-link-last-page", "the last page has a Link with rel=\"first\"",
			OnAnswer(ListFurtherTags, OK(SetAbsent("Link", `</v2/>; rel="first"`))), require.DiscoveryTagsLink).in(require.V1_1),
		fault("tags-link-bare", "the Link to the next page is a URL alone",
			OnAnswer(ListTags, EditLink(`^<(.*)>.*$`, "$1")), require.DiscoveryTagsLink),
		fault("tags-link-no-rel", "the Link to the next page has no rel",
			OnAnswer(ListTags, EditLink(`>.*$`, ">")), require.DiscoveryTagsLink),
		fault("tags-link-other-rel", "the Link to the next page has rel=\"last\"",
			OnAnswer(ListTags, EditLink(`rel="next"`, `rel="last"`)), require.DiscoveryTagsLink),
		fault("tags-link-unclosed", "the Link to the next page has no end",
			OnAnswer(ListTags, EditLink(`>`, "")), require.DiscoveryTagsLink).in(require.V1_1),
	}
}
