package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"assay/reports"
)

// document is the text about all runs.
func document(all []registry) string {
	var out strings.Builder
	figures(&out, all)
	for _, kind := range []struct {
		outcome reports.CellOutcome
		about   string
	}{
		{reports.SilentHarm, "The tool ended without an error, and something is lost, changed or replaced."},
		{reports.Orphaned, "The image is whole, but what is attached to it names another digest, or one that is gone."},
		{reports.WrongReason, "The tool failed and says that something is missing, or has no platform; that is not so."},
		{reports.UnclearRefusal, "The tool failed and does not say what it could not handle, or it did not end."},
		{reports.DocumentedLimit, "Something is lost, as the tool's documentation says."},
		{reports.ClearRefusal, "The tool failed and names what is new to it."},
	} {
		fmt.Fprintf(&out, "\n### %s\n\n%s\n\n", strings.ToUpper(string(kind.outcome)[:1])+string(kind.outcome)[1:], kind.about)
		happened(&out, all, kind.outcome)
	}
	if len(all) > 1 {
		fmt.Fprintf(&out, "\n### Where another registry makes a difference\n\nThese cells came out otherwise than on the registry %q. Left out are those for which a registry does not take, or does not show, what is attached: they are \"not applicable\" there.\n\n", all[0].name)
		differences(&out, all[0], all[1:])
	}
	fmt.Fprintf(&out, "\n### On %s\n%s", all[0].name, reports.MarkdownMatrix(all[0].run))
	return out.String()
}

// figures writes how many cells were tried, and their outcomes.
func figures(out *strings.Builder, all []registry) {
	tools, versions, mechanisms, verbs, cells := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, 0
	for _, r := range all {
		for _, res := range r.run.Results {
			c := res.Cell
			if c == nil || c.Outcome == "" {
				continue
			}
			cells++
			tools[c.Toolchain], versions[c.Tool()], mechanisms[c.Mechanism], verbs[c.Verb] = true, true, true, true
		}
	}
	fmt.Fprintf(out, "%d tools in %d versions, %d verbs, the image alone and %d mechanisms, registries: %d, cells: %d.\n\n",
		len(tools), len(versions), len(verbs), len(mechanisms)-1, len(all), cells)
	out.WriteString("| registry |")
	for _, o := range reports.CellOutcomes() {
		fmt.Fprintf(out, " %s |", o)
	}
	out.WriteString(" seconds |\n|---|" + strings.Repeat("--:|", len(reports.CellOutcomes())+1) + "\n")
	for _, r := range all {
		fmt.Fprintf(out, "| %s |", r.name)
		for _, o := range reports.CellOutcomes() {
			n := 0
			for _, res := range r.run.Results {
				if res.Cell != nil && res.Cell.Outcome == o {
					n++
				}
			}
			fmt.Fprintf(out, " %d |", n)
		}
		fmt.Fprintf(out, " %.0f |\n", r.run.Seconds)
	}
}

// row is something that a tool does with a verb, on one or more registries.
type row struct{ tool, verb, what string }

// happened writes a table of the cells with the outcome. Versions of a tool share a row
// if the same happens with all of them.
func happened(out *strings.Builder, all []registry, outcome reports.CellOutcome) {
	type places struct {
		versions, mechanisms, registries []string
	}
	rows := map[row]*places{}
	add := func(list *[]string, s string) {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	var order []row
	tried := map[row][]string{} // the registries on which a tool tried a verb
	for _, r := range all {
		for _, res := range r.run.Results {
			c := res.Cell
			if c == nil || c.Outcome == "" {
				continue
			}
			on := tried[row{c.Toolchain, c.Verb, ""}]
			add(&on, r.name)
			tried[row{c.Toolchain, c.Verb, ""}] = on
			if c.Outcome != outcome {
				continue
			}
			what := res.Message
			if len(c.Harms) > 0 {
				what = c.Harms[0].Text
			}
			key := row{c.Toolchain, c.Verb, general(what)}
			p := rows[key]
			if p == nil {
				p = &places{}
				rows[key] = p
				order = append(order, key)
			}
			add(&p.versions, c.Version)
			add(&p.mechanisms, c.Mechanism)
			add(&p.registries, r.name)
		}
	}
	if len(order) == 0 {
		out.WriteString("None.\n")
		return
	}
	slices.SortStableFunc(order, func(a, b row) int { return cmp.Compare(a.tool, b.tool) })
	out.WriteString("| tool | verb | mechanisms | what happens | on |\n|---|---|---|---|---|\n")
	for _, key := range order {
		p := rows[key]
		on := strings.Join(p.registries, ", ")
		if len(p.registries) == len(tried[row{key.tool, key.verb, ""}]) {
			on = "all"
		}
		fmt.Fprintf(out, "| %s %s | %s | %s | %s | %s |\n", key.tool, strings.Join(p.versions, ", "), key.verb,
			strings.Join(p.mechanisms, ", "), reports.MarkdownCode(key.what), on)
	}
}

// names are the parts of a text that differ from run to run.
var names = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`sha256[:-][0-9a-f]{12,64}`), "DIGEST"},
	{regexp.MustCompile(`\b[0-9a-f]{12,64}\b`), "HEX"},
	{regexp.MustCompile(`(localhost|127\.0\.0\.1):[0-9]+`), "REGISTRY"},
	{regexp.MustCompile(`/assay/downlevel-[0-9a-f]+`), "/NAME"},
	{regexp.MustCompile(`/NAME-copy`), "/COPY"},
	{regexp.MustCompile(`/[^ "]*/assay-[0-9]+[^ :"]*`), "PATH"},
	{regexp.MustCompile(`\b[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T ][0-9:.]+Z?`), "TIME"},
}

// general returns text with general words for the names that belong to one run.
func general(text string) string {
	for _, n := range names {
		text = n.pattern.ReplaceAllString(text, n.with)
	}
	const most = 220
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}
