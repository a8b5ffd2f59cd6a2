package client

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"golang.org/x/sync/errgroup"

	"assay/wire"
)

// push pushes what the layout has under the reference: blobs first, then the manifests
// from the leaves up.
func (c *client) push(ctx context.Context, r *remote) error {
	l := layout{c.Step.Layout}
	d, err := l.find(c.Step.Reference)
	if err != nil {
		return err
	}
	root, err := l.manifest(d)
	if err != nil {
		return err
	}
	if err := c.pushParts(ctx, r, l, root); err != nil {
		return err
	}
	return r.pushRoot(ctx, root, c.Step.Reference)
}

// manifest reads a manifest of the layout.
func (l layout) manifest(d ocispec.Descriptor) (Manifest, error) {
	body, err := l.get(d.Digest)
	if err != nil {
		return Manifest{}, err
	}
	if err := check(d.Digest.String(), body); err != nil {
		return Manifest{}, err
	}
	m, err := parse(body, d.MediaType)
	m.Digest = d.Digest
	return m, err
}

// pushRoot pushes a manifest by the reference that the user chose. By a tag, a registry
// would choose sha256; so another digest is pushed, too.
func (r *remote) pushRoot(ctx context.Context, m Manifest, reference string) error {
	byDigest := m.Digest.Algorithm() != digest.SHA256 || r.DigestThenTag
	if isDigest(reference) {
		_, err := r.putManifest(ctx, m, reference)
		return err
	}
	if r.TagParameter {
		ex, err := r.putManifest(ctx, m, m.Digest.String(), wire.WithQuery("tag", reference))
		if err != nil || ex != nil && strings.Contains(strings.Join(ex.Header.Values("OCI-Tag"), ","), reference) {
			return err
		}
	} else if byDigest {
		if _, err := r.putManifest(ctx, m, m.Digest.String()); err != nil {
			return err
		}
	}
	_, err := r.putManifest(ctx, m, reference)
	return err
}

// pushParts pushes all that a manifest consists of, but not the manifest.
func (c *client) pushParts(ctx context.Context, r *remote, l layout, m Manifest) error {
	for _, d := range m.Manifests {
		if err := c.pushChild(ctx, r, l, d); err != nil {
			return err
		}
	}
	group, inner := errgroup.WithContext(ctx)
	if !c.Parallel {
		group.SetLimit(1)
	}
	for _, d := range m.blobs(c.ConfigLast) {
		group.Go(func() error {
			content, err := l.get(d.Digest)
			if errors.Is(err, fs.ErrNotExist) && r.headBlob(inner, d).OK() {
				return nil // it need not be in the layout, too
			}
			if err != nil {
				return err
			}
			return r.upload(inner, d, content)
		})
	}
	return group.Wait()
}

// pushChild pushes what an index lists: a manifest, or something of an unknown type that
// may be a blob. What the layout does not have, the registry may have already.
func (c *client) pushChild(ctx context.Context, r *remote, l layout, d ocispec.Descriptor) error {
	m, err := l.manifest(d)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if head := r.headManifest(ctx, d.Digest.String()); head.Status == http.StatusOK {
			return nil
		}
		return err
	case err != nil:
		return err
	}
	if err := c.pushParts(ctx, r, l, m); err != nil {
		return err
	}
	ex, err := r.putManifest(ctx, m, d.Digest.String())
	if err != nil && !types[d.MediaType] && ex != nil && ex.Err == nil {
		return r.upload(ctx, d, m.Body)
	}
	return err
}
