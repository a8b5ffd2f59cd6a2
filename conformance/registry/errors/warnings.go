package errors

import (
	"fmt"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// warning is RFC 7234's warning-value: code, agent, text in quotes, and
// perhaps a date in quotes.
var warning = regexp.MustCompile(`^(\d{3}) (\S+) "((?:[^"\\]|\\.)*)"(?: ("[^"]*"))?`)

// warned makes one request of each kind and keeps the answers with warnings.
func warned(ctx SpecContext) []*wire.Exchange {
	repo, image, tag := suite.Repo(), fixtures.NewImage(suite.Nonce()), suite.Tag()
	push := repo.PushTagged(ctx, tag, image)
	var kept []*wire.Exchange
	for _, ex := range []*wire.Exchange{
		push, suite.Registry().Support(ctx), repo.GetManifest(ctx, tag), repo.HeadManifest(ctx, tag),
		repo.GetBlob(ctx, image.Blobs[0].Digest.String()), repo.ListTags(ctx),
		repo.ListReferrers(ctx, image.Digest.String()), repo.StartUpload(ctx), repo.GetManifest(ctx, suite.Tag()),
	} {
		if len(ex.Header.Values("Warning")) > 0 {
			kept = append(kept, ex)
		}
	}
	if len(kept) == 0 {
		suite.Nothing("no Warning was sent")
	}
	return kept
}

// everyWarning wants each warning of an answer to satisfy check, which is
// given the parts; nil when it cannot be read.
func everyWarning(expected string, check func(parts []string) bool) types.GomegaMatcher {
	return Check(expected, func(ex *wire.Exchange) (string, bool) {
		for _, value := range ex.Header.Values("Warning") {
			if !check(warning.FindStringSubmatch(value)) {
				return "Warning: " + value, false
			}
		}
		return "", true
	})
}

var _ = Describe("A warning", func() {
	It("has the code 299", require.ErrorsWarningCode, func(ctx SpecContext) {
		for _, ex := range warned(ctx) {
			Expect(ex).To(everyWarning("the warn-code 299", func(p []string) bool { return p != nil && p[1] == "299" }))
		}
	})
	It("has the agent -", require.ErrorsWarningAgent, func(ctx SpecContext) {
		for _, ex := range warned(ctx) {
			Expect(ex).To(everyWarning("the warn-agent -", func(p []string) bool { return p == nil || p[2] == "-" }))
		}
	})
	It("has no date", require.ErrorsWarningDate, func(ctx SpecContext) {
		for _, ex := range warned(ctx) {
			Expect(ex).To(everyWarning("no warn-date", func(p []string) bool { return p == nil || p[4] == "" }))
		}
	})
	It("is at most 4096 bytes long, with all others of its answer", require.ErrorsWarningSize, func(ctx SpecContext) {
		for _, ex := range warned(ctx) {
			Expect(ex).To(Check("at most 4096 bytes of warnings", func(ex *wire.Exchange) (string, bool) {
				size := len(strings.Join(ex.Header.Values("Warning"), ""))
				return fmt.Sprintf("%d bytes", size), size <= 4096
			}))
		}
	})
})
