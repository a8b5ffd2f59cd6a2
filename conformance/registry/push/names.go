package push

import (
	"context"
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
	expectListedIn(ctx, suite.Repo(ctx).ListTags(ctx), tag)
}

// expectListedIn is expectListed in a list that was requested before.
func expectListedIn(ctx SpecContext, list *wire.Exchange, tag string) {
	repo := suite.Repo(ctx)
	suite.Must(list, require.DiscoveryTagsStatus)
	listed := lists(ctx, repo, list, tag)
	if !listed {
		ordinary := suite.Tag()
		repo.PushTagged(ctx, ordinary, fixtures.NewImage(suite.Nonce()))
		if again := repo.ListTags(ctx); !lists(ctx, repo, again, ordinary) {
			suite.Blocked(require.DiscoveryTagsComplete, again, "an ordinary tag is not listed, either")
		}
		repo.ControlTags(ctx)
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

// shaped is an image that was pushed under tags in all the forms that the grammar
// allows, with the list of tags afterwards.
type shaped struct {
	nonce       string
	image       fixtures.Manifest
	kept, taken []Case // pulls or refused pushes of the tags, and pushes of digestTags
	list        *wire.Exchange
}

var pushShapes = suite.Once(func(ctx context.Context) shaped {
	suite.NeedPushed(ctx)
	repo, got := suite.Repo(ctx), shaped{nonce: suite.Nonce(), image: fixtures.NewImage(suite.Nonce())}
	repo.PushContent(ctx, got.image)
	put := func(ctx context.Context, tag string) *wire.Exchange {
		return repo.PutManifest(ctx, tag, got.image.MediaType, got.image.Data)
	}
	got.kept = suite.AskEach(ctx, "", tagShapes(got.nonce), func(ctx context.Context, tag string) *wire.Exchange {
		if answer := put(ctx, tag); !answer.OK() {
			return answer
		}
		return repo.GetManifest(ctx, tag)
	})
	got.taken = suite.AskEach(ctx, "", digestTags(got.nonce), put) // other specs judge which content exists then
	got.list = repo.ListTags(ctx)
	return got
})

// tagShapes are tags in all the forms that the grammar allows.
func tagShapes(nonce string) []fixtures.Shape {
	return []fixtures.Shape{
		{Title: "a tag with every kind of character", Text: "_A.z-0_" + nonce},
		{Title: "a tag that begins with a digit", Text: "0" + nonce},
		{Title: "a tag in upper case", Text: "V" + strings.ToUpper(nonce)},
		{Title: "a tag with dots in a row", Text: "a.." + nonce},
		{Title: "a tag with hyphens in a row", Text: "a--" + nonce},
		{Title: "a tag with underscores in a row", Text: "__" + nonce},
		{Title: "a tag that ends with a dot", Text: nonce + "."},
		{Title: "a tag that ends with a hyphen", Text: nonce + "-"},
		{Title: "a tag that ends with an underscore", Text: nonce + "_"},
		{Title: "a tag that ends as the name of a file does", Text: nonce + ".json"},
	}
}

// digestTags are tags that look like digests.
func digestTags(nonce string) []fixtures.Shape {
	digits := fixtures.NewBlob(nonce, 64).Digest.Encoded()
	return []fixtures.Shape{
		{Title: "a tag of 64 hexadecimal digits", Text: digits},
		{Title: "a tag that spells a digest with a hyphen", Text: "sha256-" + digits},
	}
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
		got := pushShapes(ctx)
		if ExpectEach(got.kept).First(beKept(got.image)) != nil || ExpectEach(got.taken).First(BeAccepted()) != nil {
			needOrdinaryTag(ctx)
			suite.Repo(ctx).ControlTags(ctx)
			if long := push(ctx, word(128)); !long.OK() {
				suite.Blocked(require.PushTagLengthAccepted, long, "an ordinary tag of 128 characters is refused, too")
			}
		}
		ExpectEach(got.kept).To(beKept(got.image))
		ExpectEach(got.taken).To(BeAccepted())
	})
	It("of any characters that the grammar allows is listed", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		got := pushShapes(ctx)
		for i, shape := range append(tagShapes(got.nonce), digestTags(got.nonce)...) {
			if answer := append(slices.Clone(got.kept), got.taken...)[i].Exchange; answer.OK() {
				expectListedIn(ctx, got.list, shape.Text)
			}
		}
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
		{"with three underscores", "one___two"},
		{"with two dots in a row", "one..two"},
		{"with a tilde", "one~two"},
	} {
		It(c.title+" is refused", require.PushRepositoryNameGrammar, func(ctx SpecContext) {
			Expect(suite.SiblingRepo(ctx, c.name).StartUpload(ctx)).To(BeRefused())
		})
	}
})
