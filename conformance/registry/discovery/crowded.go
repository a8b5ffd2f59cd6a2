package discovery

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// many is one tag more than the pages of many registries have.
const many = 101

// crowd pushes many tags of one manifest at the same time, and lists them.
func (h *history) crowd(ctx context.Context, m fixtures.Manifest) {
	if !h.alone {
		return
	}
	var puts []func(context.Context) *wire.Exchange
	for i := range many {
		h.crowded = append(h.crowded, fmt.Sprintf("tm-%s%03d", h.name, i))
		puts = append(puts, func(ctx context.Context) *wire.Exchange { return h.put(ctx, h.crowded[i], m) })
	}
	for _, put := range suite.AtOnce(ctx, puts...) {
		if !put.OK() {
			return // other specs judge pushes
		}
	}
	h.crowdList = h.repo.ListTags(ctx)
}

// overlap pushes one blob with two uploads, of which the second starts before the first
// ends. No other upload is in progress in the repository.
func (h *history) overlap(ctx context.Context) {
	if !h.alone {
		return
	}
	blob := fixtures.NewBlob(suite.Nonce(), 96)
	first, second := h.repo.OpenUpload(ctx), h.repo.OpenUpload(ctx)
	h.overlapped = []*wire.Exchange{first.PutWhole(ctx, blob), second.PutWhole(ctx, blob)}
}

var _ = Describe("Listing more than a hundred tags", func() {
	It("returns every tag", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.crowdList == nil {
			suite.NotApplicable("the registry did not take so many tags, or has no repository for them")
		}
		suite.Must(h.crowdList, require.DiscoveryTagsStatus)
		needList(h.crowdList)
		listed := allPages(ctx, h.repo, h.crowdList)
		missing := slices.DeleteFunc(slices.Clone(h.crowded), func(tag string) bool { return slices.Contains(listed, tag) })
		if len(missing) > 0 {
			h.needRight()
			if pull := h.repo.GetManifest(ctx, missing[0]); !pull.OK() {
				suite.Blocked(require.PushManifestStatus, pull, "a tag that was pushed cannot be pulled, either")
			}
		}
		Expect(h.crowdList).To(Check(fmt.Sprintf("each of %d tags, on one page or on several", many), func(*wire.Exchange) (string, bool) {
			return fmt.Sprintf("a list of %d tags without %s", len(listed), strings.Join(missing[:min(len(missing), 3)], ", ")), len(missing) == 0
		}))
	})
})

var _ = Describe("Pushing one blob with uploads that overlap, while there are no other uploads,", func() {
	It("accepts both of them", require.PushBlobSessionSeparate, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.overlapped == nil {
			suite.NotApplicable("the run has no repository without other uploads")
		}
		for _, put := range h.overlapped {
			if !put.OK() {
				h.repo.ControlUpload(ctx)
			}
			Expect(put).To(BeAccepted())
		}
	})
})

var _ = Describe("Deleting a tag that a nested repository has, too,", func() {
	It("leaves the tag of the nested repository", require.SecurityIsolationDelete, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.below == nil {
			suite.NotApplicable("the run has no nested repository, or the tag was not deleted")
		}
		if h.below.Status != http.StatusOK {
			h.repo.ControlTag(ctx)
			h.repo.ControlTags(ctx)
		}
		Expect(h.below).To(HaveStatus(http.StatusOK))
	})
})
