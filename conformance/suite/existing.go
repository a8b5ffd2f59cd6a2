package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/fixtures"
	"assay/reports"
	"assay/wire"
)

// Existing names content that is already in the first repository, for read-only
// runs.
type Existing struct {
	Manifest string `json:"manifest,omitempty"` // tag or digest
	Blob     string `json:"blob,omitempty"`     // digest
	Tag      string `json:"tag,omitempty"`
	Subject  string `json:"subject,omitempty"` // digest of a manifest with referrers
}

// tagged is a manifest and a tag that points to it.
type tagged struct {
	image fixtures.Manifest
	tag   string
}

// TaggedImage returns a tagged manifest in the first repository: one that is pushed
// once for all specs, or, in a read-only run, the one that the user named. Specs may
// only read it. If a spec pushed it again, the clean-up of that spec would delete it
// for all others; if a spec attached an artifact, the others would judge another case.
func TaggedImage(ctx context.Context) (repo *Repository, image fixtures.Manifest, tag string) {
	there := looked(ctx, "an image", anImage)
	return Repo(ctx), there.image, there.tag
}

func anImage(ctx context.Context) tagged {
	repo, run := Repo(ctx), of(ctx).run
	if !run.ReadOnly {
		made := tagged{fixtures.NewImage(Nonce()), Tag()}
		repo.PushTagged(ctx, made.tag, made.image)
		return made
	}
	tag, reference := run.Existing.Tag, run.Existing.Manifest
	if reference == "" {
		reference = tag
	}
	if reference == "" {
		skipReadOnly("name a manifest with --manifest or --tag")
	}
	if tag == "" {
		if tag = reference; strings.Contains(reference, ":") {
			skipReadOnly("name a tag with --tag")
		}
	}
	return tagged{repo.existing(ctx, tag), tag}
}

// looked returns content that specs only read. It is made once for all of them. Specs
// that run a second time make their own.
func looked[T any](ctx context.Context, key string, make func(context.Context) T) T {
	if of(ctx).run.careful {
		return make(ctx)
	}
	return shared(ctx, key, func(ctx context.Context) any { return make(ctx) }).(T)
}

// existing pulls a manifest, so that specs can use it as if they had pushed it.
func (r *Repository) existing(ctx context.Context, reference string) fixtures.Manifest {
	pull := r.GetManifest(ctx, reference)
	if !pull.OK() || len(pull.Body) == 0 {
		Blocked(requirements.PullManifestGetStatus, pull, "the manifest %s, which the user named, cannot be pulled", reference)
	}
	m := fixtures.Manifest{MediaType: pull.MediaType(), Data: pull.Body, Digest: digest.FromBytes(pull.Body)}
	var doc struct {
		MediaType string `json:"mediaType"`
	}
	if json.Unmarshal(pull.Body, &doc) == nil && doc.MediaType != "" {
		m.MediaType = doc.MediaType
	}
	return m
}

// StoredBlob returns a blob in the first repository: one of size bytes that is pushed
// once for all specs, or, in a read-only run, the one that the user named. Specs may
// only read it.
func StoredBlob(ctx context.Context, size int) (*Repository, fixtures.Blob) {
	return Repo(ctx), looked(ctx, fmt.Sprintf("a blob of %d bytes", size), func(ctx context.Context) fixtures.Blob {
		return aBlob(ctx, size)
	})
}

func aBlob(ctx context.Context, size int) fixtures.Blob {
	repo, run := Repo(ctx), of(ctx).run
	if !run.ReadOnly {
		blob := fixtures.NewBlob(Nonce(), size)
		repo.PushBlob(ctx, blob)
		return blob
	}
	if run.Existing.Blob == "" {
		skipReadOnly("name a blob with --blob")
	}
	pull := repo.GetBlob(ctx, run.Existing.Blob, wire.Whole())
	if !pull.OK() {
		Blocked(requirements.PullBlobGetStatus, pull, "the blob that the user named cannot be pulled")
	}
	blob := fixtures.BlobOf(pull.Body)
	blob.Digest = digest.Digest(run.Existing.Blob)
	if blob.Digest.Validate() != nil || blob.Digest.Algorithm().FromBytes(pull.Body) != blob.Digest {
		Blocked(requirements.PullBlobGetBytes, pull, "the blob that the user named does not match its digest")
	}
	return blob
}

// NonEmptyRepo returns the first repository with a manifest in it.
func NonEmptyRepo(ctx context.Context) *Repository {
	repo := Repo(ctx)
	if !ReadOnly(ctx) {
		repo.Occupy(ctx)
	}
	return repo
}

// Occupy makes sure that there is a tagged manifest in the repository, because in many
// registries a repository exists only after a push.
func (r *Repository) Occupy(ctx context.Context) {
	looked(ctx, "a manifest in "+r.Name(), func(ctx context.Context) *wire.Exchange {
		return r.PushTagged(ctx, Tag(), fixtures.NewImage(Nonce()))
	})
}

// ReadOnly says whether the run is read-only: it may not change the registry.
func ReadOnly(ctx context.Context) bool { return of(ctx).run.ReadOnly }

// NeedPushed ends the spec in a read-only run: the spec judges content that it has
// to push.
func NeedPushed(ctx context.Context) {
	if ReadOnly(ctx) {
		skipReadOnly("the spec has to push the content that it judges")
	}
}

// ExistingSubject returns the digest whose referrers a read-only run lists.
func ExistingSubject(ctx context.Context) string {
	subject := of(ctx).run.Existing.Subject
	if subject == "" {
		skipReadOnly("name a subject with --subject")
	}
	return subject
}

// skipReadOnly ends the spec as skipped: a read-only run cannot judge it.
func skipReadOnly(why string) {
	spec.End(conclusion{outcome: reports.Skipped, message: "the run is read-only: " + why})
}

// refuseWrites ends a spec that tried to change the registry in a read-only run.
func refuseWrites(ex *wire.Exchange) {
	if errors.Is(ex.Err, wire.ErrReadOnly) {
		skipReadOnly("the spec has to send " + ex.Method)
	}
}
