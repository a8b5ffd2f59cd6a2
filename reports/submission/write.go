package submission

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"

	"assay/reports"
)

// The files of a submission.
const (
	resultsFile = "results.yaml"
	junitFile   = "junit.xml"
	htmlFile    = "report.html"
	productFile = "PRODUCT.yaml"
	readmeFile  = "README.md"
)

// todo stands for what only the submitter knows.
const todo = "TODO"

// Write writes the files of a submission into dir, and returns their paths. It leaves
// PRODUCT.yaml and README.md alone if they exist. It fails if the results are not those of
// a whole run that judged a registry.
func Write(dir string, run *reports.Run) ([]string, error) {
	switch {
	case run.Matrix != nil:
		return nil, errors.New("the results are of a downlevel run, but a submission is about a registry")
	case run.Shard != nil:
		return nil, fmt.Errorf("the results are not whole: %s", run.Shard)
	case run.Interrupted != "":
		return nil, fmt.Errorf("the run was interrupted: %s", run.Interrupted)
	case run.Target.Embedded:
		return nil, errors.New("the results are of the embedded registry, which is nobody's product")
	}
	results, err := convert(run)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var files []string
	for _, f := range []struct {
		name  string
		keep  bool
		write func(io.Writer) error
	}{
		{resultsFile, false, results.write},
		{junitFile, false, func(w io.Writer) error { return reports.WriteJUnit(w, run, reports.Options{}) }},
		{htmlFile, false, func(w io.Writer) error { return reports.WriteHTML(w, run) }},
		{productFile, true, writeProduct},
		{readmeFile, true, func(w io.Writer) error { return writeReadme(w, run) }},
	} {
		path := filepath.Join(dir, f.name)
		if _, err := os.Stat(path); err == nil && f.keep {
			continue
		}
		if err := reports.WriteFile(path, f.write); err != nil {
			return files, fmt.Errorf("%s: %w", path, err)
		}
		files = append(files, path)
	}
	return files, nil
}

func (o official) write(w io.Writer) error {
	text, err := yaml.Marshal(o)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "# Written by Assay in the form of the official suite, which did not make these results.\n# They certify nothing.\n%s", text)
	return err
}

func writeProduct(w io.Writer) error {
	_, err := fmt.Fprintf(w, `vendor: %[1]s # the legal entity
name: %[1]s # the product
version: %[1]s # of the product, not of the specification
website_url: %[1]s
documentation_url: %[1]s
# repo_url: the repository of the source, if that is open
# product_logo_url: an SVG, AI or EPS with the name of the product
type: %[1]s
description: %[1]s # one sentence
`, todo)
	return err
}

func writeReadme(w io.Writer, run *reports.Run) error {
	_, err := fmt.Fprintf(w, `# %[1]s: the name and version of the product

## The registry

%[1]s: how anybody gets and starts this version, and with which settings.

## The run

The results are of Assay %[2]s, for version %[3]s of the distribution-spec. This repeats
the run and writes the files again:

`+"```sh\nassay run %[4]s --spec %[3]s --out results\nassay report submission . --from results\n```\n",
		todo, run.Assay.Version, run.Spec, run.Target.URL)
	return err
}
