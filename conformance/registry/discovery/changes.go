package discovery

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// needKept ends the spec if the delete of the only tag also deleted the manifests of
// the repository.
func (h history) needKept() {
	if h.kept != nil && !h.kept.OK() {
		suite.Blocked(require.ManagementTagDeleteOthers, h.kept, "the other manifests of the repository went with its only tag")
	}
}

// needOthers ends the spec if the list is right about the tag: then another requirement
// is broken.
func (c change) needOthers(o oddity) {
	if o.exists && !o.pull.OK() && c.lost != "" {
		suite.Blocked(c.lost, o.pull, "after %s, the tag %s cannot be pulled, either", c.after, o.tag)
	}
	if !o.exists && o.pull.OK() && c.stays != "" {
		suite.Blocked(c.stays, o.pull, "after %s, the tag %s, which was deleted, can be pulled, too", c.after, o.tag)
	}
}

// withoutTags has the lists of a repository that has manifests but no tags.
func (h history) withoutTags() []change {
	if !h.alone {
		suite.NotApplicable("the registry takes no pushes to a repository of which nobody else knows")
	}
	return slices.DeleteFunc(slices.Clone(h.changes), func(c change) bool { return !c.untagged })
}

var _ = Describe("Listing tags that change", func() {
	It("returns every tag once, and no others, after each change", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		h := historyOf(ctx)
		h.needKept()
		for _, c := range h.changes {
			for _, o := range c.wrong {
				c.needOthers(o)
				h.needUnreferred(ctx)
				Expect(c.list).To(Check("every tag once, and no others, after "+c.after, func(*wire.Exchange) (string, bool) {
					return fmt.Sprintf("a list where the tag %s %s", o.tag, o.how), false
				}))
			}
		}
	})
	It("returns 200 OK for a repository whose manifests have no tags", require.DiscoveryTagsStatus, func(ctx SpecContext) {
		h := historyOf(ctx)
		h.needKept()
		for _, c := range h.withoutTags() {
			Expect(c.list).To(HaveStatus(http.StatusOK))
		}
	})
	It("returns an empty list for a repository whose manifests have no tags", require.DiscoveryTagsEmpty, func(ctx SpecContext) {
		h := historyOf(ctx)
		h.needKept()
		for _, c := range h.withoutTags() {
			suite.Must(c.list, require.DiscoveryTagsStatus)
			if !c.none {
				suite.NotApplicable("another run has tags in the repository")
			}
			Expect(c.list).To(haveEmptyTags())
		}
	})
	It("returns no tag of a nested repository", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		h, repo := historyOf(ctx), suite.Repo(ctx)
		if h.repo.Name() == repo.Name() {
			suite.NotApplicable("the run has only one repository")
		}
		suite.Must(h.parent, require.DiscoveryTagsStatus)
		needList(h.parent)
		for _, tag := range allPages(ctx, repo, h.parent) {
			if _, theirs := h.tags[tag]; !theirs || tag == latest || tag == h.name+"one" || slices.Contains(numbers, tag) {
				continue // both repositories may have these
			}
			if pull := repo.GetManifest(ctx, tag); pull.OK() {
				suite.Blocked(require.SecurityIsolationManifest, pull, "the tag of the other repository can be pulled here, too")
			}
			Expect(h.parent).To(Check("no tag of "+h.repo.Name(), func(*wire.Exchange) (string, bool) { return "the tag " + tag, false }))
		}
	})
})

// needRight ends the spec if the list without n and last is wrong, too.
func (h history) needRight() {
	for _, c := range h.changes {
		for _, o := range c.wrong {
			c.needOthers(o)
			suite.Blocked(require.DiscoveryTagsComplete, c.list, "the list without n and last is wrong, too")
		}
	}
	if !inOrder(h.whole) {
		suite.Blocked(require.DiscoveryTagsOrder, h.changes[0].list, "the list without n and last is out of order, too")
	}
}

var _ = Describe("Deleting the only tag of a repository", func() {
	It("leaves its other manifests", require.ManagementTagDeleteOthers, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.kept == nil {
			suite.FeatureMissing(suite.TagDelete, "the tag was not deleted")
		}
		if !h.kept.OK() {
			h.repo.ControlTag(ctx)
		}
		Expect(h.kept).To(BeAccepted())
	})
})

var _ = Describe("Listing the tags after the last one", func() {
	It("returns an empty list", require.DiscoveryTagsLast, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.end == nil {
			suite.NotApplicable("the list has more pages than one")
		}
		expectAnswer(ctx, h.end)
		ours := slices.DeleteFunc(tagsOf(h.end), func(tag string) bool { return !h.tags[tag] })
		if len(ours) > 0 {
			h.needRight()
		}
		Expect(h.end).To(Check("none of the tags that were pushed here", func(*wire.Exchange) (string, bool) {
			return strings.Join(ours, ", "), len(ours) == 0
		}))
	})
})

var _ = Describe("Listing tags again", func() {
	It("returns a tag that was pushed after the last one", require.DiscoveryTagsLast, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.lastAgain == nil {
			suite.NotApplicable("the list has more pages than one, or others use the repository")
		}
		expectAnswer(ctx, h.lastAgain)
		new := "zz-" + strings.TrimSuffix(h.name, "-")
		listed := slices.Contains(allPages(ctx, h.repo, h.lastAgain), new)
		if !listed {
			h.needRight()
		}
		Expect(h.lastAgain).To(Check("the tag "+new+", which was pushed after the same request before", func(ex *wire.Exchange) (string, bool) {
			return strings.Join(tagsOf(ex), ", "), listed
		}))
	})
	It("returns the tags after one that was deleted", require.DiscoveryTagsLast, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.lastGone == nil || !h.lastGone.OK() {
			suite.NotApplicable("no tag was deleted, or the registry does not list the tags after a deleted one")
		}
		listed := allPages(ctx, h.repo, h.lastGone)
		before := slices.DeleteFunc(listed, func(tag string) bool { return !h.tags[tag] || tag > h.name+"too" })
		if len(before) > 0 {
			h.needRight()
		}
		Expect(h.lastGone).To(Check("none of the tags that come before "+h.name+"too", func(*wire.Exchange) (string, bool) {
			return strings.Join(before, ", "), len(before) == 0
		}))
	})
	It("returns 200 OK with the ETag of an old list", require.DiscoveryTagsStatus, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.since == nil {
			suite.NotApplicable("no tag was pushed after the list")
		}
		if !h.since.OK() {
			suite.Must(h.repo.ListTags(ctx), require.DiscoveryTagsStatus)
		}
		Expect(h.since).To(HaveStatus(http.StatusOK))
	})
})

// haveEmptyTags expects an empty list of tags. It must be neither null nor missing.
func haveEmptyTags() types.GomegaMatcher { return Check(`"tags": []`, emptyTagsIn) }

func emptyTagsIn(ex *wire.Exchange) (received string, ok bool) {
	var body map[string]json.RawMessage
	if err := ex.JSON(&body); err != nil {
		return err.Error(), false
	}
	raw, there := body["tags"]
	if !there {
		return `no "tags"`, false
	}
	var tags []json.RawMessage
	return fmt.Sprintf(`"tags": %.200s`, raw), json.Unmarshal(raw, &tags) == nil && tags != nil && len(tags) == 0
}
