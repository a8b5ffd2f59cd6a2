package reports

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
)

// proposals writes the table of proposals, whose results are provisional.
func (c *Console) proposals(run *Run) {
	if len(run.Proposals) == 0 {
		return
	}
	t := newTable()
	t.AppendHeader(table.Row{"PROPOSAL", "THE REGISTRY", "MUST", "SHOULD", "IMAGES BESIDE IT"})
	for _, p := range run.Proposals {
		t.AppendRow(table.Row{Printable(p.Name, 40), supportText(p.Support), kept(p.Must), kept(p.Should), kept(p.Impact)})
	}
	c.table(t)
}

// supportText says whether the target has what is proposed.
func supportText(support string) string {
	switch support {
	case "supported":
		return "has it"
	case "unsupported":
		return "has it not"
	}
	return "not known"
}

// markdownProposals writes the table of proposals.
func markdownProposals(out *strings.Builder, run *Run) {
	if len(run.Proposals) == 0 {
		return
	}
	out.WriteString("\n| proposal | the registry | MUST | SHOULD | images beside it |\n|---|---|---|---|---|\n")
	for _, p := range run.Proposals {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", code(p.Name), supportText(p.Support), kept(p.Must), kept(p.Should), kept(p.Impact))
	}
	out.WriteString("\nThe results of proposals are provisional: they change no verdict.\n")
}
