package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"assay/internal/proposal"
	"assay/internal/proposalrun"
	"assay/proposals"
)

func newProposal() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "proposal",
		Short: "Try a change of the specification before it is a standard",
		Long: `A proposal is a YAML file that describes a change of the OCI specifications: new
documents and endpoints, how they are attached to images, and what is asked of
registries. Assay judges registries and tools by it, and plays a registry that has
it:

  assay run --proposal FILE         judge a registry by it, too
  assay downlevel --proposal FILE   try tools on images with its documents
  assay serve --proposal FILE       play a registry that has it

FILE is also the name of a proposal that ships with Assay: see assay proposal list.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newProposalCheck(), newProposalNew(), newProposalSchema(), newProposalList(), newProposalCompare())
	return cmd
}

// oneProposal takes the file or name of one proposal.
func oneProposal(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%s takes one proposal: a file, or one of %s", cmd.CommandPath(), strings.Join(proposal.Names(), ", "))
	}
	return nil
}

func completeProposal(_ *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return proposal.Names(), cobra.ShellCompDirectiveDefault
}

func newProposalCheck() *cobra.Command {
	var faults bool
	cmd := &cobra.Command{
		Use:   "check FILE|NAME",
		Short: "Check a proposal: its form, its expressions, its documents",
		Example: `  assay proposal check oci-1.1
  assay proposal check my-proposal.yaml`,
		Args: oneProposal,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := proposal.Read(args[0])
			if err != nil {
				return problems(cmd, args[0], err)
			}
			if faults {
				return checkFaults(cmd, p)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, %s, %s, %s: no error\n", p.Name,
				count(len(p.Documents), "document"), count(len(p.Endpoints), "endpoint"), count(len(p.Mechanisms), "mechanism"), count(len(p.Requirements), "requirement"))
			return err
		},
		ValidArgsFunction: completeProposal,
	}
	cmd.Flags().BoolVar(&faults, "faults", false, "also break each part of the answers, and say which requirements no exchange can break or see")
	return cmd
}

// problems shows each thing that is wrong on a line of its own.
func problems(cmd *cobra.Command, name string, err error) error {
	several, joined := err.(interface{ Unwrap() []error }) //nolint:errorlint // the error itself, not one inside
	if !joined || len(several.Unwrap()) < 2 {
		return err
	}
	for _, one := range several.Unwrap() {
		fmt.Fprintln(cmd.ErrOrStderr(), one)
	}
	return fmt.Errorf("%s has %d errors", name, len(several.Unwrap()))
}

// checkFaults shows which faults are found, and by which requirements.
func checkFaults(cmd *cobra.Command, p *proposal.Proposal) error {
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	caught, err := proposalrun.Faults(ctx, p)
	if err != nil {
		return err
	}
	t := newPlainTable("FAULT", "FOUND BY", "WHAT IT DOES")
	missed, absent := 0, 0
	for _, f := range caught.Faults {
		var by []string
		for _, id := range f.By {
			by = append(by, strings.TrimPrefix(id, p.Name+"."))
		}
		switch {
		case len(by) > 0:
		case f.Absent && caught.Absent == "":
			absent, by = absent+1, []string{"(support)"}
		default:
			missed, by = missed+1, []string{"-"}
		}
		t.AppendRow(table.Row{f.Name, strings.Join(by, " "), f.Summary})
	}
	out := cmd.OutOrStdout()
	if len(caught.Faults) > 0 {
		fmt.Fprintln(out, t.Render())
	}
	if caught.Absent != "" {
		fmt.Fprintf(out, "\nthe registry that is played does not have the proposal, so that nothing can be found. support says: %s\n", caught.Absent)
	}
	for _, res := range caught.Wrong {
		fmt.Fprintf(out, "\nnot kept although nothing is broken: %s: %s\n", res.Requirement, res.Message)
	}
	unseen := caught.Unseen(p)
	for _, r := range unseen {
		fmt.Fprintf(out, "\nno exchange can break or see %s: %s\n", p.Full(r.ID), r.Summary)
	}
	for _, r := range p.Requirements {
		if r.Unobservable != "" {
			fmt.Fprintf(out, "\nunobservable: %s: %s\n", p.Full(r.ID), r.Unobservable)
		}
	}
	fmt.Fprintf(out, "\nfaults: %d, found %d, without the proposal by support %d; requirements that find none: %d; not kept without a fault: %d\n",
		len(caught.Faults), len(caught.Faults)-missed-absent, absent, len(unseen), len(caught.Wrong))
	if len(unseen)+len(caught.Wrong) > 0 || caught.Absent != "" {
		return &exit{exitFindings, nil}
	}
	return nil
}

// newPlainTable is a table for the terminal.
func newPlainTable(columns ...any) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.AppendHeader(columns)
	return t
}

func newProposalNew() *cobra.Command {
	return &cobra.Command{
		Use:   "new [FILE]",
		Short: "Write a file with comments to start from",
		Long: `Write a proposal with comments, which works, to the standard output or to a new
file. An existing file is not changed.`,
		Example: `  assay proposal new my-proposal.yaml`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				_, err := cmd.OutOrStdout().Write(proposal.Template)
				return err
			}
			file, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // a file that a team shares
			if err != nil {
				return err
			}
			if _, err := file.Write(proposal.Template); err != nil {
				_ = file.Close()
				return err
			}
			return file.Close()
		},
	}
}

func newProposalSchema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of a proposal, for editors",
		Example: `  assay proposal schema >proposal.schema.json`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(proposals.Schema)
			return err
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
}

func newProposalList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the proposals that ship with Assay",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := newPlainTable("NAME", "STATUS", "BUILDS ON", "TITLE")
			for _, p := range proposal.All() {
				t.AppendRow(table.Row{p.Name, p.Status, p.BuildsOn, p.Title})
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), t.Render())
			return err
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
}
