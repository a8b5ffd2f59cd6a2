// Package obtained reads what a tool made of an image on this machine: a docker
// archive, an OCI archive, an OCI layout, a directory of skopeo's, or any other
// files. It goes by content: a tool may call its files what it likes.
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

// Content is everything that was found, by the digest of its bytes; what is
// compressed by gzip is in it by both digests.
type Content map[digest.Digest]bool

// Has says whether bytes of the digest were found.
func (c Content) Has(d digest.Digest) bool { return c[d] }

// limit bounds what is read, in bytes: the images of the matrix are small.
const limit = 256 << 20

// Read reads the file or the directory at name. An error says what cannot be
// read; a name that is not there is one.
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
		return nil, fmt.Errorf("what the tool made cannot be read: %w", err)
	}
	return found.content, nil
}

// Files are the digests of the regular files in a layer, which is a tar archive
// that may be compressed by gzip; none when it is something else.
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

// Unpacked is the digest of the data without its compression.
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

// file takes in a file, and what is in it when it is an archive.
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

// add takes in the bytes of a file; open says that an archive is looked into.
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
		_ = r.archive(bytes.NewReader(data)) // it may be none
	}
	return nil
}

// archive takes in the files of an archive, but not those of archives in it.
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

// unpack is the data without its compression; nil when it has none.
func (r *reader) unpack(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, gzipMagic) {
		return nil, nil
	}
	plain, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, nil // it only begins like it
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

// take reads all, as long as the limit holds.
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
