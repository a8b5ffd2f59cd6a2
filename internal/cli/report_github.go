package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"assay/reports"
)

func newReportGitHub() *cobra.Command {
	var strict bool
	cmd := &cobra.Command{
		Use:   "github RESULTS",
		Short: "Show the results of an earlier run in a job of GitHub Actions",
		Long: `Show the results of an earlier run in a job of GitHub Actions. RESULTS is the
directory of its reports. The first ten findings become annotations. The summary is
added to the file that $GITHUB_STEP_SUMMARY names; the verdict, the counts and the
paths are added to the one that $GITHUB_OUTPUT names.

Exit codes:
  0  the results are shown, whatever they are
  2  wrong usage, no results, or a file that cannot be written`,
		Example: `  assay report github assay-results`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("assay report github takes one directory, that of the reports of a run")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			run, err := reports.ReadFile(filepath.Join(dir, reports.ResultsFile))
			if err != nil {
				return err
			}
			if err := reports.WriteGitHubAnnotations(cmd.OutOrStdout(), run, reports.Options{Strict: strict}); err != nil {
				return err
			}
			return cmp.Or(
				appendTo("GITHUB_STEP_SUMMARY", func(f *os.File) error { return reports.WriteMarkdown(f, run) }),
				appendTo("GITHUB_OUTPUT", func(f *os.File) error { return reports.WriteGitHubOutputs(f, run, dir) }),
			)
		},
	}
	cmd.Flags().BoolVar(&strict, "strict", false, "SHOULDs that are not kept are errors, not warnings")
	return cmd
}

// appendTo adds what write writes to the file that a variable names, if it names one.
func appendTo(variable string, write func(*os.File) error) error {
	name := os.Getenv(variable)
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	err = cmp.Or(write(f), f.Close())
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	return nil
}
