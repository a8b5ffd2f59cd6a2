package faults

import (
	"net/url"
	"strconv"
	"strings"

	require "assay/conformance/requirements"
	"assay/reference/client"
	. "assay/reference/client/faults/behaviour"
)

// paged makes a client ask for two tags a page.
func paged(change Change) Change {
	return Chain(With(func(h *client.Habits) { h.TagPage = 2 }), change)
}

func last(f func(tags []string) string) Change {
	return paged(Break(func(r *client.Rules) { r.Last = f }))
}

func discoveryFaults() []Fault {
	return []Fault{
		fault("tags-unlisted", "no tag is listed",
			OnAnswer(ListTags, On(200, AnswerBody("application/json", `{"name":"","tags":[]}`))), require.ClientDiscoveryTagsList),
		fault("tags-last-number", "the next page of tags is asked for by the number of tags so far",
			last(func(tags []string) string { return strconv.Itoa(len(tags)) }), require.ClientDiscoveryTagsLastNumber),
		fault("tags-last-page-number", "the next page of tags is asked for by the number of the page",
			last(func(tags []string) string { return strconv.Itoa(len(tags) / 2) }), require.ClientDiscoveryTagsLastNumber),
		fault("tags-last-no-tag", "the next page of tags is asked for with a word that is no tag",
			last(func(tags []string) string { return "after:" + tags[len(tags)-1] }), require.ClientDiscoveryTagsLastTag),
		fault("tags-last-invented", "the next page of tags is asked for by a tag that does not exist",
			last(func(tags []string) string { return tags[len(tags)-1] + "-next" }), require.ClientDiscoveryTagsLastTag),
		fault("tags-first-page", "only the first page of tags is listed",
			OnAnswer(ListTags, NoHeader("Link")), require.ClientDiscoveryTagsLink),
		fault("tags-two-pages", "only the first two pages of tags are listed",
			Later(2, ListTags, OnAnswer(ListTags, NoHeader("Link"))), require.ClientDiscoveryTagsLink),
		fault("tags-link-title", "a Link with a title is not understood",
			OnAnswer(ListTags, If(HeaderHas("Link", "title="), NoHeader("Link"))), require.ClientDiscoveryTagsLinkForm),
		fault("tags-link-of-any-kind", "the first Link is followed, whatever it leads to",
			OnAnswer(ListTags, If(HeaderHas("Link", `rel="first"`), AnswerHeader("Link", `<?n=2>; rel="next"`))), require.ClientDiscoveryTagsLinkForm),
		fault("tags-ten-pages", "only the first ten pages of tags are listed",
			Later(10, ListTags, OnAnswer(ListTags, NoHeader("Link"))), require.ClientDiscoveryTagsLink),
		fault("tags-none-fails", "a repository without tags makes the client fail",
			FailsOn(ListTags, NoTags), require.ClientDiscoveryTagsEmpty),
		fault("tags-failure-ignored", "a page of tags that cannot be got is taken for the last one",
			OnAnswer(ListTags, On(500, Status(200), AnswerBody("application/json", `{"name":"","tags":[]}`))), require.ClientDiscoveryTagsFailure),
		fault("tags-link-path-dropped", "of a Link, only the query is used",
			OnRequest(ListTags, Address(func(u *url.URL) { u.Path = strings.TrimPrefix(u.Path, "/pages") })), require.ClientDiscoveryTagsLinkQuery),
		fault("tags-link-query-dropped", "of a Link's query, only n and last are sent",
			OnRequest(ListTags, OnlyParameters("n", "last")), require.ClientDiscoveryTagsLinkQuery),
		fault("tags-link-last-only", "of a Link's query, only last is sent",
			OnRequest(ListTags, OnlyParameters("last")), require.ClientDiscoveryTagsLinkQuery),
		fault("tags-without-link-ends", "a page of tags without a Link is taken for the last one",
			paged(OnAnswer(ListTags, Unless(Having("Link"), AnswerHeader("Link", `<last>; rel="last"`)))), require.ClientDiscoveryTagsWithoutLink),
		fault("tags-without-link-two-pages", "without a Link, only two pages of tags are listed",
			paged(Later(2, ListTags, OnAnswer(ListTags, Unless(Having("Link"), AnswerHeader("Link", `<last>; rel="last"`))))), require.ClientDiscoveryTagsWithoutLink),
	}
}
