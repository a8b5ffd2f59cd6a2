package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"assay/internal/cli/config"
	"assay/internal/proposal"
	"assay/internal/proposalrun"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

// proposalWriters are the forms of a comparison of proposals.
var proposalWriters = map[string]func(*proposalrun.Comparison, io.Writer) error{
	outputText: (*proposalrun.Comparison).WriteText, "markdown": (*proposalrun.Comparison).WriteMarkdown,
	"html": (*proposalrun.Comparison).WriteHTML, "svg": (*proposalrun.Comparison).WritePicture,
}

func proposalOutputs() []string { return []string{outputText, "markdown", "html", "svg"} }

// proposalFiles are the files that --out writes.
var proposalFiles = map[string]func(*proposalrun.Comparison, io.Writer) error{
	"takes.md": (*proposalrun.Comparison).WriteTakes, "tools.md": (*proposalrun.Comparison).WriteTools,
	"proposals.html": (*proposalrun.Comparison).WriteHTML, "proposals.svg": (*proposalrun.Comparison).WritePicture,
}

func newProposalCompare() *cobra.Command {
	var (
		registries, results []string
		output, out         string
	)
	cmd := &cobra.Command{
		Use:   "compare PROPOSAL...",
		Short: "Put proposals side by side: who takes them, what breaks, what the fallback costs",
		Long: `Judge registries by several proposals, and show them side by side. Each proposal is
a file, or the name of one that ships with Assay. --registry names a registry, as
NAME=HOST[:PORT]. Without one, it is the embedded registry. --results adds what tools
do, from the results of assay downlevel --proposal.

The login of a registry comes from Docker's config.json, as for assay run. If there is
one --registry, it can also be given by --username and --password-stdin.

  has it             the registry keeps every MUST of the proposal
  has a part of it   it answers as one that has it, and does not keep every MUST
  only stores it     it takes the documents, and knows nothing about them
  refuses it         it does not take the documents

With --out, the comparison is also written to files: the tables takes.md and tools.md,
the page proposals.html and the picture proposals.svg.`,
		Example: `  assay proposal compare oras-artifact oci-1.1-rc oci-1.1
  assay proposal compare oci-1.1 my-proposal.yaml --registry mine=localhost:5000 --output markdown`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("assay proposal compare takes proposals: files, or some of %s", strings.Join(proposal.Names(), ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOfWords("--output", output, proposalOutputs()); err != nil {
				return err
			}
			all, err := readProposals(args)
			if err != nil {
				return err
			}
			runs, err := matrixRuns(results)
			if err != nil {
				return err
			}
			c, err := load(cmd, nil)
			if err != nil {
				return err
			}
			if err := c.CheckProposalCompare(cmd.InOrStdin(), len(registries)); err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			targets, done, err := comparedRegistries(ctx, c, registries)
			if err != nil {
				return err
			}
			defer done()
			compared, err := proposalrun.Compare(ctx, all, targets, runs)
			if err != nil {
				return err
			}
			if out != "" {
				if err := writeCompared(compared, out); err != nil {
					return err
				}
			}
			return proposalWriters[output](compared, cmd.OutOrStdout())
		},
		ValidArgsFunction: completeProposal,
	}
	cmd.Flags().StringArrayVar(&registries, "registry", nil, "a registry as `NAME=TARGET`; can be given several times")
	cmd.Flags().StringArrayVar(&results, "results", nil, "results of assay downlevel: a `file`, or its directory; can be given several times")
	addSettings(cmd, config.OfProposalCompare())
	cmd.Flags().StringVar(&out, "out", "", "also write the tables, the page and the picture to this `directory`")
	cmd.Flags().StringVar(&output, "output", outputText, "`form` of the output: text, markdown, html, svg")
	completeWords(cmd, "output", proposalOutputs)
	cmd.Flags().SortFlags = false
	return cmd
}

func readProposals(names []string) ([]*proposal.Proposal, error) {
	var all []*proposal.Proposal
	for _, name := range names {
		p, err := proposal.Read(name)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// matrixRuns reads the results of downlevel runs.
func matrixRuns(places []string) ([]*reports.Run, error) {
	if len(places) == 0 {
		return nil, nil
	}
	named, err := readNamed(places)
	if err != nil {
		return nil, err
	}
	var runs []*reports.Run
	for _, r := range named {
		if r.run.Matrix == nil {
			return nil, fmt.Errorf("--results: %s has no results of assay downlevel", r.name)
		}
		runs = append(runs, r.run)
	}
	return runs, nil
}

// comparedRegistries reads NAME=TARGET. Without any, it starts the embedded registry,
// which done closes.
func comparedRegistries(ctx context.Context, c *config.Config, named []string) (all []proposalrun.Registry, done func(), err error) {
	one := func(name, target string) proposalrun.Registry {
		settings := c.Settings
		settings.Target = target
		return proposalrun.Registry{Name: name, Settings: settings, Repository: c.Repository, Repository2: c.Repository2}
	}
	if len(named) == 0 {
		server, err := reference.Start(ctx, "", reference.Options{})
		if err != nil {
			return nil, nil, err
		}
		return []proposalrun.Registry{{Name: "embedded", Settings: access.Settings{Target: server.Addr()}}}, func() { _ = server.Close() }, nil
	}
	for _, text := range named {
		name, target, ok := strings.Cut(text, "=")
		if !ok || name == "" || target == "" {
			return nil, nil, fmt.Errorf("--registry: %q is not allowed: want NAME=HOST[:PORT]", text)
		}
		all = append(all, one(name, target))
	}
	return all, func() {}, nil
}

// writeCompared writes the files of a comparison.
func writeCompared(compared *proposalrun.Comparison, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // reports are for others, too
		return err
	}
	for name, write := range proposalFiles {
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if err := write(compared, file); err != nil {
			_ = file.Close()
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
	return nil
}
