package client

import (
	"context"
	"sync"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// copy copies an image to another repository, in the same registry or in another one.
func (c *client) copy(ctx context.Context, from *remote) error {
	p, err := placeOf(c.Step.Target)
	if err != nil {
		return err
	}
	to, err := c.remote(p.registry, p.repository)
	if err != nil {
		return err
	}
	defer to.wire.Close()
	root, err := from.manifest(ctx, c.Step.Reference, nil)
	if err != nil {
		return err
	}
	copying := &copied{from: from, to: to, root: root.Digest, begun: map[digest.Digest]*upload{}}
	if err := c.tree(ctx, from, root, copying); err != nil {
		return err
	}
	return to.pushRoot(ctx, root, p.reference)
}

// copied pushes what is pulled. The root is left for the end.
type copied struct {
	from, to *remote
	root     digest.Digest

	mu    sync.Mutex
	begun map[digest.Digest]*upload
}

func (c *copied) manifest(ctx context.Context, m Manifest) error {
	if m.Digest == c.root {
		return nil
	}
	_, err := c.to.putManifest(ctx, m, m.Digest.String())
	return err
}

// has mounts the blob if it can, so that it need not be pulled. A registry that does not
// mount it may have begun an upload instead.
func (c *copied) has(ctx context.Context, d ocispec.Descriptor) (bool, error) {
	if !c.to.NoHead && c.to.headBlob(ctx, d).OK() {
		return true, nil
	}
	if c.to.NoMount || c.from.registry != c.to.registry {
		return false, nil
	}
	u := &upload{remote: c.to, blob: d}
	done, err := u.mount(ctx, c.from.name)
	if !done && err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.begun[d.Digest] = u
	}
	return done, err
}

func (c *copied) blob(ctx context.Context, d ocispec.Descriptor, content []byte) error {
	c.mu.Lock()
	u := c.begun[d.Digest]
	c.mu.Unlock()
	if u == nil {
		u = &upload{remote: c.to, blob: d}
	}
	return u.deliver(ctx, content)
}
