package toolchains

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Cache is the directory of the installed tools:
//
//	toolchains/NAME@VERSION/  one tool, whole once its manifest is there
//	roots/RELEASE/            the root directory of another release of Debian
//	locks/ logs/ tmp/         what installing needs
type Cache struct{ Dir string }

// DefaultCache is $XDG_CACHE_HOME/assay, or ~/.cache/assay.
func DefaultCache() (Cache, error) {
	base := os.Getenv("XDG_CACHE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return Cache{}, fmt.Errorf("there is no place for the cache: %w", err)
		}
		base = filepath.Join(home, ".cache")
	}
	dir, err := filepath.Abs(filepath.Join(base, "assay"))
	return Cache{dir}, err
}

// Folder is the folder of one version of a tool.
func (c Cache) Folder(name, version string) string {
	return filepath.Join(c.Dir, "toolchains", name+"@"+version)
}

// Root is the root directory of a release of Debian.
func (c Cache) Root(release string) string { return filepath.Join(c.Dir, "roots", release) }

// manifestName is the file that is written last: a folder without it is not complete.
const manifestName = "installed.json"

// Manifest describes a folder of the cache.
type Manifest struct {
	Tool    string `json:"tool"`
	Version string `json:"version"`
	// How describes in words how it was installed.
	How  string    `json:"how"`
	When time.Time `json:"when"`
	// Release is the release of Debian in whose root directory the programs are; empty
	// if they are in the folder.
	Release string `json:"release,omitempty"`
	// Bin are the folders with the programs, relative to the folder or to the
	// root directory.
	Bin   []string `json:"bin"`
	Files []File   `json:"files"`
}

// File is one file, by its path relative to the folder or to the root
// directory.
type File struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Size is the size of all files together, in bytes.
func (m Manifest) Size() int64 {
	var sum int64
	for _, f := range m.Files {
		sum += f.Size
	}
	return sum
}

// ReadManifest returns the manifest in a folder of the cache. The error is
// fs.ErrNotExist if the folder is not complete.
func ReadManifest(folder string) (Manifest, error) {
	var m Manifest
	data, err := os.ReadFile(filepath.Join(folder, manifestName))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%s: %w", filepath.Join(folder, manifestName), err)
	}
	return m, nil
}

// Write writes the manifest into folder. If it fails, no part of it is there.
func (m Manifest) Write(folder string) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	name := filepath.Join(folder, manifestName)
	if err := os.WriteFile(name+".new", append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// base returns the directory to which the paths in the manifest are relative.
func (c Cache) base(m Manifest) string {
	if m.Release != "" {
		return c.Root(m.Release)
	}
	return c.Folder(m.Tool, m.Version)
}

// Check reads every file. The error names the first file that has changed since it was
// installed.
func (c Cache) Check(m Manifest) error {
	for _, want := range m.Files {
		got, err := DescribeFile(c.base(m), want.Path)
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%s has changed since it was installed", filepath.Join(c.base(m), want.Path))
		}
	}
	return nil
}

// DescribeFile describes the file at path below base.
func DescribeFile(base, path string) (File, error) {
	file, err := os.Open(filepath.Join(base, path))
	if err != nil {
		return File{}, err
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return File{}, err
	}
	return File{path, size, hex.EncodeToString(sum.Sum(nil))}, nil
}

// manifests returns the manifests of all complete folders, in the order of their names.
func (c Cache) manifests() ([]Manifest, error) {
	folders, err := os.ReadDir(filepath.Join(c.Dir, "toolchains"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Manifest
	for _, folder := range folders {
		m, err := ReadManifest(filepath.Join(c.Dir, "toolchains", folder.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if m.Tool+"@"+m.Version == folder.Name() && c.there(m) {
			all = append(all, m)
		}
	}
	return all, nil
}

// there says whether every file exists with its size. It reads no file, because there
// are gigabytes of them.
func (c Cache) there(m Manifest) bool {
	return !slices.ContainsFunc(m.Files, func(f File) bool {
		info, err := os.Stat(filepath.Join(c.base(m), f.Path))
		return err != nil || info.Size() != f.Size
	}) && !strings.Contains(m.Release, "/")
}
