package suite

import (
	"context"

	"assay/fixtures"
)

// Quiet pushes a blob to a repository below the first one, and returns this repository.
// If alone is true, no other spec changes its tags and referrers at the same time, so
// that a spec knows every entry of its lists. If the registry refuses pushes to further
// repositories, it returns the second repository of the run, which other specs use,
// too. With Keep the name is new each time.
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
