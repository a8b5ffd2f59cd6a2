package faultrun

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"assay/conformance/requirements"
)

// Write prints a table of the cases whose result is not perfect, and then the figures.
func Write(w io.Writer, results []Result) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.AppendHeader(table.Row{"name", "spec", "verdict", "expected", "also reported"})
	rows := 0
	for _, r := range results {
		if r.Perfect() {
			continue
		}
		rows++
		others := strings.Join(r.Others, "\n")
		if r.Err != nil {
			others = r.Err.Error()
		}
		t.AppendRow(table.Row{r.Case.Name, r.Case.Spec, r.Verdict, strings.Join(texts(r.Case.Requirements), "\n"), others})
	}
	if rows > 0 {
		if _, err := fmt.Fprintln(w, t.Render()); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", faultFigures(results), variantFigures(results))
	return err
}

func texts(ids []requirements.ID) []string {
	var names []string
	for _, id := range ids {
		names = append(names, string(id))
	}
	return names
}

func faultFigures(results []Result) string {
	total, verdicts := 0, map[Verdict]int{}
	var findings []int
	for _, r := range results {
		if !r.Case.IsFault() {
			continue
		}
		total++
		verdicts[r.Verdict]++
		if r.Err == nil {
			findings = append(findings, r.Findings)
		}
	}
	// What could not be judged was not found either.
	missed := verdicts[Missed] + verdicts[Broken]
	text := fmt.Sprintf("faults: %d, caught %d (%s), missed %d, named wrongly %d",
		total, verdicts[Caught], percent(verdicts[Caught], total), missed, verdicts[NamedWrongly])
	if len(findings) == 0 {
		return text
	}
	slices.Sort(findings)
	sum := 0
	for _, n := range findings {
		sum += n
	}
	return fmt.Sprintf("%s, findings per fault: median %s, mean %.2f, max %d",
		text, median(findings), float64(sum)/float64(len(findings)), findings[len(findings)-1])
}

// median is the middle of numbers in order.
func median(sorted []int) string {
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return fmt.Sprint(sorted[middle])
	}
	return fmt.Sprint(float64(sorted[middle-1]+sorted[middle]) / 2)
}

// percent never rounds up to 100.
func percent(part, whole int) string {
	if whole == 0 || part == whole {
		return "100 %"
	}
	return fmt.Sprintf("%.1f %%", float64(part*1000/whole)/10)
}

func variantFigures(results []Result) string {
	total, alarmed := 0, 0
	for _, r := range results {
		if r.Case.IsFault() {
			continue
		}
		total++
		if r.Wrong() {
			alarmed++
		}
	}
	return fmt.Sprintf("variants: %d, alarmed %d", total, alarmed)
}
