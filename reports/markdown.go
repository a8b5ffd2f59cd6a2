package reports

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of the summary: characters of a text and of a command, findings or rows, and
// bytes of all findings. GitHub refuses a summary of more than 1 MiB.
const (
	markdownText = 300
	markdownCurl = 2000
	markdownRows = 100
	markdownSize = 600 << 10
)

// WriteMarkdown writes a summary of run for pull requests and job pages: the findings
// with the commands that repeat them, and then the verdicts. It also reads well as plain
// text. Texts of the target stand in code, where they can neither break the summary nor
// add markup, links or mentions.
func WriteMarkdown(w io.Writer, run *Run) error {
	var out strings.Builder
	findings := run.Findings()
	fmt.Fprintf(&out, "# Assay: %s\n\n", run.Verdict())
	about := "distribution-spec " + plain(run.Spec)
	if run.Matrix != nil {
		about = "downlevel"
	}
	fmt.Fprintf(&out, "%s, %s: %s.\n", code(run.Target.URL), about, conclude(run, findings))
	if run.Interrupted != "" {
		fmt.Fprintf(&out, "\n**The run was interrupted**: %s\n", code(run.Interrupted))
	}
	markdownFindings(&out, findings, scriptsBeside(run))
	if run.Matrix != nil {
		markdownGrids(&out, run, "##")
	} else {
		markdownVerdicts(&out, run)
	}
	markdownProposals(&out, run)
	markdownBlocked(&out, blockers(run.Results))
	if text := restrained(run); text != "" {
		fmt.Fprintf(&out, "\nThe target was %s.\n", plain(text))
	}
	fmt.Fprintf(&out, "\nAssay %s, seed %d, %s.\n", plain(run.Assay.Version), run.Seed, run.Started.UTC().Format("2006-01-02 15:04:05 MST"))
	_, err := io.WriteString(w, out.String())
	return err
}

func markdownVerdicts(out *strings.Builder, run *Run) {
	if len(run.Workflows) == 0 {
		return
	}
	t := markdownTable{head: []string{"Workflow", "Verdict", "MUST kept", "SHOULD kept", "Unsupported", "Blocked"}, right: 4}
	for _, w := range run.Workflows {
		t.add(plain(w.Name), plain(string(w.Verdict)), kept(w.Must), kept(w.Should), strconv.Itoa(w.Total(Unsupported)), strconv.Itoa(w.Total(Blocked)))
	}
	out.WriteString("\n## Verdicts\n\n")
	t.write(out)
}

func markdownFindings(out *strings.Builder, findings []Result, scripts map[string]string) {
	if len(findings) == 0 {
		out.WriteString("\nNo findings.\n")
		return
	}
	out.WriteString("\n## Findings\n")
	for i, res := range findings {
		if i == markdownRows || out.Len() > markdownSize {
			fmt.Fprintf(out, "\n%s more; see report.html.\n", count(len(findings)-i, "finding"))
			return
		}
		if res.Cell != nil {
			markdownCell(out, res)
			continue
		}
		fmt.Fprintf(out, "\n### %d. %s: %s (%s)\n\n", i+1, plain(string(res.Outcome)), code(res.Requirement), plain(res.Level))
		if res.Summary != "" {
			fmt.Fprintf(out, "Wants: %s%s\n\n", plain(res.Summary), specification(res.Link))
		}
		markdownEvidence(out, res, scripts[res.Spec])
	}
}

// markdownEvidence writes the evidence of a finding, and the command that repeats it, as
// blocks of code. script is the file of the finding's script, in the folder of the reports.
func markdownEvidence(out *strings.Builder, res Result, script string) {
	var b codeBlock
	if res.Spec != "" {
		b.add("in", situations(res))
	}
	if res.Expected == "" && res.Received == "" {
		b.add("message", res.Message)
	}
	b.add("expected", res.Expected)
	b.add("received", res.Received)
	if ex, ok := judged(res); ok {
		b.add("request", ex.line())
	}
	if res.Occurrences > 1 {
		b.add("seen", count(res.Occurrences, "time"))
	}
	b.write(out)
	command, curl := scriptCommand(res, script), Printable(res.Curl, 0)
	switch {
	case command != "":
		fmt.Fprintf(out, "\nRepeat it, in the folder of the reports:\n\n    %s\n", command)
	case curl == "":
	case len(curl) > markdownCurl: // half a command would be worse than none
		out.WriteString("\nThe command that repeats it is long; report.html has it.\n")
	default:
		fmt.Fprintf(out, "\nRepeat it:\n\n    %s\n", curl)
	}
}

func markdownBlocked(out *strings.Builder, blocked []blocker) {
	if len(blocked) == 0 {
		return
	}
	out.WriteString("\n## Not judged\n\n")
	t := markdownTable{head: []string{"Blocked by", "Specs"}, right: 1}
	for _, b := range blocked[:min(len(blocked), markdownRows)] {
		t.add(blockedBy(b), strconv.Itoa(b.Specs))
	}
	t.write(out)
	if more := len(blocked) - markdownRows; more > 0 {
		fmt.Fprintf(out, "\n%d more; see report.html.\n", more)
	}
}

func blockedBy(b blocker) string {
	if b.Excused {
		return code(b.Cause) + " (a known failure)"
	}
	return code(b.Cause)
}
