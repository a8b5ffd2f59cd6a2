package push

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// push puts a valid manifest under a reference, whatever it is.
func push(ctx SpecContext, reference string) *wire.Exchange {
	repo, image := suite.Repo(), fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	return repo.PutManifest(ctx, reference, image.MediaType, image.Data)
}

// word is n characters that nobody else uses.
func word(n int) string {
	w := suite.Nonce()
	return w + strings.Repeat("x", n-len(w))
}

var _ = Describe("A tag", func() {
	It("of 128 characters is accepted", require.PushTagLengthAccepted, func(ctx SpecContext) {
		Expect(push(ctx, word(128))).To(BeAccepted())
	})
	It("of 129 characters is refused", require.PushTagLengthRefused, func(ctx SpecContext) {
		Expect(push(ctx, word(129))).To(BeRefused())
	})
	for _, c := range []struct {
		title string
		tag   func() string
	}{
		{"with every kind of character", func() string { return "_A.z-0_" + suite.Nonce() }},
		{"that begins with a digit", func() string { return "0" + suite.Nonce() }},
		{"in upper case", func() string { return "V" + strings.ToUpper(suite.Nonce()) }},
	} {
		It(c.title+" is accepted", require.PushTagGrammarAccepted, func(ctx SpecContext) {
			Expect(push(ctx, c.tag())).To(BeAccepted())
		})
	}
	for _, c := range []struct {
		title string
		tag   func() string
	}{
		{"that begins with a dot", func() string { return "." + suite.Nonce() }},
		{"that begins with a hyphen", func() string { return "-" + suite.Nonce() }},
		{"with a plus sign", func() string { return suite.Nonce() + "+1" }},
		{"with a character of UTF-8", func() string { return suite.Nonce() + "%C3%A9" }},
		{"with a space", func() string { return suite.Nonce() + "%20x" }},
		{"with an at sign and a word", func() string { return suite.Nonce() + "@x" }},
	} {
		It(c.title+" is refused", require.PushTagGrammarRefused, func(ctx SpecContext) {
			Expect(push(ctx, c.tag())).To(BeRefused())
		})
	}
})

var _ = Describe("A repository name", func() {
	for _, c := range []struct{ title, name string }{
		{"in upper case", "UPPER"},
		{"that begins with a hyphen", "-one"},
		{"that ends with a dot", "one."},
		{"with three underscores", "one___two"},
		{"with two dots in a row", "one..two"},
		{"with a character of no use", "one~two"},
	} {
		It(c.title+" is refused", require.PushRepositoryNameGrammar, func(ctx SpecContext) {
			Expect(suite.Beside(c.name).StartUpload(ctx)).To(BeRefused())
		})
	}
})

var _ = Describe("A reference that is neither a tag nor a digest", func() {
	for _, c := range []struct{ title, reference string }{
		{"with a malformed digest", "sha256:baddigest"},
		{"with no algorithm", ":0123456789"},
		{"with an at sign", "tag@sha256:0123"},
		{"that begins with a dot", ".hidden"},
		{"with a percent-coded one", "a%20b"},
	} {
		It("is not served "+c.title, require.PullManifestReference, func(ctx SpecContext) {
			repo := suite.Repo()
			repo.PushManifest(ctx, fixtures.NewImage(suite.Nonce())) // the repository exists
			Expect(repo.GetManifest(ctx, c.reference)).To(BeRefused())
		})
	}
})
