package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"assay/reports"
	"assay/reports/submission"
)

func newReportSubmission() *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:   "submission DIR",
		Short: "Write the files of a conformance submission, and look at them as a reviewer would",
		Long: `Look at the files of a submission to the OCI conformance program in DIR: results.yaml,
junit.xml, report.html, PRODUCT.yaml and README.md. Say what is missing, is still a
placeholder, has failed, was not tested, or does not match.

With --from, first write the files from the results of assay run: results.yaml in the
form of the official suite, and templates of PRODUCT.yaml and README.md, unless these
exist. Assay certifies nothing, and these results are not of the official suite: the
program decides what it accepts.

Exit codes:
  0  nothing to remark
  1  there are remarks
  2  wrong usage, or results that cannot be submitted`,
		Example: `  assay report submission v1.1/my-registry --from assay-results
  assay report submission v1.1/my-registry`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("assay report submission takes one directory")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			var run *reports.Run
			if from != "" {
				var err error
				if run, err = readResults(from); err != nil {
					return fmt.Errorf("--from: %w", err)
				}
				files, err := submission.Write(args[0], run)
				if err != nil {
					return fmt.Errorf("--from: %w", err)
				}
				for _, f := range files {
					fmt.Fprintln(out, "written: "+reports.Printable(f, 0))
				}
			}
			remarks, err := submission.Review(args[0], run)
			if err != nil {
				return err
			}
			for _, r := range remarks {
				fmt.Fprintf(out, "%s: %s\n", r.File, r.Text)
			}
			if len(remarks) > 0 {
				return &exit{exitFindings, errors.New(reports.Count(len(remarks), "remark"))}
			}
			_, err = fmt.Fprintln(out, "nothing to remark; the program decides")
			return err
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "write the files from these `results`: a results.json, or its directory")
	cmd.Flags().SortFlags = false
	return cmd
}
