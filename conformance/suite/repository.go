package suite

import (
	"context"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// Repository is a repository of the target. The methods of wire.Repository, one
// per endpoint, return exchanges that a spec judges. The methods here are steps of
// the set-up: they judge nothing, accept every way in which a registry may do what
// they ask for, and end the spec as blocked when they fail.
type Repository struct {
	*wire.Repository
}

// Repo is the run's first repository.
func Repo(ctx context.Context) *Repository { return RepoNamed(ctx, of(ctx).run.Repository) }

// Repo2 is the run's second repository, for specs that need two repositories.
func Repo2(ctx context.Context) *Repository { return RepoNamed(ctx, of(ctx).run.Repository2) }

// RepoNamed is the repository called name. What a spec pushes there is removed after
// the spec, too.
func RepoNamed(ctx context.Context, name string) *Repository {
	return &Repository{of(ctx).run.Client.Repository(name)}
}

// SiblingRepo is the repository called name in the namespace of the first repository,
// where the run may push.
func SiblingRepo(ctx context.Context, name string) *Repository {
	first := of(ctx).run.Repository
	return RepoNamed(ctx, first[:strings.LastIndex(first, "/")+1]+name)
}

// Registry is the client without a repository, for GET /v2/ (end-1).
func Registry(ctx context.Context) *wire.Client { return of(ctx).run.Client }

// DeleteLater has the manifest deleted after the spec, under its own digest. A registry
// may store the manifest there although it was pushed under another reference, or
// although the push was refused.
func DeleteLater(ctx context.Context, repo *Repository, m fixtures.Manifest) {
	s := of(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left.manifests = append(s.left.manifests, located{repo.Name(), m.Digest.String()})
}

// PushBlob pushes the blob to the repository, with any kind of upload that the registry
// accepts. A common blob is pushed once in a run.
func (r *Repository) PushBlob(ctx context.Context, b fixtures.Blob) {
	if !b.Common {
		r.pushBlob(ctx, b)
		return
	}
	shared(ctx, "blob "+r.Name()+" "+b.Digest.String(), func(ctx context.Context) any {
		r.pushBlob(ctx, b)
		return nil
	})
}

func (r *Repository) pushBlob(ctx context.Context, b fixtures.Blob) {
	ctx = settingUp(ctx)
	if !of(ctx).run.careful && r.PostThenPut(ctx, b).OK() {
		return
	}
	put, ok := r.UploadBlob(ctx, b)
	stored := requirements.PushBlobPostPutStored
	if len(b.Data) == 0 {
		stored = requirements.PushBlobZeroBytes
	}
	switch {
	case ok:
	case put.Endpoint == wire.EndUploadStart && !put.OK():
		Blocked(requirements.PushBlobPostPutStartStatus, put, "no upload could be started")
	case !put.OK():
		Blocked(stored, put, "no kind of upload stored the blob")
	default: // the failed request is the evidence
		if look := r.GetBlob(ctx, b.Digest.String()); !look.OK() {
			Blocked(stored, look, "the push of a blob returned %s, but the blob cannot be found", wire.StatusText(put.Status))
		}
	}
}

// PushContent pushes the blobs, each once, and the children that the manifest references.
func (r *Repository) PushContent(ctx context.Context, m fixtures.Manifest) {
	pushed := map[digest.Digest]bool{}
	for _, b := range m.Blobs {
		if !pushed[b.Digest] {
			r.PushBlob(ctx, b)
		}
		pushed[b.Digest] = true
	}
	for _, child := range m.Children {
		r.PushManifest(ctx, child)
	}
}

// PushManifest pushes the manifest by digest, with all content that it references,
// and checks that it is stored.
func (r *Repository) PushManifest(ctx context.Context, m fixtures.Manifest) *wire.Exchange {
	return r.PushTagged(ctx, m.Digest.String(), m)
}

// PushTagged is PushManifest under a tag or a digest.
func (r *Repository) PushTagged(ctx context.Context, reference string, m fixtures.Manifest) *wire.Exchange {
	r.PushContent(ctx, m)
	return r.putManifest(ctx, reference, m)
}

// manifestTries is the number of times that a manifest is pushed. Another spec or run
// may delete a blob that both use, such as the empty blob: then blob and manifest are
// pushed again.
const manifestTries = 3

func (r *Repository) putManifest(ctx context.Context, reference string, m fixtures.Manifest) *wire.Exchange {
	ctx = settingUp(ctx)
	var push *wire.Exchange
	for range manifestTries {
		push = r.PutManifest(ctx, reference, m.MediaType, m.Data)
		if push.OK() && !of(ctx).run.careful {
			return push
		}
		if r.HasManifest(ctx, reference) {
			return push
		}
		if !r.pushMissing(ctx, m) {
			break
		}
	}
	r.NeedAccepted(ctx, push, m)
	if look := r.GetManifest(ctx, reference); !look.OK() {
		Blocked(requirements.PushManifestStatus, look, "the push of a manifest returned %s, but the manifest cannot be found", wire.StatusText(push.Status))
	}
	return push
}

// pushMissing pushes the blobs of the manifest that are not there any more, and says
// whether there were any.
func (r *Repository) pushMissing(ctx context.Context, m fixtures.Manifest) bool {
	missing := false
	for _, b := range m.Blobs {
		if !r.HasBlob(ctx, b) {
			missing = true
			r.pushBlob(ctx, b)
		}
	}
	return missing
}

// PutWithContent pushes the manifest with all content that it references, and returns
// the answer, whatever it is. If a blob was deleted in the meantime, see
// [Repository.PushManifest], it pushes blob and manifest once more.
func (r *Repository) PutWithContent(ctx context.Context, reference string, m fixtures.Manifest) *wire.Exchange {
	r.PushContent(ctx, m)
	put := r.PutManifest(ctx, reference, m.MediaType, m.Data)
	if put.OK() || !r.pushMissing(settingUp(ctx), m) {
		return put
	}
	return r.PutManifest(ctx, reference, m.MediaType, m.Data)
}

// NeedAccepted ends the spec if the push of the manifest was refused. If an ordinary
// manifest is refused as well, pushing manifests is broken. Otherwise the registry
// refuses the manifest because it is unusual, and other specs judge that.
func (r *Repository) NeedAccepted(ctx context.Context, push *wire.Exchange, m fixtures.Manifest) {
	if push.OK() {
		return
	}
	if ordinary := fixtures.NewImage(Nonce()); !sameKind(m, ordinary) {
		for _, b := range ordinary.Blobs {
			r.PushBlob(ctx, b)
		}
		if r.PutManifest(ctx, ordinary.Digest.String(), ordinary.MediaType, ordinary.Data).OK() {
			Blocked("", push, "this manifest was refused; an ordinary one is accepted")
		}
	}
	Blocked(requirements.PushManifestStatus, push, "the push of a manifest was refused")
}

// sameKind says whether two manifests are of the same kind, so that a registry has
// no reason to refuse one and accept the other.
func sameKind(a, b fixtures.Manifest) bool {
	return a.MediaType == b.MediaType && a.ArtifactType == b.ArtifactType && a.Subject == b.Subject
}
