package cli

import (
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"assay/internal/faultrun"
)

func newFaults() *cobra.Command {
	var (
		jobs    int
		clients bool
		only    []string
		out     string
	)
	cmd := &cobra.Command{
		Use:   "faults",
		Short: "Test the suite itself, on registries with known faults",
		Long: `Run the suite against the embedded registry with one fault after another. The
suite must find each fault, under the right requirement. Then run it against
variants, which do what a registry may do: the suite must find nothing there. With
--client, do the same with the faults and variants of the reference client.

The table lists every fault and variant with another result. The last two lines are
the figures. Findings per fault count requirements; an observation counts only
where it names the fault.

Exit codes:
  0  every fault was found under its requirement, and no variant had a finding
  1  otherwise
  2  wrong usage
  4  interrupted`,
		Example: `  assay faults
  assay faults --only 'manifest-*' --out /tmp/faults
  assay faults --client`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cases, err := selectCases(clients, only)
			if err != nil {
				return err
			}
			if jobs < 1 {
				return fmt.Errorf("--jobs: %d is not allowed: want 1 or more", jobs)
			}
			return runFaults(cmd, cases, jobs, out)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.BoolVar(&clients, "client", false, "test the judgement of clients, on clients with known faults")
	flags.IntVar(&jobs, "jobs", runtime.NumCPU(), "run this many `cases` at the same time")
	flags.StringSliceVar(&only, "only", nil, "only faults and variants whose name matches this `pattern`, such as 'manifest-*'; separate several by commas")
	flags.StringVar(&out, "out", "", "keep the results.json of every run in this `dir`")
	flags.SortFlags = false
	return cmd
}

// selectCases returns the faults and variants whose names match one of the patterns.
func selectCases(clients bool, only []string) ([]faultrun.Case, error) {
	cases := append(faultrun.FaultCases(), faultrun.VariantCases()...)
	if clients {
		cases = append(faultrun.ClientFaultCases(), faultrun.ClientVariantCases()...)
	}
	if len(only) == 0 {
		return cases, nil
	}
	chosen := map[string]bool{}
	for _, pattern := range only {
		found := false
		for _, c := range cases {
			matches, err := path.Match(pattern, c.Name)
			if err != nil {
				return nil, fmt.Errorf("--only: %q is not a pattern: want a name in which * stands for any text", pattern)
			}
			if matches {
				chosen[c.Name], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("--only: no fault or variant has a name like %q", pattern)
		}
	}
	return slices.DeleteFunc(cases, func(c faultrun.Case) bool { return !chosen[c.Name] }), nil
}

func runFaults(cmd *cobra.Command, cases []faultrun.Case, jobs int, out string) error {
	// Memory is not scarce in hundreds of short runs: a lazier garbage collector saves
	// time.
	debug.SetGCPercent(400)
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	runner := faultrun.Runner{Jobs: jobs, Out: out}
	if isTerminal(cmd.ErrOrStderr()) {
		done := 0
		runner.Ended = func(faultrun.Result) {
			done++
			fmt.Fprintf(cmd.ErrOrStderr(), "\r%d/%d", done, len(cases))
			if done == len(cases) {
				fmt.Fprintln(cmd.ErrOrStderr())
			}
		}
	}
	results := runner.Run(ctx, cases)
	if err := faultrun.Write(cmd.OutOrStdout(), results); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return &exit{exitInterrupted, fmt.Errorf("interrupted after %d of %d runs", len(results), len(cases))}
	}
	if slices.ContainsFunc(results, faultrun.Result.Wrong) {
		return &exit{exitFindings, nil} // the table says so
	}
	return nil
}
