package suite

import (
	"context"

	"assay/fixtures"
)

// Quiet returns a repository below the first one in which a blob is, and whether
// nobody else in the run uses it: there, every entry of a list can be accounted for.
// Where the registry takes no pushes to further repositories, it is the second one
// of the run, which others use, too. Where nothing is taken back, its name is new each
// time.
func Quiet(ctx context.Context, b fixtures.Blob) (repo *Repository, alone bool) {
	run := of(ctx).run
	name := run.Repository + "/assay-lists"
	if run.Keep {
		name += "-" + Nonce()
	}
	repo = RepoNamed(ctx, name)
	if repo.PostThenPut(settingUp(ctx), b).OK() {
		return repo, true
	}
	repo = Repo2(ctx)
	repo.PushBlob(ctx, b)
	return repo, false
}
