package reports

import (
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

func TestMarkdownTablesStayWhole(t *testing.T) {
	run := sample()
	for i := range run.Workflows {
		run.Workflows[i].Name += hostile
	}
	for i := range run.Results {
		r := &run.Results[i]
		r.Requirement, r.Summary, r.Expected, r.Message, r.BlockedBy = r.Requirement+hostile, r.Summary+hostile, hostile, hostile, r.BlockedBy+hostile
	}
	run.Target.URL, run.Interrupted, run.Assay.Version = hostile, hostile, hostile
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
			t.Errorf("the row has %d bars, want %d: %s", n, columns, line)
		}
		rows++
	}
	if want := 2 + len(run.Workflows) + 2 + len(run.Findings()) + 2 + len(blockers(run.Results)); rows != want {
		t.Errorf("there are %d rows, want %d", rows, want)
	}
	for _, bad := range []string{"<script", "<img", "](javascript", "@everyone", "https://evil", "\n# title", "`x`"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q came through", bad)
		}
	}
	if headings := strings.Count("\n"+text, "\n#"); headings != 3 {
		t.Errorf("there are %d headings, want 3", headings)
	}
}

func TestMarkdown(t *testing.T) {
	text := markdown(t, sample())
	for _, want := range []string{
		"# Assay: not conformant\n",
		"1 of 5 workflows conformant, 1 unsupported",
		"| push | not conformant | 1/3 | 0/1 | 0 | 0 |\n",
		"| discovery | partial | 1/1 | - | 0 | 2 |\n",
		"| fail | <code>push.blob.chunk.range</code> | MUST | [The registry answers",
		"](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks) |",
		" | 2 |\n",
		"## Not judged\n",
		"| <code>push.manifest.put</code> | 2 |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
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
	if !strings.Contains(text, "[second](https://example.com/a%29%5Bb)") {
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
	if n := strings.Count(text, "\n| fail |"); n != markdownRows {
		t.Errorf("there are %d rows", n)
	}
	if !strings.Contains(text, "\n3 findings more") {
		t.Error("nothing says that it was cut")
	}
}
