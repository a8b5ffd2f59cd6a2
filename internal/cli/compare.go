package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"assay/reports/compare"
)

// comparisonWriters are the values of --output of assay compare.
var comparisonWriters = map[string]func(*compare.Comparison, io.Writer) error{
	"text":     (*compare.Comparison).WriteText,
	"markdown": (*compare.Comparison).WriteMarkdown,
	"json":     (*compare.Comparison).WriteJSON,
	"html":     (*compare.Comparison).WriteHTML,
}

func comparisonOutputs() []string { return []string{"text", "markdown", "json", "html"} }

func newCompare() *cobra.Command {
	var (
		output string
		all    bool
	)
	cmd := &cobra.Command{
		Use:   "compare BASELINE RESULTS...",
		Short: "Show how results differ, for example those of two versions of a registry",
		Long: `Compare the results of several runs with those of the first one, the baseline.
Each argument is a results.json, or the directory that holds it. NAME=PATH gives the
results a name. The results of assay downlevel can be compared with one another, too,
and so can those of assay client.

A requirement has one row, with the worst outcome of its specs. It got worse if the
baseline keeps it and the other does not. What only one of them judged is new, or not
judged: that is never worse.

Exit codes:
  0  nothing got worse
  1  something got worse
  2  wrong usage, or no results`,
		Example: `  assay compare old-results new-results
  assay compare 2.7=registry-2.7/results.json 2.8=registry-2.8/results.json --all
  assay compare crane=crane-results oras=oras-results --output html >clients.html
  assay compare last-release assay-results --output markdown >>"$GITHUB_STEP_SUMMARY"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return fmt.Errorf("assay compare takes the results of at least two runs: each the results.json of a run, or its directory")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOfWords("--output", output, comparisonOutputs()); err != nil {
				return err
			}
			results, err := readNamed(args)
			if err != nil {
				return err
			}
			var sides []compare.Side
			for _, r := range results {
				sides = append(sides, compare.Side{Name: r.name, Run: r.run})
			}
			found, err := compare.Runs(sides)
			if err != nil {
				return err
			}
			shown := found
			if !all {
				shown = found.Differing()
			}
			if err := comparisonWriters[output](shown, cmd.OutOrStdout()); err != nil {
				return err
			}
			if found.Worse() {
				return &exit{exitFindings, nil}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&output, "output", "text", "`form` of the output: text, markdown, json, html")
	cmd.Flags().BoolVar(&all, "all", false, "show all rows, not only those that differ")
	completeWords(cmd, "output", comparisonOutputs)
	cmd.Flags().SortFlags = false
	return cmd
}
