package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"assay/conformance/requirements"
	"assay/internal/cli/nearest"
	"assay/reports"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RESULTS ID",
		Short: "Tell the story of a finding: what was asked, what came, whom it hurts, how to repeat it",
		Long: `Tell the story of the findings of one requirement: what the specification wants,
what was sent and what came, which clients are known to be hurt, and the script
that repeats it. RESULTS is the results.json of a run, or the directory that
holds it.

Exit codes:
  0  the story is told
  2  wrong usage, no results, or results without the requirement`,
		Example: `  assay explain assay-results push.blob.mount.status`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("assay explain takes the results of a run, and the id of one requirement")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path := resultsFile(args[0])
			run, err := reports.ReadFile(path)
			if err != nil {
				return err
			}
			about := resultsOf(run, args[1])
			if len(about) == 0 {
				return notInResults(run, path, args[1])
			}
			explain(cmd.OutOrStdout(), run, path, about)
			return nil
		},
		ValidArgsFunction: completeFinding,
	}
}

// resultsFile is the results.json at the path, which may be its directory.
func resultsFile(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, reports.ResultsFile)
	}
	return path
}

// resultsOf returns the results of the requirement: the findings if there are any.
func resultsOf(run *reports.Run, id string) []reports.Result {
	var all, findings []reports.Result
	for _, res := range run.Results {
		if res.Requirement != id {
			continue
		}
		all = append(all, res)
		if isTold(res.Outcome) {
			findings = append(findings, res)
		}
	}
	if len(findings) > 0 {
		return findings
	}
	return all
}

// isTold says whether the outcome is one that has a story.
func isTold(o reports.Outcome) bool {
	return slices.Contains([]reports.Outcome{reports.Fail, reports.Warn, reports.Observed, reports.KnownFailure, reports.UnexpectedPass, reports.Error}, o)
}

// notInResults is the error for an id that the results do not have.
func notInResults(run *reports.Run, path, id string) error {
	ids := findingIDs(run)
	if len(ids) == 0 {
		for _, res := range run.Results {
			ids = append(ids, res.Requirement)
		}
	}
	if _, known := requirements.Get(requirements.ID(id)); known {
		return fmt.Errorf("%s has no result of %s: the run did not select it", path, id)
	}
	return fmt.Errorf("%s has no result of %q%s its findings are %s", path, id, nearest.DidYouMean(id, ids), strings.Join(findingIDs(run), ", "))
}

// findingIDs returns the requirements that have findings.
func findingIDs(run *reports.Run) []string {
	var ids []string
	for _, res := range run.Results {
		if isTold(res.Outcome) && !slices.Contains(ids, res.Requirement) {
			ids = append(ids, res.Requirement)
		}
	}
	return ids
}

func completeFinding(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		return nil, cobra.ShellCompDirectiveDefault
	case 1:
		if run, err := reports.ReadFile(resultsFile(args[0])); err == nil {
			return findingIDs(run), cobra.ShellCompDirectiveNoFileComp
		}
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// explain tells the story of the results, which are of one requirement.
func explain(to io.Writer, run *reports.Run, path string, about []reports.Result) {
	first := about[0]
	fmt.Fprintf(to, "%s (%s, %s)\n", text(first.Requirement), text(first.Level), text(first.Workflow))
	fmt.Fprintf(to, "\nWhat is wanted:\n  %s\n", text(first.Summary))
	if first.Link != "" {
		fmt.Fprintf(to, "  %s\n", text(first.Link))
	}
	if r, ok := requirements.Get(requirements.ID(first.Requirement)); ok && r.Line > 0 {
		fmt.Fprintf(to, "  line %d of the draft\n", r.Line)
	}
	for _, res := range about {
		tell(to, run, path, res)
	}
	whoIsHurt(to, first)
}

// tell tells what happened in one spec.
func tell(to io.Writer, run *reports.Run, path string, res reports.Result) {
	fmt.Fprintf(to, "\n%s: %s\n", strings.ToUpper(text(string(res.Outcome))), text(res.Spec))
	if res.Expected != "" || res.Received != "" {
		fmt.Fprintf(to, "  expected: %s\n  received: %s\n", text(res.Expected), text(res.Received))
	} else if res.Message != "" {
		fmt.Fprintf(to, "  %s\n", text(res.Message))
	}
	if res.BlockedBy != "" {
		fmt.Fprintf(to, "  blocked by %s: assay explain %s %s\n", text(res.BlockedBy), text(path), text(res.BlockedBy))
	}
	if !isTold(res.Outcome) {
		return
	}
	requests(to, res)
	for _, s := range run.Scripts() {
		if s.Result.Spec == res.Spec {
			repeating(to, path, s)
		}
	}
}

// repeating says how to repeat the finding.
func repeating(to io.Writer, path string, s reports.Script) {
	file := filepath.Join(filepath.Dir(path), reports.ScriptsFolder, s.Name)
	fmt.Fprintln(to, "\n  To repeat it, with its set-up:")
	if _, err := os.Stat(file); err == nil {
		fmt.Fprintf(to, "    sh %s\n", text(file))
		return
	}
	fmt.Fprintf(to, "    assay report %s --out DIR\n    sh DIR/%s/%s\n", text(path), reports.ScriptsFolder, s.Name)
}

// whoIsHurt names the clients that are known to be hurt.
func whoIsHurt(to io.Writer, res reports.Result) {
	notes := requirements.ClientNotes(requirements.ID(res.Requirement))
	if len(notes) == 0 {
		return
	}
	fmt.Fprintln(to, "\nWhom it hurts:")
	for _, note := range notes {
		fmt.Fprintf(to, "  %s\n", oneLine(note.Note))
		if len(note.Clients) > 0 {
			fmt.Fprintf(to, "  Reported for: %s\n", strings.Join(note.Clients, ", "))
		}
		for _, thread := range note.Threads {
			fmt.Fprintf(to, "  %s\n", thread)
		}
	}
}

// text makes a text of the results safe for a terminal.
func text(s string) string { return reports.Printable(s, 0) }
