package reports

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func markdown(t *testing.T, run *Run) string {
	t.Helper()
	var out strings.Builder
	if err := WriteMarkdown(&out, run); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// outsideCode is a Markdown text without its blocks and spans of code.
func outsideCode(text string) string {
	var lines []string
	blank := true
	block := false
	for line := range strings.SplitSeq(text, "\n") {
		block = strings.HasPrefix(line, "    ") && (blank || block)
		blank = line == ""
		if !block {
			lines = append(lines, span.ReplaceAllString(line, ""))
		}
	}
	return strings.Join(lines, "\n")
}

var span = regexp.MustCompile("`[^`]*`")

func TestMarkdownStaysWhole(t *testing.T) {
	run := sample()
	for i := range run.Workflows {
		run.Workflows[i].Name += hostile
	}
	for i := range run.Results {
		r := &run.Results[i]
		r.Requirement, r.Summary, r.Expected, r.Message, r.BlockedBy = r.Requirement+hostile, r.Summary+hostile, hostile, hostile, r.BlockedBy+hostile
		r.Curl, r.Spec, r.Level = r.Curl+hostile, r.Spec+hostile, hostile
	}
	run.Target.URL, run.Interrupted, run.Assay.Version, run.Spec = hostile, hostile, hostile, hostile
	matrix := sampleMatrix()
	matrix.Matrix.Toolchains[0].Name = "crane"
	for name, run := range map[string]*Run{"run": run, "downlevel": matrix} {
		text := markdown(t, run)
		noHostileCharacter(t, text)
		columns, rows := 0, 0
		for line := range strings.SplitSeq(text, "\n") {
			if !strings.HasPrefix(line, "|") {
				columns = 0
				continue
			}
			n := strings.Count(line, "|")
			if columns == 0 {
				columns = n
			}
			if n != columns {
				t.Errorf("%s: the row has %d bars, want %d: %s", name, n, columns, line)
			}
			rows++
		}
		if want := 2 + len(run.Workflows) + 2 + len(blockers(run.Results)); rows != want && name == "run" {
			t.Errorf("there are %d rows, want %d", rows, want)
		}
		outside := outsideCode(text)
		for _, bad := range []string{"<script", "<img", "](javascript", "@", "https://evil", "evil.example\n", "\n# title", "`", "|x|"} {
			if strings.Contains(outside, bad) {
				t.Errorf("%s: %q came through", name, bad)
			}
		}
		headings := 3 + len(run.Findings())
		if len(blockers(run.Results)) > 0 {
			headings++
		}
		if name == "downlevel" {
			headings++ // it has two tables
		}
		if got := strings.Count("\n"+outside, "\n#"); got != headings {
			t.Errorf("%s: there are %d headings, want %d", name, got, headings)
		}
	}
}

func TestMarkdown(t *testing.T) {
	text := markdown(t, sample())
	for _, want := range []string{
		"# Assay: not conformant\n",
		"1 of 5 workflows conformant, 1 unsupported",
		"\n### 1. fail: `push.blob.chunk.range` (MUST)\n\nWants: The registry answers as the specification says for push.blob.chunk.range. ([specification](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks))\n",
		"\n    in:       push refuses a chunk out of order; push refuses a chunk that overlaps\n    expected: status 416 Range Not Satisfiable\n    received: status 500 ",
		"\n    request:  PATCH http://127.0.0.1:5000/v2/team/one/blobs/uploads/1?state=abc: 500\n    seen:     2 times\n",
		"\nRepeat it:\n\n    curl -sS -i -X PATCH -H 'Content-Range: 10-20' --data-binary 'x' 'http://127.0.0.1:5000/v2/team/one/blobs/uploads/1?state=abc'\n",
		"| push       | not conformant |       1/3 |         0/1 |           0 |       0 |\n",
		"| discovery  | partial        |       1/1 |           - |           0 |       2 |\n",
		"## Not judged\n",
		"| `push.manifest.put` |     2 |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Index(text, "## Findings") > strings.Index(text, "## Verdicts") {
		t.Error("the findings are not first")
	}
}

// Nothing that Assay says itself is written as an entity.
func TestMarkdownReadsAsText(t *testing.T) {
	for _, text := range []string{
		"A PUT of blob-2 with <digest> returns 201 (Created), \"as it\" stands; tag_name isn't judged. 1/2 = 50 %: see it.",
	} {
		want := strings.NewReplacer("<", "&#60;", ">", "&#62;").Replace(text)
		equal(t, plain(text), want)
	}
}

func TestMarkdownCutsNoCommand(t *testing.T) {
	run := &Run{Results: []Result{{Requirement: "a", Outcome: Fail, Curl: "curl -d " + strings.Repeat("x", markdownCurl)}}}
	if text := markdown(t, run); strings.Contains(text, "curl -d") || !strings.Contains(text, "report.html has it") {
		t.Errorf("got\n%s", text)
	}
}

func TestMarkdownLinksOnlyHTTPS(t *testing.T) {
	run := &Run{Results: []Result{
		{Requirement: "a", Outcome: Fail, Summary: "first", Link: "javascript:alert(1)"},
		{Requirement: "b", Outcome: Fail, Summary: "second", Link: "https://example.com/a)[b"},
	}}
	text := markdown(t, run)
	if strings.Contains(text, "javascript") {
		t.Error("a link that is no https")
	}
	if !strings.Contains(text, "Wants: second ([specification](https://example.com/a%29%5Bb))") {
		t.Errorf("the link ends early:\n%s", text)
	}
}

func TestMarkdownWithoutFindings(t *testing.T) {
	text := markdown(t, &Run{Results: []Result{{Outcome: Pass}}})
	if !strings.Contains(text, "No findings.") || strings.Contains(text, "|") {
		t.Errorf("got\n%s", text)
	}
}

func TestMarkdownOfManyFindingsIsCut(t *testing.T) {
	run := &Run{}
	for i := range markdownRows + 3 {
		run.Results = append(run.Results, Result{Requirement: strings.Repeat("x", i+1), Outcome: Fail})
	}
	text := markdown(t, run)
	if n := strings.Count(text, ". fail: "); n != markdownRows {
		t.Errorf("there are %d findings", n)
	}
	if !strings.Contains(text, "\n3 findings more") {
		t.Error("nothing says that it was cut")
	}
}

func TestMarkdownIsNeverTooLongForGitHub(t *testing.T) {
	run := sampleMatrix()
	var all []Result
	for i := range 2 * markdownRows {
		res := run.Results[4]
		c := *res.Cell
		c.Version, c.Script = strconv.Itoa(i), strings.Repeat("crane copy a b\n", 3000)
		res.Cell = &c
		all = append(all, res)
	}
	run.Results = all
	if text := markdown(t, run); len(text) > 1<<20 || !strings.Contains(text, " findings more; see report.html.") {
		t.Errorf("it has %d bytes", len(text))
	}
}
