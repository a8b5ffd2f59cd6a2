package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"assay/conformance/requirements"
	"assay/reports"
	"assay/reports/join"
)

func newReportJoin() *cobra.Command {
	var (
		out    string
		strict bool
	)
	cmd := &cobra.Command{
		Use:   "join RESULTS... --out DIR",
		Short: "Make one result of the results of all shards of a run",
		Long: `Join the results of the shards of a run, which were made with --shard, show them, and
write their reports. Each RESULTS is a results.json, or the directory that holds it.

The result is only the whole if each shard is there once. Otherwise it says which shards
are missing or given twice, and is partial.

Exit codes:
  0  all shards are there, and none has findings
  1  findings; or the result is not the whole
  2  wrong usage, results that cannot be of one run, or reports that cannot be written`,
		Example: `  assay run localhost:5000 --shard 1/2 --out one
  assay run localhost:5000 --shard 2/2 --out two
  assay report join one two --out joined`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("assay report join takes the results of shards: each the results.json of a run, or its directory")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return fmt.Errorf("assay report join needs --out, the directory for the reports")
			}
			var parts []join.Part
			for _, path := range args {
				run, err := readResults(path)
				if err != nil {
					return err
				}
				parts = append(parts, join.Part{Name: path, Run: run})
			}
			joined, err := join.Join(parts, catalogueOrder())
			if err != nil {
				return err
			}
			files, err := reports.WriteAll(out, joined, reports.Options{Strict: strict})
			terminal := isTerminal(cmd.OutOrStdout())
			reports.NewConsole(cmd.OutOrStdout(), terminal, terminal && wantsColour()).Finish(joined, files)
			switch {
			case err != nil:
				return fmt.Errorf("--out: the reports are not complete: %w", err)
			case joined.Shard != nil:
				return &exit{exitFindings, errors.New("the result is not the whole run: " + joined.Shard.String())}
			case joined.Interrupted != "" || joined.Failed(strict):
				return &exit{exitFindings, nil}
			}
			return judgedNothing(joined)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write the reports into this `dir`")
	cmd.Flags().BoolVar(&strict, "strict", false, "a SHOULD that is not kept also fails")
	_ = cmd.MarkFlagDirname("out")
	cmd.Flags().SortFlags = false
	return cmd
}

// catalogueOrder returns the place of a requirement in the catalogue.
func catalogueOrder() func(string) int {
	order := map[string]int{}
	for i, r := range requirements.All() {
		order[string(r.ID)] = i
	}
	return func(id string) int { return order[id] }
}
