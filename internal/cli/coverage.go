package cli

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"assay/conformance"
	"assay/conformance/requirements"
)

// covered is a requirement with the specs that judge it.
type covered struct {
	Requirement  requirements.ID `json:"requirement"`
	Summary      string          `json:"summary"`
	Specs        []string        `json:"specs"` // file and line, with the title
	Unobservable string          `json:"unobservable,omitempty"`
}

// listCoverage shows the requirements with the specs that judge them in any version. It
// also shows the requirements that no run can judge, with the reason. It returns an
// error if there are requirements that could be judged, but have no spec.
func listCoverage(to io.Writer, chosen []requirements.Requirement, output string) error {
	specs, err := specsByRequirement()
	if err != nil {
		return err
	}
	rows, missing := []covered{}, 0
	for _, r := range chosen {
		if r.Party != requirements.Registry {
			continue
		}
		row := covered{Requirement: r.ID, Summary: oneLine(r.Summary), Specs: specs[r.ID], Unobservable: oneLine(r.Unobservable)}
		if len(row.Specs) == 0 && row.Unobservable == "" {
			missing++
		}
		rows = append(rows, row)
	}
	if output == "json" {
		err = printJSON(to, rows)
	} else {
		err = printCoverage(to, rows, missing)
	}
	if err == nil && missing > 0 {
		err = &exit{exitFindings, fmt.Errorf("%s without a spec could be judged", count(missing, "requirement"))}
	}
	return err
}

func printCoverage(to io.Writer, rows []covered, missing int) error {
	t := newTable(to, "requirement", "specs", "judged by, or why it cannot be")
	judged := 0
	for _, row := range rows {
		switch {
		case len(row.Specs) > 0:
			judged++
			for i, spec := range row.Specs {
				if i == 0 {
					t.AppendRow(table.Row{row.Requirement, len(row.Specs), spec})
				} else {
					t.AppendRow(table.Row{"", "", spec})
				}
			}
		case row.Unobservable != "":
			t.AppendRow(table.Row{row.Requirement, 0, "not observable: " + row.Unobservable})
		default:
			t.AppendRow(table.Row{row.Requirement, 0, "NO SPEC"})
		}
	}
	t.Render()
	_, err := fmt.Fprintf(to, "%s: %d judged, %d not observable, %d without a spec\n",
		count(len(rows), "requirement"), judged, len(rows)-judged-missing, missing)
	return err
}

// specsByRequirement lists the specs of all versions.
func specsByRequirement() (map[requirements.ID][]string, error) {
	found := map[requirements.ID][]string{}
	seen := map[string]bool{}
	for _, v := range requirements.Versions() {
		specs, err := conformance.List(conformance.Config{Spec: v, Large: true})
		if err != nil {
			return nil, err
		}
		for _, s := range specs {
			if line := s.Where + "  " + s.Spec; !seen[line] {
				seen[line] = true
				found[requirements.ID(s.Requirement)] = append(found[requirements.ID(s.Requirement)], line)
			}
		}
	}
	return found, nil
}
