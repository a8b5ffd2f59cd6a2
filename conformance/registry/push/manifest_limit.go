package push

import (
	"fmt"
	"net/http"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

// padded is an image whose manifest has size bytes, or a few less.
func padded(size int) fixtures.Manifest {
	image := fixtures.NewImage(suite.Nonce())
	padding := strings.Repeat("x", size-len(image.Data)-64)
	return image.Edit(func(doc map[string]any) {
		doc["annotations"].(map[string]any)["org.example.padding"] = padding
	})
}

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
				suite.Nothing(fmt.Sprintf("the registry sent no response to a manifest of %d MiB: %v", size, put.Err))
			}
			Expect(put).To(HaveStatus(http.StatusRequestEntityTooLarge))
			return
		}
		suite.Nothing(fmt.Sprintf("the registry accepts manifests of %d MiB, the largest that the spec tries", largest))
	})
})
