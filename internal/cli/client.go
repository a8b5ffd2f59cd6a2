package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"assay/conformance"
	"assay/conformance/client"
	"assay/conformance/client/drive"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/requirements"
	"assay/downlevel/toolchains"
	"assay/internal/cli/config"
	"assay/reports"
	"assay/reports/known"
)

// clientFlags are the flags of assay client.
type clientFlags struct {
	spec, tool, out, known, writeKnown      string
	workflows, requirements, scenarios, env []string
	jobs                                    int
	timeout                                 time.Duration
	seed                                    int64
	strict, list                            bool
}

func newClient() *cobra.Command {
	var f clientFlags
	cmd := &cobra.Command{
		Use:   "client [flags] -- COMMAND [ARG...]",
		Short: "Judge a client by what it sends to registries",
		Long: `Play registries in many states, let a client pull, push, list, attach, delete and copy
on them, and judge what it sends, and what comes of it. What the client prints for
people is not judged.

COMMAND is run once for each step. It is told what to do by environment variables
that begin with ASSAY_: ASSAY_VERB is pull, push, tags, attach, referrers, delete or
copy. It has private directories, and no standard input. Of this environment it gets
PATH, the locale, and what --env names. Exit code 64 says that the client has no such
verb, 0 that it is done. docs/for-client-authors.md has all variables, and examples.
With --toolchain, Assay runs a tool that it knows; assay toolchains installs it.

Exit codes:
  0  no finding: every MUST that could be judged is kept
  1  findings: a MUST is not kept or cannot be judged; with --strict, also a SHOULD
  2  wrong usage, or no such client
  4  interrupted; the reports show what ran until then`,
		Example: `  assay client -- ./my-client
  assay client --scenario blob-corrupted -- ./my-client
  assay client --toolchain crane@0.22.1
  assay client --list`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.list {
				return listClient(cmd.OutOrStdout())
			}
			return runClient(cmd, f, args)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false) // what follows COMMAND is its own
	flags.StringVar(&f.tool, "toolchain", "", "judge this installed `tool`, NAME or NAME@VERSION, instead of a command")
	flags.StringVar(&f.spec, "spec", string(requirements.V1_1), "`version` of the distribution-spec: 1.0, 1.1 or draft")
	flags.StringSliceVar(&f.scenarios, "scenario", nil, "play only these `scenarios`, separated by commas")
	flags.StringSliceVar(&f.workflows, "workflow", nil, "only these `workflows`: pull, push, discovery, references, access")
	flags.StringSliceVar(&f.requirements, "requirement", nil, "only these `requirements`, or those that begin like this, such as client.pull")
	flags.StringSliceVar(&f.env, "env", nil, "give the command these `variables` of this environment, too")
	flags.DurationVar(&f.timeout, "timeout", client.DefaultTimeout, "end a step that takes longer than this `time`")
	flags.IntVar(&f.jobs, "jobs", client.DefaultJobs, "play this many `scenarios` at the same time")
	flags.Int64Var(&f.seed, "seed", 0, "`number` from which the content is made; 0 takes the time")
	flags.StringVar(&f.out, "out", "assay-results", "write the reports to this `dir`")
	flags.BoolVar(&f.strict, "strict", false, "fail if a SHOULD is not kept, too")
	flags.StringVar(&f.known, "known-failures", "", "`file` with failures that are known: only others fail the run")
	flags.StringVar(&f.writeKnown, "write-known-failures", "", "write what fails to this `file`")
	flags.BoolVar(&f.list, "list", false, "list the scenarios, and the requirements with what judges them, and do nothing else")
	flags.SortFlags = false
	return cmd
}

func runClient(cmd *cobra.Command, f clientFlags, args []string) error {
	of, err := requirements.ParseVersion(f.spec)
	switch {
	case err != nil:
		return fmt.Errorf("--spec: %w", err)
	case f.jobs < 1:
		return fmt.Errorf("--jobs: %d is not allowed: want 1 or more", f.jobs)
	case f.timeout <= 0:
		return fmt.Errorf("--timeout: %s is not allowed: want more than 0", f.timeout)
	}
	driver, err := driverOf(cmd.Context(), f, args)
	if err != nil {
		return err
	}
	var failures []known.Failure
	if f.known != "" {
		if failures, err = known.Read(f.known, "requirement", client.CheckKnown); err != nil {
			return fmt.Errorf("--known-failures: %w", err)
		}
	}
	cfg := client.Config{
		Driver: driver, Spec: of, Requirements: f.requirements, Workflows: f.workflows, Scenarios: f.scenarios,
		Jobs: f.jobs, Timeout: f.timeout, Seed: f.seed, KnownFailures: failures, Version: version().number,
	}
	c := &config.Config{}
	c.Out, c.Strict, c.WriteKnownFailures, c.KnownFailures = f.out, f.strict, f.writeKnown, failures
	return present(cmd, c, job{
		execute: func(ctx context.Context, listener conformance.Listener) (*reports.Run, error) {
			return client.Execute(ctx, cfg, listener)
		},
		left:    "programs that the client started may still run",
		failing: "requirement",
	})
}

// driverOf finds the client that is to be judged.
func driverOf(ctx context.Context, f clientFlags, args []string) (stage.Driver, error) {
	switch {
	case f.tool != "" && len(args) > 0:
		return nil, errors.New("both a command and --toolchain were given: want one of them")
	case f.tool == "" && len(args) == 0:
		return nil, errors.New("no client was given: want -- COMMAND, or --toolchain NAME")
	case f.tool == "":
		command := &drive.Command{Args: slices.Clone(args), Env: f.env}
		return command, command.Check()
	}
	cache, err := toolchains.DefaultCache()
	if err != nil {
		return nil, err
	}
	found, err := toolchains.Find(ctx, cache)
	if err != nil {
		return nil, err
	}
	name, wanted, hasVersion := strings.Cut(f.tool, "@")
	var names []string
	for _, i := range slices.Backward(found) {
		names = append(names, i.String())
		if i.Toolchain.Name != name || hasVersion && i.Version != wanted {
			continue
		}
		if lacks := i.Lacks(); len(lacks) > 0 {
			return nil, fmt.Errorf("--toolchain: %s needs %s", i, strings.Join(lacks, ", "))
		}
		return drive.Toolchain{Installed: i}, nil
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("--toolchain: %s is not installed: see assay toolchains install", f.tool)
	}
	return nil, fmt.Errorf("--toolchain: %s is not installed; installed are %s", f.tool, strings.Join(names, ", "))
}

// listClient lists the scenarios and the requirements.
func listClient(to io.Writer) error {
	t := newTable(to, "scenario", "verb", "the registry …")
	for _, s := range scenarios.List() {
		t.AppendRow(table.Row{s.Name, s.Verb(), s.Does})
	}
	t.Render()
	covered, err := client.Coverage()
	if err != nil {
		return err
	}
	t = newTable(to, "requirement", "judged by, or why it cannot be")
	judged, missing := 0, 0
	for _, r := range requirements.OfClients() {
		specs := covered[r.ID]
		switch {
		case len(specs) > 0:
			judged++
			t.AppendRow(table.Row{r.ID, strings.Join(specs, "\n")})
		case r.Unobservable != "":
			t.AppendRow(table.Row{r.ID, "not observable: " + r.Unobservable})
		default:
			missing++
			t.AppendRow(table.Row{r.ID, "NO SPEC"})
		}
	}
	t.Render()
	all := len(requirements.OfClients())
	_, err = fmt.Fprintf(to, "%s: %d judged, %d not observable, %d without a spec\n", count(all, "requirement"), judged, all-judged-missing, missing)
	return err
}
