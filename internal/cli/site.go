package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"assay/reports"
	"assay/reports/site"
)

func newSite() *cobra.Command {
	return &cobra.Command{
		Use:   "site DIR RESULTS...",
		Short: "Make a static site of many results: who keeps which requirement",
		Long: `Write a static site into DIR: the verdicts of all targets, a page for each target with
its history, and a page for each requirement that shows who keeps it. It needs no server
and no network. Results of assay downlevel get pages for the tools.

RESULTS is a results.json, or the directory that holds it; NAME=PATH gives its target a
name. If a directory holds no results.json, all those below it are taken: the target has
the name of the folder directly below it. Several results of one target are its history;
the newest one counts.

Exit codes:
  0  the site is written
  2  wrong usage, no results, or files that cannot be written`,
		Example: `  assay site public zot=zot-results distribution=distribution-results
  assay site public all-results`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return fmt.Errorf("assay site takes the directory of the site, and results")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var entries []site.Entry
			for _, arg := range args[1:] {
				more, err := siteEntries(arg)
				if err != nil {
					return err
				}
				entries = append(entries, more...)
			}
			pages, err := site.Write(args[0], entries)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s of %s: %s\n", reports.Count(pages, "page"), reports.Count(len(entries), "result"), reports.Printable(filepath.Join(args[0], "index.html"), 0))
			return err
		},
	}
}

// siteEntries reads the results that an argument stands for.
func siteEntries(arg string) ([]site.Entry, error) {
	info, err := os.Stat(arg)
	if err == nil && info.IsDir() {
		if _, err := os.Stat(filepath.Join(arg, reports.ResultsFile)); err != nil {
			return resultsBelow(arg)
		}
	}
	results, err := readNamed([]string{arg})
	if err != nil {
		return nil, err
	}
	return []site.Entry{{Name: results[0].name, Run: results[0].run}}, nil
}

// resultsBelow reads every results.json below a directory.
func resultsBelow(dir string) ([]site.Entry, error) {
	var entries []site.Entry
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() != reports.ResultsFile {
			return err
		}
		run, err := reports.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name, _, _ := strings.Cut(filepath.ToSlash(below), "/")
		entries = append(entries, site.Entry{Name: name, Run: run})
		return nil
	})
	if err == nil && len(entries) == 0 {
		err = fmt.Errorf("there is no %s in %s or below it", reports.ResultsFile, dir)
	}
	return entries, err
}
