package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"assay/internal/proposal"
	"assay/internal/proposalrun"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

// proposalWriters are the forms of a comparison of proposals.
var proposalWriters = map[string]func(*proposalrun.Comparison, io.Writer) error{
	outputText: (*proposalrun.Comparison).WriteText, "markdown": (*proposalrun.Comparison).WriteMarkdown, "html": (*proposalrun.Comparison).WriteHTML,
}

func proposalOutputs() []string { return []string{outputText, "markdown", "html"} }

func newProposalCompare() *cobra.Command {
	var (
		registries, results []string
		output              string
	)
	cmd := &cobra.Command{
		Use:   "compare PROPOSAL...",
		Short: "Put proposals side by side: who takes them, what breaks, what the fallback costs",
		Long: `Judge registries by several proposals, and show them side by side. Each proposal is
a file, or the name of one that ships with Assay. --registry names a registry, as
NAME=HOST[:PORT]; its login comes from Docker's config.json. Without one, it is the
embedded registry. --results adds what tools do, from the results of
assay downlevel --proposal.

  has it             the registry keeps every MUST of the proposal
  has a part of it   it answers as one that has it, and does not keep every MUST
  only stores it     it takes the documents, and knows nothing about them
  refuses it         it does not take the documents`,
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
			var all []*proposal.Proposal
			for _, name := range args {
				p, err := proposal.Read(name)
				if err != nil {
					return err
				}
				all = append(all, p)
			}
			var runs []*reports.Run
			if len(results) > 0 {
				named, err := readNamed(results)
				if err != nil {
					return err
				}
				for _, r := range named {
					runs = append(runs, r.run)
				}
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			targets, done, err := comparedRegistries(ctx, registries)
			if err != nil {
				return err
			}
			defer done()
			compared, err := proposalrun.Compare(ctx, all, targets, runs)
			if err != nil {
				return err
			}
			return proposalWriters[output](compared, cmd.OutOrStdout())
		},
		ValidArgsFunction: completeProposal,
	}
	cmd.Flags().StringArrayVar(&registries, "registry", nil, "a registry as `NAME=TARGET`; can be given several times")
	cmd.Flags().StringArrayVar(&results, "results", nil, "results of assay downlevel: a `file`, or its directory; can be given several times")
	cmd.Flags().StringVar(&output, "output", outputText, "`form` of the output: text, markdown, html")
	completeWords(cmd, "output", proposalOutputs)
	cmd.Flags().SortFlags = false
	return cmd
}

// comparedRegistries reads NAME=TARGET. Without any, it starts the embedded registry,
// which done closes.
func comparedRegistries(ctx context.Context, named []string) (all []proposalrun.Registry, done func(), err error) {
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
		all = append(all, proposalrun.Registry{Name: name, Settings: access.Settings{Target: target}})
	}
	return all, func() {}, nil
}
