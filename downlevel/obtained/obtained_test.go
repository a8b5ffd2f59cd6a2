package obtained_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"

	"assay/downlevel/obtained"
)

func archive(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	g := NewWithT(t)
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for name, data := range files {
		g.Expect(w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))})).To(Succeed())
		_, err := w.Write(data)
		g.Expect(err).NotTo(HaveOccurred())
	}
	g.Expect(w.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "link", Linkname: "/etc/passwd"})).To(Succeed())
	g.Expect(w.Close()).To(Succeed())
	return out.Bytes()
}

func compress(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(w.Close()).To(Succeed())
	return out.Bytes()
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	g := NewWithT(t)
	g.Expect(os.MkdirAll(filepath.Dir(name), 0o755)).To(Succeed())
	g.Expect(os.WriteFile(name, data, 0o600)).To(Succeed())
}

// Everything is found by its digest, compressed or not, in files and in
// archives, but not in archives within archives: a layer is one thing.
func TestContentIsFound(t *testing.T) {
	g := NewWithT(t)
	inner := []byte("a file of a layer")
	plain := archive(t, map[string][]byte{"file": inner})
	layer := compress(t, plain)
	config := []byte(`{"architecture":"amd64"}`)
	image := archive(t, map[string][]byte{"config.json": config, "layer.tar": plain})
	for name, files := range map[string]map[string][]byte{
		"a layout":               {"blobs/sha256/a": layer, "blobs/sha256/b": config},
		"an archive":             {"image.tar": image},
		"a compressed archive":   {"image.tar.gz": compress(t, image)},
		"an archive of a layout": {"x": archive(t, map[string][]byte{"blobs/sha256/a": layer, "blobs/sha256/b": config})},
	} {
		dir := t.TempDir()
		for at, data := range files {
			write(t, filepath.Join(dir, at), data)
		}
		found, err := obtained.Read(dir)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(found.Has(digest.FromBytes(config))).To(BeTrue(), name)
		g.Expect(found.Has(digest.FromBytes(plain))).To(BeTrue(), name)
		g.Expect(found.Has(digest.FromBytes(inner))).To(Equal(name == "a layout"), name)
	}
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, layer)
	found, err := obtained.Read(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(found.Has(digest.FromBytes(inner))).To(BeTrue())
}

// What is no archive, or a broken one, is only itself.
func TestOtherFiles(t *testing.T) {
	g := NewWithT(t)
	whole := compress(t, archive(t, map[string][]byte{"file": bytes.Repeat([]byte("a"), 5000)}))
	for _, data := range [][]byte{nil, []byte("text"), {0x1f, 0x8b}, {0x1f, 0x8b, 8, 0}, whole[:len(whole)/2], bytes.Repeat([]byte{0}, 4096)} {
		file := filepath.Join(t.TempDir(), "file")
		write(t, file, data)
		found, err := obtained.Read(file)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(found.Has(digest.FromBytes(data))).To(BeTrue())
		g.Expect(obtained.Files(data)).To(BeEmpty())
		g.Expect(obtained.Unpacked(data)).To(Equal(digest.FromBytes(data)))
	}
}

func TestFilesOfLayers(t *testing.T) {
	g := NewWithT(t)
	plain := archive(t, map[string][]byte{"one": []byte("1"), "two": []byte("2")})
	want := ConsistOf(digest.FromString("1"), digest.FromString("2"))
	g.Expect(obtained.Files(plain)).To(want)
	g.Expect(obtained.Files(compress(t, plain))).To(want)
	g.Expect(obtained.Unpacked(compress(t, plain))).To(Equal(digest.FromBytes(plain)))
}

// Links are not followed: what a tool points at is not what it made.
func TestLinks(t *testing.T) {
	g := NewWithT(t)
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "secret")
	write(t, elsewhere, []byte("secret"))
	g.Expect(os.Symlink(elsewhere, filepath.Join(dir, "link"))).To(Succeed())
	found, err := obtained.Read(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(found).To(BeEmpty())
}

func TestWhatCannotBeRead(t *testing.T) {
	g := NewWithT(t)
	_, err := obtained.Read(filepath.Join(t.TempDir(), "missing"))
	g.Expect(err).To(MatchError(os.ErrNotExist))
	// A bomb: much more than it looks like.
	bomb := filepath.Join(t.TempDir(), "bomb")
	write(t, bomb, compress(t, make([]byte, 3<<20)))
	_, err = obtained.ReadUpTo(bomb, 2<<20)
	g.Expect(err).To(MatchError(ContainSubstring("there is more than 2 MiB")))
	_, err = obtained.Read(bomb)
	g.Expect(err).NotTo(HaveOccurred())
}
