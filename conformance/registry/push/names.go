package push

import (
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// push pushes a valid manifest under a reference, which may be malformed.
func push(ctx SpecContext, reference string) *wire.Exchange {
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	return repo.PutManifest(ctx, reference, image.MediaType, image.Data)
}

// word is a tag of n characters that nobody else uses.
func word(n int) string {
	w := "t" + suite.Nonce()
	return w + strings.Repeat("x", n-len(w))
}

// expectTag judges that a manifest can be pushed and pulled by the tag. It blocks the
// spec if an ordinary tag does not work, either.
func expectTag(ctx SpecContext, tag string) {
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	put := repo.PutManifest(ctx, tag, image.MediaType, image.Data)
	Expect(put).To(BeAccepted())
	pull := repo.GetManifest(ctx, tag)
	if !isKept(pull, image) {
		needOrdinaryTag(ctx)
	}
	Expect(pull).To(beKept(image))
}

// expectListed judges that an existing tag is listed. It blocks the spec if ordinary
// tags are not listed, either.
func expectListed(ctx SpecContext, tag string) {
	repo := suite.Repo(ctx)
	list := suite.Must(repo.ListTags(ctx), require.DiscoveryTagsStatus)
	listed := lists(ctx, repo, list, tag)
	if !listed {
		ordinary := suite.Tag()
		repo.PushTagged(ctx, ordinary, fixtures.NewImage(suite.Nonce()))
		if again := repo.ListTags(ctx); !lists(ctx, repo, again, ordinary) {
			suite.Blocked(require.DiscoveryTagsComplete, again, "an ordinary tag is not listed, either")
		}
	}
	Expect(list).To(Check("a list with the tag "+tag, func(*wire.Exchange) (string, bool) { return "a list without it", listed }))
}

// lists says whether a tag list has the tag on any of its pages.
func lists(ctx SpecContext, repo *suite.Repository, first *wire.Exchange, tag string) bool {
	return slices.ContainsFunc(repo.Pages(ctx, first), func(page *wire.Exchange) bool {
		var list struct {
			Tags []string `json:"tags"`
		}
		return page.JSON(&list) == nil && slices.Contains(list.Tags, tag)
	})
}

var _ = Describe("A tag", func() {
	It("of 128 characters is accepted", require.PushTagLengthAccepted, func(ctx SpecContext) {
		tag := word(128)
		expectTag(ctx, tag)
		expectListed(ctx, tag)
	})
	It("of 129 characters is refused", require.PushTagLengthRefused, func(ctx SpecContext) {
		Expect(push(ctx, word(129))).To(BeRefused())
	})
	// In some registries, tags cannot be moved. Then no client can push again.
	It("can be moved to another manifest", require.PushTagMovable, func(ctx SpecContext) {
		repo, tag, image := suite.Repo(ctx), suite.Tag(), fixtures.NewImage(suite.Nonce())
		repo.PushTagged(ctx, tag, fixtures.NewImage(suite.Nonce()))
		put := repo.PutWithContent(ctx, tag, image)
		if !put.OK() {
			repo.PushTagged(ctx, suite.Tag(), image)
		}
		Expect(put).To(BeAccepted())
	})
	It("of any characters that the grammar allows is accepted", require.PushTagGrammarAccepted, func(ctx SpecContext) {
		got := suite.TagsOfAllForms(ctx)
		if ExpectEach(got.Kept).First(beKept(got.Image)) != nil || ExpectEach(got.Taken).First(BeAccepted()) != nil {
			needOrdinaryTag(ctx)
			suite.Repo(ctx).ControlTags(ctx)
			if long := push(ctx, word(128)); !long.OK() {
				suite.Blocked(require.PushTagLengthAccepted, long, "an ordinary tag of 128 characters is refused, too")
			}
		}
		ExpectEach(got.Kept).To(beKept(got.Image))
		ExpectEach(got.Taken).To(BeAccepted())
	})
	for _, c := range []struct {
		title string
		tag   func() string
	}{
		{"that begins with a dot", func() string { return "." + suite.Nonce() }},
		{"that begins with a hyphen", func() string { return "-" + suite.Nonce() }},
		{"with a plus sign", func() string { return suite.Nonce() + "+1" }},
		{"with a character outside of ASCII", func() string { return suite.Nonce() + "%C3%A9" }},
		{"with a space", func() string { return suite.Nonce() + "%20x" }},
		{"with an at sign", func() string { return suite.Nonce() + "@x" }},
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
		{"that ends with a hyphen", "one-"},
		{"that ends with an underscore", "one_"},
		{"with three underscores", "one___two"},
		{"with two dots in a row", "one..two"},
		{"with a tilde", "one~two"},
	} {
		It(c.title+" is refused", require.PushRepositoryNameGrammar, func(ctx SpecContext) {
			Expect(suite.SiblingRepo(ctx, c.name).StartUpload(ctx)).To(BeRefused())
		})
	}
})
