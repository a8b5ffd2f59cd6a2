package suite

import (
	"context"
	"strings"
	"sync/atomic"

	"assay/fixtures"
	"assay/wire"
)

// accepted counts what the registry accepted in a run.
type accepted struct{ blobs, tagged, byDigest atomic.Int64 }

func (a *accepted) add(ex *wire.Exchange) {
	switch {
	case !ex.OK():
	case ex.Endpoint == wire.EndUploadPut:
		a.blobs.Add(1)
	case ex.Endpoint == wire.EndManifestPut && strings.Contains(ex.URL.Path[strings.LastIndex(ex.URL.Path, "/"):], ":"):
		a.byDigest.Add(1)
	case ex.Endpoint == wire.EndManifestPut:
		a.tagged.Add(1)
	}
}

// PushesTried is the number of pushes that must be refused before a run says that all
// pushes are refused: a registry may refuse one now and then.
const PushesTried = 3

// RefusesPushes pushes ordinary content of the kinds that were accepted before in
// the run. It returns the answer to the last push if every one is refused now,
// and how many were accepted before; nil if one is accepted.
func (r *Run) RefusesPushes(ctx context.Context) (refused *wire.Exchange, before int) {
	own := &scope{run: r, purpose: "set up"}
	ctx = own.within(ctx)
	defer func() { r.takeBack(own.left) }()
	blobs, tagged, byDigest := r.accepted.blobs.Load(), r.accepted.tagged.Load(), r.accepted.byDigest.Load()
	repo := Repo(ctx)
	for range PushesTried {
		image := fixtures.NewImage(Nonce(), fixtures.WithOwnBlobs())
		if refused = r.refusedBlob(ctx, repo, image.Blobs); refused != nil {
			if blobs == 0 {
				return nil, 0
			}
			before = int(blobs)
			continue
		}
		before = int(tagged + byDigest)
		references := []string{}
		if tagged > 0 {
			references = append(references, Tag())
		}
		if byDigest > 0 {
			references = append(references, image.Digest.String())
		}
		for _, reference := range references {
			refused = repo.PutManifest(ctx, reference, image.MediaType, image.Data)
			if refused.OK() {
				return nil, 0
			}
		}
	}
	return refused, before
}

// refusedBlob is the answer to the first blob that is refused.
func (r *Run) refusedBlob(ctx context.Context, repo *Repository, blobs []fixtures.Blob) *wire.Exchange {
	for _, b := range blobs {
		if put := repo.PostThenPut(ctx, b); !put.OK() {
			return put
		}
	}
	return nil
}
