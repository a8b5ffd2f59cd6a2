package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"assay/reports"
)

func newReport() *cobra.Command {
	var (
		out    string
		output string
		strict bool
	)
	cmd := &cobra.Command{
		Use:   "report RESULTS",
		Short: "Show the results of an earlier run again, and write its reports",
		Long: `Show the results of an earlier run, as that run showed them, and with --out write
every report again. RESULTS is its results.json, or the directory that holds it.

Exit codes:
  0  the results are shown, whatever they are
  2  wrong usage, or no results`,
		Example: `  assay report assay-results
  assay report downloaded/results.json --out reports`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("assay report takes one file, the results.json of a run, or its directory")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			run, err := readResults(args[0])
			if err != nil {
				return err
			}
			var files []string
			if out != "" {
				files, err = reports.WriteAll(out, run, reports.Options{Strict: strict})
			}
			to := readers(cmd, output)
			terminal := isTerminal(to)
			reports.NewConsole(to, terminal, terminal && wantsColour()).Finish(run, files)
			if output == outputJSON {
				err = errors.Join(err, reports.WriteJSON(cmd.OutOrStdout(), run))
			}
			if err != nil {
				return fmt.Errorf("the reports are not complete: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write the reports into this `dir`")
	cmd.Flags().BoolVar(&strict, "strict", false, "in junit.xml, count SHOULDs that are not kept as failures")
	addOutput(cmd, &output)
	_ = cmd.MarkFlagDirname("out")
	cmd.Flags().SortFlags = false
	cmd.AddCommand(newReportJoin(), newReportSubmission(), newReportGitHub())
	return cmd
}
