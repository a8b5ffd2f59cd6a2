// Package obtained reads the files that a tool made from an image on this machine: a
// docker archive, an OCI archive, an OCI layout, a directory of skopeo's, or any other
// files. It looks at the content only, because tools choose the names of files freely.
package obtained

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/opencontainers/go-digest"
)

// Content has the digests of everything that was found. Gzip-compressed data has two
// digests: one of the compressed bytes and one of the uncompressed.
type Content map[digest.Digest]bool

// Has says whether bytes of the digest were found.
func (c Content) Has(d digest.Digest) bool { return c[d] }

// limit is the number of bytes that are read at most. The images of the matrix are
// small.
const limit = 256 << 20

// Read reads the file or the directory at name. It is an error if something cannot be
// read, or if name does not exist.
func Read(name string) (Content, error) { return read(name, limit) }

func read(name string, limit int64) (Content, error) {
	found := reader{content: Content{}, limit: limit, left: limit}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		err = filepath.WalkDir(name, func(at string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			return found.file(at)
		})
	} else {
		err = found.file(name)
	}
	if err != nil {
		return nil, fmt.Errorf("the files of the tool cannot be read: %w", err)
	}
	return found.content, nil
}

// Files returns the digests of the regular files in a layer: a tar archive, with or
// without gzip. It returns nothing for other data.
func Files(layer []byte) []digest.Digest {
	found := reader{content: Content{}, limit: limit, left: limit}
	if err := found.archive(bytes.NewReader(layer)); err != nil {
		return nil
	}
	var all []digest.Digest
	for d := range found.content {
		all = append(all, d)
	}
	return all
}

// Unpacked returns the digest of the uncompressed data.
func Unpacked(data []byte) digest.Digest {
	found := reader{limit: limit, left: limit}
	plain, err := found.unpack(data)
	if err != nil || plain == nil {
		return digest.FromBytes(data)
	}
	return digest.FromBytes(plain)
}

type reader struct {
	content     Content
	limit, left int64
}

// file adds a file and, if it is an archive, the files in it.
func (r *reader) file(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := r.take(f)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return r.add(data, true)
}

// add adds the bytes of a file. If open is true, it also adds the files of an archive.
func (r *reader) add(data []byte, open bool) error {
	r.content[digest.FromBytes(data)] = true
	plain, err := r.unpack(data)
	if err != nil {
		return err
	}
	if plain != nil {
		r.content[digest.FromBytes(plain)] = true
		data = plain
	}
	if open {
		_ = r.archive(bytes.NewReader(data)) // no error: it may not be an archive
	}
	return nil
}

// archive adds the files of an archive, but not the files of archives in it.
func (r *reader) archive(from io.Reader) error {
	buffered := bufio.NewReader(from)
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, gzipMagic) {
		plain, err := gzip.NewReader(buffered)
		if err != nil {
			return err
		}
		from = plain
	} else {
		from = buffered
	}
	for files := tar.NewReader(from); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		data, err := r.take(files)
		if err != nil {
			return fmt.Errorf("%s: %w", path.Base(header.Name), err)
		}
		if err := r.add(data, false); err != nil {
			return err
		}
	}
}

var gzipMagic = []byte{0x1f, 0x8b}

// unpack returns the uncompressed data; nil if it is not compressed.
func (r *reader) unpack(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, gzipMagic) {
		return nil, nil
	}
	plain, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, nil // it begins like gzip, but is something else
	}
	out, err := r.take(plain)
	if errors.Is(err, errTooLong) {
		return nil, err
	}
	if err != nil {
		return nil, nil
	}
	return out, nil
}

var errTooLong = errors.New("there is more than")

// take reads everything, up to the limit.
func (r *reader) take(from io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, r.left+1))
	if err != nil {
		return nil, err
	}
	if r.left -= int64(len(data)); r.left < 0 {
		return nil, fmt.Errorf("%w %d MiB", errTooLong, r.limit>>20)
	}
	return data, nil
}
