package reports

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestHTMLShowsScenariosAndRequirementsOfAClient(t *testing.T) {
	g := NewWithT(t)
	run := sampleClient()
	s := newHTMLScenarios(run, showRequirements(run, nil, newAnchors()))
	g.Expect(s.Workflows).To(Equal([]string{"pull", "push", "access"}))
	var rows []string
	for _, row := range s.Rows {
		text := row.Name + ":"
		for i, field := range row.Fields {
			for _, j := range field {
				text += " " + s.Workflows[i] + "/" + j.Short() + "=" + string(j.Outcome)
				g.Expect(page(t, run)).To(ContainSubstring(`id="` + j.At + `"`))
			}
		}
		rows = append(rows, text)
	}
	g.Expect(rows).To(Equal([]string{
		": push/content-type=fail push/chunked.order=unsupported",
		"pull: pull/tag=pass access/ends=observed",
		"blob-corrupted: pull/blob.digest=warn",
	}))
	g.Expect(s.Key).To(Equal([]Outcome{Fail, Warn, Observed, Unsupported, Pass}))
	g.Expect(newHTMLScenarios(sample(), nil)).To(BeNil())
}

// The steps of the client stand beside the exchanges: what it was asked for, how that
// ended, and what it wrote.
func TestHTMLShowsTheStepsOfAClient(t *testing.T) {
	g := NewWithT(t)
	text := page(t, sampleClient())
	g.Expect(text).To(ContainSubstring("2 steps of the client"))
	g.Expect(text).To(ContainSubstring("took too long, and was ended"))
	g.Expect(text).To(ContainSubstring("exit 3"))
	g.Expect(text).To(ContainSubstring("<pre tabindex=\"0\">pulled &lt;script&gt;"))
	g.Expect(strings.Count(text, "Scenarios at the same time")).To(Equal(1))
}

func TestEvidenceHasTheStepsOfAClient(t *testing.T) {
	g := NewWithT(t)
	text := sampleClient().Results[2].Evidence()
	g.Expect(text).To(ContainSubstring("step: pull 127.0.0.1:5000/assay/client:v1: took too long, and was ended\n"))
	g.Expect(text).To(HaveSuffix("step: pull 127.0.0.1:5000/assay/client@sha256:abc: exit 3"))
}

func TestScrubReachesTheStepsOfAClient(t *testing.T) {
	r := sampleClient().Results[2]
	r.Steps[0].Stdout, r.Steps[0].Stderr = "a secret", "another secret"
	r = r.Scrub(func(s string) string { return strings.ReplaceAll(s, "secret", "REDACTED") })
	NewWithT(t).Expect(r.Steps[0].Stdout + r.Steps[0].Stderr).To(Equal("a REDACTEDanother REDACTED"))
}
