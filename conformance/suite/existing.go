package suite

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/fixtures"
	"assay/reports"
	"assay/wire"
)

// Existing names content that is in the first repository already, for runs
// that may not push any.
type Existing struct {
	Manifest string `json:"manifest,omitempty"` // tag or digest
	Blob     string `json:"blob,omitempty"`     // digest
	Tag      string `json:"tag,omitempty"`
	Subject  string `json:"subject,omitempty"` // digest of a manifest with referrers
}

// AnImage is a manifest in the first repository under a tag: one that was just
// pushed, or, when the run is read-only, the one that the user named.
func AnImage(ctx context.Context) (repo *Repository, image fixtures.Manifest, tag string) {
	repo = Repo(ctx)
	run := of(ctx).run
	if !run.ReadOnly {
		image, tag = fixtures.NewImage(Nonce()), Tag()
		repo.PushTagged(ctx, tag, image)
		return repo, image, tag
	}
	tag = run.Existing.Tag
	reference := run.Existing.Manifest
	if reference == "" {
		reference = tag
	}
	if reference == "" {
		skipReadOnly("no manifest was named with --manifest or --tag")
	}
	if tag == "" {
		if tag = reference; strings.Contains(reference, ":") {
			skipReadOnly("no tag was named with --tag")
		}
	}
	return repo, repo.existing(ctx, tag), tag
}

// existing pulls a manifest that the specs then know as if they had pushed it.
func (r *Repository) existing(ctx context.Context, reference string) fixtures.Manifest {
	pull := r.GetManifest(ctx, reference)
	if !pull.OK() || len(pull.Body) == 0 {
		Blocked(requirements.PullManifestGetStatus, pull, "the manifest %s that was named cannot be pulled", reference)
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

// ABlob is a blob in the first repository: one that was just pushed, or, when
// the run is read-only, the one that the user named.
func ABlob(ctx context.Context, size int) (*Repository, fixtures.Blob) {
	repo, run := Repo(ctx), of(ctx).run
	if !run.ReadOnly {
		blob := fixtures.NewBlob(Nonce(), size)
		repo.PushBlob(ctx, blob)
		return repo, blob
	}
	if run.Existing.Blob == "" {
		skipReadOnly("no blob was named with --blob")
	}
	pull := repo.GetBlob(ctx, run.Existing.Blob, wire.Whole())
	if !pull.OK() {
		Blocked(requirements.PullBlobGetStatus, pull, "the blob that was named cannot be pulled")
	}
	blob := fixtures.BlobOf(pull.Body)
	blob.Digest = digest.Digest(run.Existing.Blob)
	if blob.Digest.Validate() != nil || blob.Digest.Algorithm().FromBytes(pull.Body) != blob.Digest {
		Blocked(requirements.PullBlobGetBytes, pull, "the blob that was named is not what its digest says")
	}
	return repo, blob
}

// Occupied is the first repository with something in it, so that it exists.
func Occupied(ctx context.Context) *Repository {
	repo, run := Repo(ctx), of(ctx).run
	if !run.ReadOnly {
		repo.PushManifest(ctx, fixtures.NewImage(Nonce()))
	}
	return repo
}

// ReadOnly says whether the run may change nothing.
func ReadOnly(ctx context.Context) bool { return of(ctx).run.ReadOnly }

// NeedPushed ends the spec when the run is read-only: it judges what it pushed
// itself.
func NeedPushed(ctx context.Context) {
	if ReadOnly(ctx) {
		skipReadOnly("the spec judges content of its own")
	}
}

// ExistingSubject is the digest whose referrers a run that is read-only lists.
func ExistingSubject(ctx context.Context) string {
	subject := of(ctx).run.Existing.Subject
	if subject == "" {
		skipReadOnly("no subject was named with --subject")
	}
	return subject
}

// skipReadOnly ends the spec: a run that is read-only cannot judge it.
func skipReadOnly(why string) {
	spec.End(conclusion{outcome: reports.Skipped, message: "the run is read-only: " + why})
}

// refuseWrites ends a spec that would have changed the registry.
func refuseWrites(ex *wire.Exchange) {
	if errors.Is(ex.Err, wire.ErrReadOnly) {
		skipReadOnly("the spec would send " + ex.Method)
	}
}
