package reports

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// annotations is the number of findings that get an annotation. GitHub shows at most ten
// of each kind for a step.
const annotations = 10

// WriteGitHubAnnotations writes a workflow command of GitHub for each of the first ten
// findings, and a line that says how many more there are. What fails the run is an
// error, everything else a warning. Observations have no annotation.
func WriteGitHubAnnotations(w io.Writer, run *Run, opts Options) error {
	var out strings.Builder
	n := 0
	scripts := scriptsBeside(run)
	for _, res := range run.Findings() {
		if !isFinding(res.Outcome) {
			continue
		}
		if n++; n > annotations {
			continue
		}
		kind := "warning"
		if res.Failed(opts.Strict) {
			kind = "error"
		}
		title := fmt.Sprintf("%s: %s (%s)", res.Outcome, res.Requirement, res.Level)
		fmt.Fprintf(&out, "::%s title=%s::%s\n", kind, commandProperty(title), commandData(annotation(res, scripts[res.Spec])))
	}
	if more := n - annotations; more > 0 {
		fmt.Fprintf(&out, "::notice title=Assay::%s more: see the summary of the job, or report.html\n", count(more, "finding"))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// annotation is the text of an annotation, a line for each fact. script is the file of the
// finding's script, in the folder of the reports.
func annotation(res Result, script string) string {
	lines := []string{res.Summary}
	add := func(label, text string) {
		if text = Printable(text, markdownText); text != "" {
			lines = append(lines, label+": "+text)
		}
	}
	if res.Expected == "" && res.Received == "" {
		add("message", res.Message)
	}
	add("expected", res.Expected)
	add("received", res.Received)
	if res.Cell != nil {
		for _, h := range res.Cell.Harms {
			add("harm", h.Text)
		}
	}
	if command := cmp.Or(scriptCommand(res, script), Printable(res.Curl, 0)); command != "" && len(command) <= markdownCurl {
		lines = append(lines, "repeat: "+command)
	}
	return strings.Join(lines, "\n")
}

// commandData escapes the text of a workflow command.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(block(s))
}

// commandProperty escapes the value of a property of a workflow command.
func commandProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(Printable(s, markdownText))
}

// WriteGitHubOutputs writes the outputs of a step: the verdict, the numbers of results,
// and the paths of the reports in dir.
func WriteGitHubOutputs(w io.Writer, run *Run, dir string) error {
	findings, outcomes := 0, Counts{}
	for _, res := range run.Findings() {
		if isFinding(res.Outcome) {
			findings++
		}
	}
	for _, res := range run.Results {
		outcomes[res.Outcome]++
	}
	var out strings.Builder
	add := func(name, value string) { fmt.Fprintf(&out, "%s=%s\n", name, Printable(value, 0)) }
	add("verdict", string(run.Verdict()))
	add("findings", strconv.Itoa(findings))
	for _, o := range Outcomes() {
		add(string(o), strconv.Itoa(outcomes[o]))
	}
	add("out", dir)
	for _, output := range [][2]string{{"results", ResultsFile}, {"junit", "junit.xml"}, {"report", "report.html"}, {"summary", "summary.md"}} {
		add(output[0], filepath.Join(dir, output[1]))
	}
	_, err := io.WriteString(w, out.String())
	return err
}
