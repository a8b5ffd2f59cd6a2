package trial

import (
	"context"
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/judge"
	"assay/downlevel/state"
	"assay/fixtures"
	"assay/wire"
)

// leave empties source and other again. It ignores refusals: the content may be gone
// already, or the registry may not allow deletes.
func (r *repositories) leave(ctx context.Context, last snapshots) {
	r.empty(ctx, r.other, last.other, false, false)
	r.empty(ctx, r.source, last.source, true, false) // tools delete from it, and leave blobs
}

// emptyTarget empties the target. It does not delete the blobs of the source, which other
// cells read, if the registry has one store of blobs for all repositories.
func (r *repositories) emptyTarget(ctx context.Context, last snapshots) {
	r.empty(ctx, r.target, last.target, false, true)
}

// empty deletes everything in a repository: the content, its blobs (if all is true,
// also those of manifests that are gone; if others is true, not those of a store that all
// repositories share), and everything else that was seen there.
func (r *repositories) empty(ctx context.Context, repo *wire.Repository, was state.Snapshot, all, others bool) {
	for _, tag := range was.TagNames() {
		repo.DeleteManifest(ctx, tag)
	}
	known := judge.Manifests(r.content.After, r.content.Before)
	for _, m := range known {
		if was.Has(m.Digest) || hasTag(was, m.Digest) {
			repo.DeleteManifest(ctx, m.Digest.String())
		} else if !all {
			continue
		}
		for _, b := range m.Blobs {
			repo.TakeBackBlob(ctx, b.Digest.String(), others)
		}
	}
	r.emptyOthers(ctx, repo, known)
}

// emptyOthers deletes the manifests that tools have made, and everything that these
// reference.
func (r *repositories) emptyOthers(ctx context.Context, repo *wire.Repository, known []fixtures.Manifest) {
	done := map[digest.Digest]bool{}
	for _, m := range known {
		done[m.Digest] = true
	}
	for queue := slices.Clone(r.seen[repo]); len(queue) > 0; {
		d := queue[0]
		queue = queue[1:]
		if done[d] {
			continue
		}
		done[d] = true
		doc, err := fetchDocument(ctx, repo, d)
		if err != nil { // it is gone
			continue
		}
		queue = append(queue, doc.Children...)
		repo.DeleteManifest(ctx, d.String())
		for _, blob := range append(doc.Layers, doc.Config) {
			if blob != "" {
				repo.TakeBackBlob(ctx, blob.String(), true)
			}
		}
	}
}

// hasTag says whether a tag of the snapshot names the manifest.
func hasTag(s state.Snapshot, d digest.Digest) bool {
	return slices.ContainsFunc(s.TagNames(), func(tag string) bool { return s.Tags[tag].SHA256 == d })
}
