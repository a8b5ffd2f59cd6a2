package stage

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
)

// writeLayout writes an OCI image layout that has the manifest under the tag (image-spec,
// "image-layout").
func writeLayout(dir string, m fixtures.Manifest, tag string) error {
	entry := m.Descriptor()
	entry.Annotations = map[string]string{ocispec.AnnotationRefName: tag}
	index := ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{entry}}
	if err := writeJSON(filepath.Join(dir, ocispec.ImageIndexFile), index); err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(dir, ocispec.ImageLayoutFile), ocispec.ImageLayout{Version: ocispec.ImageLayoutVersion}); err != nil {
		return err
	}
	return writeContent(dir, m)
}

func writeContent(dir string, m fixtures.Manifest) error {
	if err := writeBlob(dir, m.Digest, m.Data); err != nil {
		return err
	}
	for _, b := range m.Blobs {
		if err := writeBlob(dir, b.Digest, b.Data); err != nil {
			return err
		}
	}
	for _, child := range m.Children {
		if err := writeContent(dir, child); err != nil {
			return err
		}
	}
	return nil
}

func writeBlob(dir string, d digest.Digest, data []byte) error {
	return write(filepath.Join(dir, ocispec.ImageBlobsDir, d.Algorithm().String(), d.Encoded()), data)
}

func writeJSON(name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return write(name, data)
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o600)
}

// Layout is what a client left as a layout.
type Layout struct {
	// Digests are those that its files and its index name.
	Digests []string
	// Wrong are the digests of files with other content.
	Wrong []string
}

// readLayout reads a layout; nil if there is none.
func readLayout(dir string) *Layout {
	data, err := os.ReadFile(filepath.Join(dir, ocispec.ImageIndexFile))
	var index ocispec.Index
	if err != nil || json.Unmarshal(data, &index) != nil {
		return nil
	}
	found := &Layout{}
	for _, entry := range index.Manifests {
		found.Digests = append(found.Digests, entry.Digest.String())
	}
	files, _ := filepath.Glob(filepath.Join(dir, ocispec.ImageBlobsDir, "*", "*"))
	for _, name := range files {
		d := digest.NewDigestFromEncoded(digest.Algorithm(filepath.Base(filepath.Dir(name))), filepath.Base(name))
		found.Digests = append(found.Digests, d.String())
		if content, err := os.ReadFile(name); err == nil && d.Validate() == nil && d.Algorithm().FromBytes(content) != d {
			found.Wrong = append(found.Wrong, d.String())
		}
	}
	return found
}
