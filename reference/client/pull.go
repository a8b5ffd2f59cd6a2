package client

import (
	"context"
	"os"
	"sync"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"golang.org/x/sync/errgroup"
)

// keep takes what is pulled. It may be called at the same time.
type keep interface {
	manifest(context.Context, Manifest) error
	// has says whether a blob need not be pulled.
	has(context.Context, ocispec.Descriptor) (bool, error)
	blob(context.Context, ocispec.Descriptor, []byte) error
}

// pull pulls what the reference stands for. If something is wrong with it, no layout is
// left.
func (c *client) pull(ctx context.Context, r *remote) error {
	dir := c.Step.Layout + ".part"
	if c.Step.Layout == "" {
		var err error
		if dir, err = os.MkdirTemp("", "assay-pull-"); err != nil {
			return err
		}
	}
	defer os.RemoveAll(dir) //nolint:errcheck
	l := layout{dir}
	root, err := r.manifest(ctx, c.Step.Reference, nil)
	if err != nil {
		return err
	}
	if err := c.tree(ctx, r, root, &stored{layout: l}); err != nil || c.Step.Layout == "" {
		return err
	}
	tag := c.Step.Reference
	if isDigest(tag) {
		tag = ""
	}
	if err := l.finish(root.Descriptor(), tag); err != nil {
		return err
	}
	if err := os.RemoveAll(c.Step.Layout); err != nil {
		return err
	}
	return os.Rename(dir, c.Step.Layout)
}

// stored keeps what is pulled in a layout.
type stored struct {
	layout
	mu sync.Mutex
}

func (s *stored) manifest(_ context.Context, m Manifest) error { return s.put(m.Digest, m.Body) }

func (s *stored) has(context.Context, ocispec.Descriptor) (bool, error) { return false, nil }

func (s *stored) blob(_ context.Context, d ocispec.Descriptor, content []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.put(d.Digest, content)
}

// tree pulls all that a manifest consists of, and hands it to keep: blobs and children
// first, then the manifest.
func (c *client) tree(ctx context.Context, r *remote, m Manifest, to keep) error {
	for _, child := range m.Manifests {
		if err := c.child(ctx, r, child, to); err != nil {
			return err
		}
	}
	group, inner := errgroup.WithContext(ctx)
	if !c.Parallel {
		group.SetLimit(1)
	}
	for _, d := range m.blobs(c.ConfigLast) {
		group.Go(func() error {
			if has, err := to.has(inner, d); err != nil || has {
				return err
			}
			content, err := r.blob(inner, d, m.Config != nil && d.Digest == m.Config.Digest)
			if err != nil {
				return err
			}
			return to.blob(inner, d, content)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return to.manifest(ctx, m)
}

// child pulls what an index has in its list of manifests. Something of an unknown type
// that is no manifest is pulled as a blob.
func (c *client) child(ctx context.Context, r *remote, d ocispec.Descriptor, to keep) error {
	ex, reference := r.fetch(ctx, d.Digest.String(), &d)
	if missing(ex) && !types[d.MediaType] {
		content, err := r.blob(ctx, d, false)
		if err != nil {
			return err
		}
		return to.blob(ctx, d, content)
	}
	if !ex.OK() {
		return refusal(ex)
	}
	m, err := r.read(ex, reference, &d)
	if err != nil {
		return err
	}
	return c.tree(ctx, r, m, to)
}
