package submission

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"assay/reports"
)

// Remark is something that a reviewer would ask about.
type Remark struct{ File, Text string }

// review gathers remarks on the files of a folder.
type review struct {
	dir     string
	remarks []Remark
	// config is that of results.yaml; nil if it cannot be read.
	config *config
}

// Review looks at the submission in dir. run is what the files should show; nil if that
// is not known. The remarks are sorted by file. It fails only if dir is no folder.
func Review(dir string, run *reports.Run) ([]Remark, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", dir)
	}
	r := &review{dir: dir}
	for _, f := range []struct {
		name string
		look func(data []byte)
	}{
		{resultsFile, func(data []byte) { r.results(data, run) }},
		{junitFile, r.junit},
		{htmlFile, r.html},
		{productFile, r.product},
		{readmeFile, r.readme},
	} {
		data, err := os.ReadFile(filepath.Join(dir, f.name))
		switch {
		case errors.Is(err, os.ErrNotExist):
			r.add(f.name, "is missing")
			continue
		case err != nil:
			r.add(f.name, "cannot be read: %v", err)
			continue
		case len(data) == 0:
			r.add(f.name, "is empty")
			continue
		}
		f.look(data)
		if credential.Match(data) {
			r.add(f.name, "seems to hold a password or token that is not redacted")
		}
	}
	slices.SortStableFunc(r.remarks, func(a, b Remark) int { return cmp.Compare(a.File, b.File) })
	return r.remarks, nil
}

// credential matches an Authorization header with a value that is not redacted.
var credential = regexp.MustCompile(`(?i)authorization["']?: *\[?["']?(basic|bearer) +[a-z0-9+/=._~-]{8,}`)

func (r *review) add(file, format string, args ...any) {
	r.remarks = append(r.remarks, Remark{file, reports.Printable(fmt.Sprintf(format, args...), 300)})
}
