package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
)

// Profile shows what the requests of a run were sent for, and how its time was spent.
type Profile struct {
	// Phases are in the order in which they happen. Together they take the time of the
	// run, except for the gaps between them.
	Phases []ProfilePhase `json:"phases"`
	// Purposes, Endpoints and Specs count requests, the largest count first. Specs are
	// named by their requirement.
	Purposes  []ProfileCount `json:"purposes"`
	Endpoints []ProfileCount `json:"endpoints"`
	Specs     []ProfileCount `json:"specs"`
	// Chain is the longest row of requests in which each waited for the one before, and
	// the spec that sent them.
	Chain     int    `json:"chain"`
	ChainSpec string `json:"chainSpec"`
}

// ProfilePhase is a part of a run.
type ProfilePhase struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// ProfileCount is the number of requests for one purpose.
type ProfileCount struct {
	Name     string `json:"name"`
	Requests int    `json:"requests"`
}

// profileSpecs is the number of specs in the profile.
const profileSpecs = 15

// WriteProfile prints the profile.
func WriteProfile(w io.Writer, p *Profile) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	section := func(title string, counts []ProfileCount) {
		t.AppendRow(table.Row{strings.ToUpper(title), "REQUESTS"})
		for _, c := range counts {
			t.AppendRow(table.Row{c.Name, c.Requests})
		}
		t.AppendRow(table.Row{"", ""})
	}
	t.AppendRow(table.Row{"PHASE", "SECONDS"})
	for _, phase := range p.Phases {
		t.AppendRow(table.Row{phase.Name, fmt.Sprintf("%.2f", phase.Seconds)})
	}
	t.AppendRow(table.Row{"", ""})
	section("purpose", p.Purposes)
	section("endpoint", p.Endpoints)
	section("spec of", p.Specs[:min(len(p.Specs), profileSpecs)])
	_, err := fmt.Fprintf(w, "%s\nlongest chain: %d requests, by the spec %q\n", t.Render(), p.Chain, p.ChainSpec)
	return err
}
