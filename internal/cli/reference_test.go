package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"assay/internal/cli/config"
)

var update = flag.Bool("update", false, "write docs/reference.md again")

// docs/reference.md says what the code says: go test ./internal/cli -run Reference -update
// writes it.
func TestReference(t *testing.T) {
	want := referencePage(t)
	path := filepath.Join("..", "..", "docs", "reference.md")
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("docs/reference.md is not what the code says: go test ./internal/cli -run Reference -update (%v)", err)
	}
}

func referencePage(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString("# Reference\n\nThis page is made from the code.\n\n")
	out.WriteString("- [Commands](#commands)\n- [Exit codes](#exit-codes)\n- [Settings](#settings)\n- [results.json](#resultsjson)\n\n# Commands\n\n")
	eachCommand(newRoot(), func(c *cobra.Command) {
		if !c.IsAvailableCommand() && c.HasParent() || c.Name() == "help" {
			return
		}
		c.DisableAutoGenTag = true
		if c.Long != "" { // with its line breaks, as in a terminal
			c.Long = "```text\n" + c.Long + "\n```"
		}
		var page bytes.Buffer
		if err := doc.GenMarkdown(c, &page); err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(page.String(), "### SEE ALSO")
		out.WriteString(strings.TrimSpace(text) + "\n\n")
	})
	out.WriteString("# Exit codes\n\n| code | means |\n|---|---|\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&out, "| %d | %s |\n", e.code, strings.ReplaceAll(e.means, "\n", " "))
	}
	out.WriteString("\n# Settings\n\nA flag wins over a variable, a variable over the key of the YAML file that `--config` names.\n\n")
	out.WriteString("| flag | variable | key | commands |\n|---|---|---|---|\n")
	commands := map[string][]string{}
	for _, of := range []struct {
		command  string
		settings []config.Setting
	}{{"run", config.OfRun()}, {"downlevel", config.OfDownlevel()}, {"clean", config.OfClean()}} {
		for _, s := range of.settings {
			commands[s.Name] = append(commands[s.Name], of.command)
		}
	}
	for _, s := range config.All() {
		name := "none"
		if s.HasFlag() {
			name = "`--" + s.Name + "`"
		}
		fmt.Fprintf(&out, "| %s | `%s` | `%s` | %s |\n", name, s.Variable(), s.FileKey(), strings.Join(commands[s.Name], ", "))
	}
	schemaPage(t, &out)
	return out.Bytes()
}

// schemaPage writes the fields of results.json, from its schema.
func schemaPage(t *testing.T, out *bytes.Buffer) {
	t.Helper()
	type property struct {
		Description string   `json:"description"`
		Type        any      `json:"type"`
		Ref         string   `json:"$ref"`
		Enum        []string `json:"enum"`
		Items       *struct {
			Ref  string `json:"$ref"`
			Type any    `json:"type"`
		} `json:"items"`
	}
	type object struct {
		Description string              `json:"description"`
		Required    []string            `json:"required"`
		Enum        []string            `json:"enum"`
		Properties  map[string]property `json:"properties"`
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "reports", "results.schema.json"))
	if err == nil {
		err = json.Unmarshal(text, &schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	out.WriteString("\n# results.json\n\nThe schema is [reports/results.schema.json](../reports/results.schema.json). Fields in bold are always there.\n")
	of := func(ref string) string { return strings.TrimPrefix(ref, "#/$defs/") }
	write := func(name string, o object) {
		fmt.Fprintf(out, "\n## %s\n\n", name)
		if o.Description != "" {
			out.WriteString(o.Description + "\n\n")
		}
		if len(o.Enum) > 0 {
			fmt.Fprintf(out, "One of: %s.\n", strings.Join(o.Enum, ", "))
		}
		if len(o.Properties) == 0 {
			return
		}
		out.WriteString("| field | type | |\n|---|---|---|\n")
		for _, field := range slices.Sorted(maps.Keys(o.Properties)) {
			p := o.Properties[field]
			kind := of(p.Ref)
			switch {
			case p.Items != nil && p.Items.Ref != "":
				kind = "list of " + of(p.Items.Ref)
			case p.Items != nil:
				kind = fmt.Sprintf("list of %vs", p.Items.Type)
			case len(p.Enum) > 0:
				kind = strings.Join(p.Enum, ", ")
			case p.Type != nil && kind == "":
				kind = fmt.Sprint(p.Type)
			}
			if slices.Contains(o.Required, field) {
				field = "**" + field + "**"
			}
			fmt.Fprintf(out, "| %s | %s | %s |\n", field, kind, p.Description)
		}
	}
	write("run", schema.object)
	for _, name := range slices.Sorted(maps.Keys(schema.Defs)) {
		write(name, schema.Defs[name])
	}
}
