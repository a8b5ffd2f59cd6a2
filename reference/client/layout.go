package client

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// layout is an OCI image layout on disk (image-spec, image-layout.md).
type layout struct{ dir string }

func (l layout) path(d digest.Digest) (string, error) {
	if _, ok := known(d.String()); !ok {
		return "", fmt.Errorf("%q is no digest of an algorithm known here", d)
	}
	return filepath.Join(l.dir, "blobs", d.Algorithm().String(), d.Encoded()), nil
}

// put stores content. It believes the digest.
func (l layout) put(d digest.Digest, content []byte) error {
	path, err := l.path(d)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644) //nolint:gosec // others may read what was pulled
}

func (l layout) get(d digest.Digest) ([]byte, error) {
	path, err := l.path(d)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// finish writes the files that make the directory a layout, with one manifest in its
// index. tag may be empty.
func (l layout) finish(root ocispec.Descriptor, tag string) error {
	if tag != "" {
		root.Annotations = map[string]string{ocispec.AnnotationRefName: tag}
	}
	index := ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{root}}
	for name, value := range map[string]any{
		ocispec.ImageLayoutFile: ocispec.ImageLayout{Version: ocispec.ImageLayoutVersion}, ocispec.ImageIndexFile: index,
	} {
		data, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(l.dir, name), data, 0o644); err != nil { //nolint:gosec // as above
			return err
		}
	}
	return nil
}

// find returns the entry of the layout's index for a tag or a digest. An index with one
// entry has no need of a name.
func (l layout) find(reference string) (ocispec.Descriptor, error) {
	data, err := os.ReadFile(filepath.Join(l.dir, ocispec.ImageIndexFile))
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	var index ocispec.Index
	if err := json.Unmarshal(data, &index); err != nil {
		return ocispec.Descriptor{}, fmt.Errorf("the layout's index cannot be read: %w", err)
	}
	for _, d := range index.Manifests {
		if d.Annotations[ocispec.AnnotationRefName] == reference || d.Digest.String() == reference {
			return d, nil
		}
	}
	if len(index.Manifests) == 1 {
		return index.Manifests[0], nil
	}
	return ocispec.Descriptor{}, fmt.Errorf("the layout has no %s", reference)
}
