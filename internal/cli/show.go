package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/internal/cli/config"
	"assay/reports"
)

func newShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show a requirement: its text and levels, and the specs that judge it",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("assay show takes the id of one requirement; see assay list --requirements")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			r, ok := requirements.Get(requirements.ID(args[0]))
			if !ok {
				return config.UnknownRequirement(args[0])
			}
			specs, err := judges(r)
			if err != nil {
				return err
			}
			show(cmd.OutOrStdout(), r, specs)
			return nil
		},
		ValidArgsFunction: completeRequirement,
	}
}

// judges returns the specs that judge a requirement in any version.
func judges(r requirements.Requirement) ([]reports.Result, error) {
	var specs []reports.Result
	seen := map[string]bool{}
	for _, v := range requirements.Versions() {
		if _, ok := r.Level(v); !ok {
			continue
		}
		more, err := conformance.List(conformance.Config{Spec: v, Requirements: []string{string(r.ID)}, Large: true})
		if err != nil {
			return nil, err
		}
		for _, res := range more {
			if !seen[res.Spec] {
				seen[res.Spec] = true
				specs = append(specs, res)
			}
		}
	}
	return specs, nil
}

func show(to io.Writer, r requirements.Requirement, specs []reports.Result) {
	fmt.Fprintf(to, "%s (%s, binds the %s)\n\n", r.ID, r.Workflow, r.Party)
	fmt.Fprintf(to, "  %s\n", oneLine(r.Summary))
	if r.Implied {
		fmt.Fprintln(to, "  The text implies this; no sentence says it.")
	}
	fmt.Fprintf(to, "\nText:\n  %s, section %q", cmp.Or(string(r.Source), "distribution-spec/spec.md"), r.Anchor)
	if r.Line > 0 {
		fmt.Fprintf(to, ", line %d of the draft", r.Line)
	}
	fmt.Fprintln(to, "\n\nLevels:")
	for _, v := range requirements.Versions() {
		if level, ok := r.Level(v); ok {
			fmt.Fprintf(to, "  %-5s  %-6s  %s\n", v, level, r.Link(v))
		}
	}
	if len(r.Endpoints) > 0 {
		fmt.Fprintf(to, "\nEndpoints:\n  %s\n", strings.Join(r.Endpoints, ", "))
	}
	fmt.Fprintln(to, "\nJudged by:")
	for _, s := range specs {
		fmt.Fprintf(to, "  %s  %s\n", s.Where, s.Spec)
	}
	switch {
	case r.Unobservable != "":
		fmt.Fprintf(to, "  no spec: %s\n", oneLine(r.Unobservable))
	case len(specs) == 0:
		fmt.Fprintln(to, "  no spec")
	}
	if len(r.Threads) > 0 {
		fmt.Fprintln(to, "\nSeen in:")
		for _, thread := range r.Threads {
			fmt.Fprintf(to, "  %s\n", thread)
		}
	}
}
