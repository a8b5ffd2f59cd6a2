package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/internal/cli/config"
)

func newList() *cobra.Command {
	var (
		catalogue bool
		coverage  bool
		levels    []string
		output    string
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List specs, or requirements",
		Long: `List the specs that a run with the same selection would run, and what each of
them judges. The selection is configured as for assay run: by flags, by ASSAY_…
variables, by a file.

With --requirements, list the requirements of the catalogue instead, also those
that no spec judges. With --coverage, list each of them with the specs that
judge it, or with the reason why none can.`,
		Example: `  assay list --workflow pull --level MUST
  assay list --requirements --output json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, args []string) error {
			levels, err := parseLevels(levels)
			if err != nil {
				return err
			}
			if !slices.Contains(outputs, output) {
				return fmt.Errorf("--output: %q is not allowed: want %s", output, strings.Join(outputs, " or "))
			}
			c, err := load(cmd, args)
			if err != nil {
				return err
			}
			if coverage {
				return listCoverage(cmd.OutOrStdout(), selected(c, levels), output)
			}
			if catalogue {
				return listRequirements(cmd.OutOrStdout(), selected(c, levels), output)
			}
			return listSpecs(cmd.OutOrStdout(), c, levels, output)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addSettings(cmd, config.Named("spec", "workflow", "requirement", "label-filter", "large"))
	cmd.Flags().StringSliceVar(&levels, "level", nil, "only this `level`: "+strings.Join(levelNames, ", "))
	cmd.Flags().StringVar(&output, "output", "table", "`form` of the list: "+strings.Join(outputs, " or "))
	cmd.Flags().BoolVar(&catalogue, "requirements", false, "list requirements, not specs")
	cmd.Flags().BoolVar(&coverage, "coverage", false, "list requirements with the specs that judge them, and those that none can")
	completeWords(cmd, "level", func() []string { return levelNames })
	completeWords(cmd, "output", func() []string { return outputs })
	return cmd
}

var (
	outputs    = []string{"table", "json"}
	levelNames = []string{string(requirements.Must), string(requirements.Should), string(requirements.May), string(requirements.Compat)}
)

// parseLevels reads the values of --level, in any case.
func parseLevels(given []string) ([]string, error) {
	var levels []string
	for _, text := range given {
		level := strings.ToUpper(strings.TrimSpace(text))
		if !slices.Contains(levelNames, level) {
			return nil, fmt.Errorf("--level: %q is not allowed: want %s", text, strings.Join(levelNames, ", "))
		}
		levels = append(levels, level)
	}
	return levels, nil
}

// listedSpec is one spec as the list shows it.
type listedSpec struct {
	Requirement string `json:"requirement"`
	Level       string `json:"level"`
	Workflow    string `json:"workflow"`
	Spec        string `json:"spec"`
	Summary     string `json:"summary"`
	Link        string `json:"link"`
	Where       string `json:"where"`
}

func listSpecs(to io.Writer, c *config.Config, levels []string, output string) error {
	planned, err := conformance.List(c.Config)
	if err != nil {
		return err
	}
	specs := []listedSpec{}
	for _, res := range planned {
		if len(levels) == 0 || slices.Contains(levels, res.Level) {
			specs = append(specs, listedSpec{res.Requirement, res.Level, res.Workflow, res.Spec, res.Summary, res.Link, res.Where})
		}
	}
	if output == "json" {
		return printJSON(to, specs)
	}
	t := newTable(to, "requirement", "level", "workflow", "spec")
	for _, s := range specs {
		t.AppendRow(table.Row{s.Requirement, s.Level, s.Workflow, s.Spec})
	}
	t.Render()
	_, err = fmt.Fprintf(to, "%s for version %s of the distribution-spec\n", count(len(specs), "spec"), c.Spec)
	return err
}

// selected returns the requirements that the configuration selects: those of all
// versions, unless it names one.
func selected(c *config.Config, levels []string) []requirements.Requirement {
	versions := requirements.Versions()
	if c.IsSet("spec") {
		versions = []requirements.Version{c.Spec}
	}
	chosen := []requirements.Requirement{}
	for _, r := range requirements.All() {
		hasLevel := slices.ContainsFunc(versions, func(v requirements.Version) bool {
			level, ok := r.Level(v)
			return ok && (len(levels) == 0 || slices.Contains(levels, string(level)))
		})
		ofWorkflow := len(c.Workflows) == 0 || slices.Contains(c.Workflows, string(r.Workflow))
		named := len(c.Requirements) == 0 || slices.ContainsFunc(c.Requirements, func(pattern string) bool {
			ok, _ := path.Match(pattern, string(r.ID)) // the pattern was checked
			return ok
		})
		if hasLevel && ofWorkflow && named {
			chosen = append(chosen, r)
		}
	}
	return chosen
}

func listRequirements(to io.Writer, chosen []requirements.Requirement, output string) error {
	if output == "json" {
		return printJSON(to, chosen)
	}
	columns := append([]string{"requirement", "binds"}, config.VersionNames()...)
	t := newTable(to, append(columns, "summary")...)
	for _, r := range chosen {
		row := table.Row{r.ID, r.Party}
		for _, v := range requirements.Versions() {
			level, _ := r.Level(v)
			row = append(row, level)
		}
		t.AppendRow(append(row, oneLine(r.Summary)))
	}
	t.Render()
	_, err := fmt.Fprintln(to, count(len(chosen), "requirement"))
	return err
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func printJSON(to io.Writer, v any) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// newTable returns a table with a line for each row, so that grep finds rows.
func newTable(to io.Writer, columns ...string) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(to)
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft = ""
	style.Box.PaddingRight = "  "
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	header := make(table.Row, len(columns))
	for i, c := range columns {
		header[i] = c
	}
	t.AppendHeader(header)
	return t
}
