package reports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Options are the user's choices for reports.
type Options struct {
	// Strict makes a broken SHOULD a failure.
	Strict bool
}

// ResultsFile is the name of the report from which all others are made.
const ResultsFile = "results.json"

// WriteAll writes every report into dir, and makes dir if it is missing. It returns the
// files that it wrote, results.json first, but for the scripts that repeat findings. A
// report replaces an older one only when it
// is complete. If one report cannot be written, the others still are; the error names
// each missing file.
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
		{CodeQualityFile, func(w io.Writer) error { return WriteCodeQuality(w, run, opts) }},
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
	files, errs = writeBadges(dir, run, files, errs)
	errs = append(errs, writeScripts(dir, run))
	return files, errors.Join(errs...)
}

// writeFile writes path in one step: it writes a new file next to it, and then renames
// it to path.
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
	// CreateTemp lets only the owner read the file, but CI often collects reports as
	// another user. Without Sync, a crash could leave the new name with no content.
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
