package suite

import (
	"context"

	"assay/conformance/matchers"
	"assay/fixtures"
	"assay/wire"
)

// TagForms is an image that was pushed under tags in all the forms that the grammar
// allows.
type TagForms struct {
	Image fixtures.Manifest
	// Kept are the pulls of the tags, or their pushes if these were refused.
	Kept []matchers.Case
	// Taken are the pushes of tags that look like digests. A registry may take such a tag
	// for a digest when it is pulled.
	Taken []matchers.Case
	// Accepted are the tags whose pushes were accepted.
	Accepted []string
}

// TagsOfAllForms pushes an image under these tags to the first repository, once for all
// specs.
func TagsOfAllForms(ctx context.Context) TagForms {
	return looked(ctx, "tags of all forms", tagsOfAllForms)
}

func tagsOfAllForms(ctx context.Context) TagForms {
	NeedPushed(ctx)
	repo, got := Repo(ctx), TagForms{Image: fixtures.NewImage(Nonce())}
	repo.PushContent(ctx, got.Image)
	put := func(ctx context.Context, tag string) *wire.Exchange {
		return repo.PutManifest(ctx, tag, got.Image.MediaType, got.Image.Data)
	}
	tags, likeDigests := fixtures.Tags(Nonce()), fixtures.TagsLikeDigests(Nonce())
	got.Kept = AskEach(ctx, "", tags, func(ctx context.Context, tag string) *wire.Exchange {
		if answer := put(ctx, tag); !answer.OK() {
			return answer
		}
		return repo.GetManifest(ctx, tag)
	})
	got.Taken = AskEach(ctx, "", likeDigests, put)
	for i, tag := range append(tags, likeDigests...) {
		if answer := append(append([]matchers.Case{}, got.Kept...), got.Taken...)[i].Exchange; answer.OK() {
			got.Accepted = append(got.Accepted, tag.Text)
		}
	}
	return got
}
