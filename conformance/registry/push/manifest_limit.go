package push

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// padded is an image whose manifest has size bytes, or a few less.
func padded(size int) fixtures.Manifest {
	return pad(fixtures.NewImage(suite.Nonce()), size)
}

// pad adds an annotation to a manifest, so that it has size bytes, or a few less.
func pad(m fixtures.Manifest, size int) fixtures.Manifest {
	padding := strings.Repeat("x", size-len(m.Data)-64)
	return m.Edit(func(doc map[string]any) {
		doc["annotations"].(map[string]any)["org.example.padding"] = padding
	})
}

// supported is the size of a manifest, in bytes, that registries should support.
const supported = 4_000_000

// pushLarge pushes such a manifest, and pulls it if it was accepted.
var pushLarge = suite.Once(func(ctx context.Context) asked {
	repo, image := suite.Repo(ctx), padded(supported)
	repo.PushContent(ctx, image)
	put := repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data)
	if !put.OK() {
		return asked{repo, image, put}
	}
	return asked{repo, image, repo.GetManifest(ctx, image.Digest.String())}
})

// asked is a manifest with the response to its push, or to its pull afterwards.
type asked struct {
	repo   *suite.Repository
	m      fixtures.Manifest
	answer *wire.Exchange
}

// needWholePull ends the spec if GET returned fewer bytes than were pushed, but HEAD
// gives the pushed size: then the manifest is stored whole, and GET cuts it.
func (a asked) needWholePull(ctx SpecContext) {
	if a.answer.BodySize >= int64(len(a.m.Data)) {
		return
	}
	head := a.repo.HeadManifest(ctx, a.m.Digest.String())
	if head.OK() && head.Header.Get("Content-Length") == strconv.Itoa(len(a.m.Data)) {
		suite.Blocked(require.PullManifestGetBytes, a.answer, "HEAD gives the size of the manifest that was pushed, and GET returns fewer bytes")
	}
}

var _ = Describe("Pushing a manifest", func() {
	It("of 4 megabytes is accepted and stored", require.PushManifestSize, func(ctx SpecContext) {
		a := pushLarge(ctx)
		if !isKept(a.answer, a.m) {
			needOrdinary(ctx)
		}
		if a.answer.OK() && !isKept(a.answer, a.m) {
			a.needWholePull(ctx)
			suite.Blocked(require.PushManifestBytes, a.answer, "the manifest was accepted, and comes back changed")
		}
		Expect(a.answer).To(beKept(a.m))
	})
	It("of 4 megabytes stores it byte for byte, if at all", require.PushManifestBytes, func(ctx SpecContext) {
		a := pushLarge(ctx)
		if !a.answer.OK() {
			suite.NotApplicable("the registry does not accept or return a manifest of 4 megabytes")
		}
		if !isKept(a.answer, a.m) {
			needOrdinary(ctx)
			a.needWholePull(ctx)
		}
		Expect(a.answer).To(beKept(a.m))
	})
	// Some registries have another limit for other kinds of manifests, or for tags.
	It("of 4 megabytes is accepted and stored whatever its kind is", require.PushManifestSize, func(ctx SpecContext) {
		if a := pushLarge(ctx); isRefused(a.answer) {
			suite.Blocked(require.PushManifestSize, a.answer, "an image of 4 megabytes is refused, too")
		}
		repo := suite.Repo(ctx)
		for _, c := range []struct {
			title string
			small fixtures.Manifest
			by    require.ID // the requirement that is broken if the small one is refused
		}{
			{"an index", fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce())}), require.PushManifestStatus},
			{"a manifest with a subject", attached(fixtures.NewImage(suite.Nonce())), require.PushSubjectMissing},
		} {
			large := pad(c.small, supported)
			put := repo.PutWithContent(ctx, suite.Tag(), large)
			there := put
			if put.OK() {
				there = repo.HeadManifest(ctx, large.Digest.String())
				if !there.OK() { // HEAD alone may be wrong
					there = repo.GetManifest(ctx, large.Digest.String())
				}
			}
			if !there.OK() {
				needOrdinaryTag(ctx)
				if small := repo.PutWithContent(ctx, c.small.Digest.String(), c.small); !small.OK() {
					suite.Blocked(c.by, small, "%s of a few hundred bytes is refused, too", c.title)
				}
			}
			Expect(there).To(Check(c.title+" of 4 megabytes to be accepted, and found by its digest", func(ex *wire.Exchange) (string, bool) {
				return ex.StatusAndReason(), ex.OK()
			}))
		}
	})
	// Many registries stop at 4 MiB, and some of the others at 5.
	It("of more than 4 MiB is accepted, or refused with 413", require.PushManifestSizeStatus, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		if a := pushLarge(ctx); isRefused(a.answer) {
			suite.Blocked(require.PushManifestSize, a.answer, "a manifest of 4 megabytes is refused, too")
		}
		for _, size := range []int{4<<20 + 1024, 5<<20 + 1024} {
			image := padded(size)
			repo.PushContent(ctx, image)
			put := repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data)
			if put.OK() {
				continue
			}
			needOrdinary(ctx)
			if put.Status == 0 {
				suite.NotApplicable(fmt.Sprintf("the registry sent no response to a manifest of %d bytes: %v", len(image.Data), put.Err))
			}
			Expect(put).To(HaveStatus(http.StatusRequestEntityTooLarge))
			return
		}
	})
})

var _ = Describe("Pushing a manifest over the size limit", func() {
	const largest = 64 // MiB

	It("returns 413", Label(suite.LargeLabel), require.PushManifestSizeStatus, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		needOrdinary(ctx)
		for size := 8; size <= largest; size *= 2 {
			image := padded(size << 20)
			repo.PushContent(ctx, image)
			put := repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data)
			if put.OK() {
				continue
			}
			if put.Status == 0 {
				// A registry may close the connection instead of reading a large
				// request. Its response is lost then.
				suite.NotApplicable(fmt.Sprintf("the registry sent no response to a manifest of %d MiB: %v", size, put.Err))
			}
			Expect(put).To(HaveStatus(http.StatusRequestEntityTooLarge))
			return
		}
		suite.NotApplicable(fmt.Sprintf("the registry accepts manifests of %d MiB, the largest that the spec tries", largest))
	})
})
