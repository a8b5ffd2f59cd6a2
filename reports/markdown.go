package reports

import (
	"fmt"
	"io"
	"strings"
)

// Limits of the summary, in characters and rows.
const (
	markdownText = 300
	markdownRows = 100
)

// WriteMarkdown writes a summary of run for pull requests and job pages: the verdicts
// and the findings. It shows texts of the target as they are, but escaped: they can
// neither break the tables nor add markup, links or mentions.
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
	if run.Matrix != nil {
		markdownMatrix(&out, run, findings)
	} else {
		markdownVerdicts(&out, run)
		markdownFindings(&out, findings)
	}
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
	out.WriteString("\n| Workflow | Verdict | MUST kept | SHOULD kept | Unsupported | Blocked |\n|---|---|---:|---:|---:|---:|\n")
	for _, w := range run.Workflows {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %d | %d |\n",
			plain(w.Name), plain(string(w.Verdict)), kept(w.Must), kept(w.Should), w.Total(Unsupported), w.Total(Blocked))
	}
}

func markdownFindings(out *strings.Builder, findings []Result) {
	if len(findings) == 0 {
		out.WriteString("\nNo findings.\n")
		return
	}
	out.WriteString("\n## Findings\n\n| Outcome | Requirement | Level | Wants | Expected | Received | Seen |\n|---|---|---|---|---|---|---:|\n")
	for i, res := range findings {
		if i == markdownRows {
			fmt.Fprintf(out, "\n%s more; see report.html.\n", count(len(findings)-i, "finding"))
			return
		}
		received := res.Received
		if res.Expected == "" && received == "" {
			received = res.Message
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %d |\n",
			plain(string(res.Outcome)), code(res.Requirement), plain(res.Level), linked(plain(res.Summary), res.Link),
			code(res.Expected), code(received)+wherein(res), res.Occurrences)
	}
}

// wherein is a line with the titles of the specs that made the finding.
func wherein(res Result) string {
	if res.Spec == "" {
		return ""
	}
	return "<br>in: " + plain(situations(res))
}

func markdownBlocked(out *strings.Builder, blocked []blocker) {
	if len(blocked) == 0 {
		return
	}
	out.WriteString("\n## Not judged\n\n| Blocked by | Specs |\n|---|---:|\n")
	for i, b := range blocked {
		if i == markdownRows {
			fmt.Fprintf(out, "\n%d more; see report.html.\n", len(blocked)-i)
			return
		}
		fmt.Fprintf(out, "| %s | %d |\n", blockedBy(b), b.Specs)
	}
}

func blockedBy(b blocker) string {
	if b.Excused {
		return code(b.Cause) + " (a known failure)"
	}
	return code(b.Cause)
}

// code shows s as code. It uses HTML rather than backticks: inside HTML, characters can
// be escaped, and GitHub makes no mentions or links.
func code(s string) string {
	if s = plain(s); s == "" {
		return ""
	}
	return "<code>" + s + "</code>"
}

// plain shows s as text: each special character of Markdown or HTML becomes an entity.
func plain(s string) string {
	var out strings.Builder
	for _, r := range Printable(s, markdownText) {
		if strings.ContainsRune("&<>\"'`|\\*_[]{}()#~!@$^+=:/", r) {
			fmt.Fprintf(&out, "&#%d;", r)
			continue
		}
		out.WriteRune(r)
	}
	// GitHub also makes links of addresses without a scheme.
	return strings.TrimSpace(strings.ReplaceAll(out.String(), "www.", "www&#46;"))
}

// linked makes text a link to link, if that is safe. text is Markdown.
func linked(text, link string) string {
	if link = safeLink(link); link == "" || text == "" {
		return text
	}
	link = strings.NewReplacer("(", "%28", ")", "%29", "[", "%5B", "]", "%5D").Replace(link)
	return "[" + text + "](" + link + ")"
}
