package compare

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"assay/reports"
)

const hostile = "<script>alert(1)</script>\x1b[2J | `x` [a](javascript:alert(1)) @everyone"

// run has one result for each outcome, of a requirement that is called like its key.
func run(outcomes ...string) *reports.Run {
	r := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: "1.0"}, Spec: "1.1", Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Target: reports.Target{URL: "http://localhost:5000"},
	}
	for _, text := range outcomes {
		id, outcome, _ := strings.Cut(text, "=")
		r.Results = append(r.Results, reports.Result{
			Requirement: id, Level: "MUST", Outcome: reports.Outcome(outcome), Spec: id + " " + outcome, Workflow: "push",
			Summary: "It is kept.", Message: "because of " + hostile, Link: "https://example.com/spec#a",
		})
	}
	r.Summarise([]string{"push"})
	return r
}

func compared(t *testing.T, runs ...*reports.Run) *Comparison {
	t.Helper()
	var sides []Side
	for i, r := range runs {
		sides = append(sides, Side{Name: "results " + letter(i) + hostile, Run: r})
	}
	c, err := Runs(sides)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func changes(c *Comparison) map[string]Change {
	all := map[string]Change{}
	for _, r := range c.Rows {
		all[r.ID] = r.Change
	}
	return all
}

func TestChanges(t *testing.T) {
	for _, each := range []struct {
		before, after string
		want          Change
	}{
		{"pass", "pass", Same}, {"pass", "fail", Worse}, {"pass", "warn", Worse}, {"pass", "observed", Worse},
		{"fail", "pass", Better}, {"fail", "known-failure", Same}, {"known-failure", "unexpected-pass", Better},
		{"pass", "unsupported", Differs}, {"unsupported", "pass", Differs}, {"unsupported", "fail", Worse}, {"fail", "unsupported", Differs},
		{"pass", "blocked", NotJudged}, {"fail", "error", NotJudged}, {"pass", "skipped", NotJudged},
		{"blocked", "fail", New}, {"skipped", "pass", New}, {"blocked", "skipped", Same},
	} {
		c := compared(t, run("a="+each.before), run("a="+each.after))
		if got := c.Rows[0].Change; got != each.want || c.Worse() != (each.want == Worse) {
			t.Errorf("%s to %s is %q, want %q", each.before, each.after, got, each.want)
		}
	}
}

func TestARequirementHasTheWorstOfItsSpecs(t *testing.T) {
	c := compared(t, run("a=pass", "a=unsupported"), run("a=pass", "a=blocked", "a=fail", "a=pass"))
	if len(c.Rows) != 1 || c.Rows[0].Fields[0].Outcome != "pass" || c.Rows[0].Fields[1].Outcome != "fail" {
		t.Errorf("the rows are %+v", c.Rows)
	}
}

func TestWhatOneSideDoesNotKnowIsNeverWorse(t *testing.T) {
	before, after := run("a=pass", "gone=pass"), run("a=pass", "new=fail")
	after.Spec, after.Assay.Version = "draft", "2.0"
	c := compared(t, before, after)
	if got := changes(c); got["gone"] != NotJudged || got["new"] != New || c.Worse() {
		t.Errorf("the changes are %v", got)
	}
	notes := strings.Join(c.Notes, "\n")
	for _, want := range []string{"distribution-spec differ: A 1.1, B draft", "versions of Assay differ: A 1.0, B 2.0"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note says %q: %s", want, notes)
		}
	}
}

func TestNotesOfWhatIsNotWhole(t *testing.T) {
	before, after := run("a=pass"), run("a=pass")
	before.Interrupted = "by the user"
	after.Shard = &reports.Shard{Of: 3, Numbers: []int{2}}
	before.Features = []reports.Feature{{Name: "delete", State: "supported"}}
	want := []string{"the run of A was interrupted: by the user", "the results of B are not whole: shard 2 of 3", "the feature delete differs: A supported, B not known"}
	if got := compared(t, before, after).Notes; !slices.Equal(got, want) {
		t.Errorf("the notes are %q", got)
	}
}

func TestTheWorstChangeOfSeveralSides(t *testing.T) {
	c := compared(t, run("a=pass", "b=fail", "c=pass"), run("a=pass", "b=pass", "c=pass"), run("a=fail", "b=fail", "c=pass"))
	if got := changes(c); got["a"] != Worse || got["b"] != Better || got["c"] != Same {
		t.Errorf("the changes are %v", got)
	}
	if got := c.Conclusion(); got != "1 worse, 1 better, 1 same" {
		t.Errorf("the conclusion is %q", got)
	}
	if len(c.Rows) != 3 || len(c.Differing().Rows) != 2 || c.Rows[0].ID != "a" {
		t.Errorf("the rows are %v", c.Rows)
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	if _, err := Runs([]Side{{"a", run()}}); err == nil {
		t.Error("one side was compared")
	}
	if _, err := Runs([]Side{{"a", run()}, {"b", matrix("1.0")}}); err == nil || !strings.Contains(err.Error(), "a and b cannot be compared") {
		t.Errorf("the error is %v", err)
	}
}

// The results of several clients stand side by side; those of a registry have nothing in
// common with them.
func TestClients(t *testing.T) {
	crane, oras := run("client.pull.tag=pass"), run("client.pull.tag=fail")
	crane.Target.Client, oras.Target.Client = true, true
	if got := changes(compared(t, crane, oras)); got["client.pull.tag"] != Worse {
		t.Errorf("the changes are %v", got)
	}
	if _, err := Runs([]Side{{"a", crane}, {"b", run("pull.tag=pass")}}); err == nil || !strings.Contains(err.Error(), "a and b cannot be compared") {
		t.Errorf("the error is %v", err)
	}
}

// matrix is a downlevel run of a tool in one version, with a cell for each outcome.
func matrix(version string, outcomes ...reports.CellOutcome) *reports.Run {
	r := run()
	r.Matrix = &reports.Matrix{Toolchains: []reports.MatrixToolchain{{Name: "crane", Version: version}}}
	for i, outcome := range outcomes {
		c := &reports.Cell{Toolchain: "crane", Version: version, Verb: "copy", Mechanism: []string{alone, "subject", "tags"}[i], Outcome: outcome}
		r.Results = append(r.Results, reports.Result{Requirement: c.ID(), Level: "COMPAT", Outcome: outcome.Outcome(), Spec: c.ID(), Cell: c, Workflow: c.Tool(), Message: "it happened"})
	}
	return r
}

func TestCells(t *testing.T) {
	for _, each := range []struct {
		before, after reports.CellOutcome
		want          Change
	}{
		{reports.Works, reports.RightPlatform, Same}, {reports.Works, reports.ClearRefusal, Worse}, {reports.ClearRefusal, reports.SilentHarm, Worse},
		{reports.SilentHarm, reports.UnclearRefusal, Better}, {reports.Works, reports.Baseline, NotJudged}, {reports.NotApplicable, reports.Works, Differs},
	} {
		c := compared(t, matrix("1", reports.Works, each.before), matrix("1", reports.Works, each.after))
		if got := changes(c)["crane@1/copy/subject"]; got != each.want {
			t.Errorf("%s to %s is %q, want %q", each.before, each.after, got, each.want)
		}
	}
	if c := compared(t, matrix("1", reports.Works), matrix("1", reports.Baseline)); !c.Worse() {
		t.Error("a tool that no longer works on the image alone is not worse")
	}
}

func TestVersionsOfATool(t *testing.T) {
	c := compared(t, matrix("1", reports.Works, reports.Works), matrix("2", reports.Works, reports.SilentHarm))
	if got := changes(c)["crane/copy/subject"]; got != Worse || !slices.Contains(c.Notes, "the versions of crane differ: A 1, B 2") {
		t.Errorf("the changes are %v, the notes %q", changes(c), c.Notes)
	}
	// With two versions on one side it is not known which ones to compare.
	both := matrix("2", reports.Works, reports.SilentHarm)
	both.Matrix.Toolchains = append(both.Matrix.Toolchains, reports.MatrixToolchain{Name: "crane", Version: "3"})
	if c := compared(t, matrix("1", reports.Works, reports.Works), both); c.Worse() {
		t.Errorf("the changes are %v", changes(c))
	}
}

// Every output shows the rows, and no text of a target can harm it.
func TestOutputs(t *testing.T) {
	c := compared(t, run("push.a=pass", "push.b=pass"), run("push.a=fail", "push.b=pass"))
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text":     func(b *bytes.Buffer) error { return c.WriteText(b) },
		"markdown": func(b *bytes.Buffer) error { return c.WriteMarkdown(b) },
		"json":     func(b *bytes.Buffer) error { return c.WriteJSON(b) },
		"html":     func(b *bytes.Buffer) error { return c.WriteHTML(b) },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text := out.String()
		if !strings.Contains(text, "push.a") && !strings.Contains(text, "push&#46;a") {
			t.Errorf("%s does not show the row:\n%s", name, text)
		}
		bad := []string{"\x1b"}
		if name != "text" {
			bad = append(bad, "<script>")
		}
		if name == "html" || name == "markdown" {
			bad = append(bad, "](javascript:")
		}
		for _, b := range bad {
			if strings.Contains(strings.ReplaceAll(text, "&lt;", ""), b) && (name != "html" || b != "](javascript:") {
				t.Errorf("%s holds %q", name, b)
			}
		}
	}
}

func TestTextFitsIn80Columns(t *testing.T) {
	long := "push." + strings.Repeat("abcdefgh.", 7)
	two := []*reports.Run{run(long+"=unexpected-pass", "a=pass"), run(long+"=known-failure", "a=fail")}
	many := append(slices.Clone(two), two[0], two[1], two[0], two[1], two[0], two[1])
	for _, runs := range [][]*reports.Run{two, many} {
		var out bytes.Buffer
		if err := compared(t, runs...).WriteText(&out); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "REQUIREMENT") })
		for _, line := range lines[at:] {
			if n := utf8.RuneCountInString(line); n > 80 && !strings.Contains(line, "is worse in") {
				t.Errorf("%d characters: %s", n, line)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := compared(t, run("a=pass"), run("a=fail")).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema string
		Counts map[string]int
		Rows   []struct {
			ID     string
			Change string
			Fields []struct{ Outcome, Change string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != SchemaID || got.Counts["worse"] != 1 || len(got.Rows) != 1 || got.Rows[0].Fields[1].Outcome != "fail" || got.Rows[0].Fields[1].Change != "worse" {
		t.Errorf("the JSON is %s", out.String())
	}
}
