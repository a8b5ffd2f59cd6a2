package reports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Options is what a user can choose about reports.
type Options struct {
	// Strict makes a SHOULD that was not kept a failure.
	Strict bool
}

// ResultsFile is the name of the report that all others are made from.
const ResultsFile = "results.json"

// WriteAll writes every report into dir, which it makes when it is missing,
// and returns the files that it wrote, results.json first. A report is whole
// or not there: it replaces an older one only when it is complete. What can be
// written is, even when something else cannot; the error names each file that
// is missing.
func WriteAll(dir string, run *Run, opts Options) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the directory for reports: %w", err)
	}
	reports := []struct {
		name  string
		write func(io.Writer) error
	}{
		{ResultsFile, func(w io.Writer) error { return WriteJSON(w, run) }},
		{"junit.xml", func(w io.Writer) error { return WriteJUnit(w, run, opts) }},
		{"report.html", func(w io.Writer) error { return WriteHTML(w, run) }},
		{"summary.md", func(w io.Writer) error { return WriteMarkdown(w, run) }},
	}
	var files []string
	var errs []error
	for _, r := range reports {
		path := filepath.Join(dir, r.name)
		if err := writeFile(path, r.write); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
			continue
		}
		files = append(files, path)
	}
	return files, errors.Join(errs...)
}

// writeFile writes path in one step: into a file next to it, which then takes
// its name.
func writeFile(path string, write func(io.Writer) error) (err error) {
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content.Bytes())
	// CreateTemp lets only the owner read; CI often collects reports as another
	// user. Sync, or a crash could leave the new name with no content.
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
