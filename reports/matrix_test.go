package reports

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"time"
)

func TestCellsOfOneCauseAreOneFinding(t *testing.T) {
	run := sampleMatrix()
	second := sampleCell(run.Matrix.Toolchains[0], "cosign-tags", "copy", SilentHarm)
	other := sampleCell(run.Matrix.Toolchains[0], "buildkit-attestation", "copy", SilentHarm)
	other.Cell.Harms = []Harm{{Kind: "source-changed", Text: "the source is another"}}
	run.Results = append(run.Results, second, other)
	var copies []Result
	for _, f := range run.Findings() {
		if f.Cell.Verb == "copy" && f.Cell.Outcome == SilentHarm {
			copies = append(copies, f)
		}
	}
	if len(copies) != 2 {
		t.Fatalf("%d findings, want one per harm: %+v", len(copies), copies)
	}
	if got := strings.Join(copies[0].Cell.Alike, " "); got != "subject-manifest subject-index cosign-tags" || copies[0].Occurrences != 3 {
		t.Errorf("%s ×%d", got, copies[0].Occurrences)
	}
	if run.Results[4].Cell.Alike != nil {
		t.Error("the run's own cell was changed")
	}
}

func TestVerdictOfAMatrix(t *testing.T) {
	run := sampleMatrix()
	if v := run.Verdict(); v != Harmful {
		t.Errorf("got %s", v)
	}
	keep := func(outcomes ...CellOutcome) *Run {
		r := *run
		r.Results = nil
		for _, res := range run.Results {
			for _, o := range outcomes {
				if res.Cell.Outcome == o {
					r.Results = append(r.Results, res)
				}
			}
		}
		return &r
	}
	for want, r := range map[Verdict]*Run{
		Harmless:  keep(Works, RightPlatform, ClearRefusal, UnclearRefusal, Baseline),
		NotTested: keep(Baseline, NotApplicable),
		Partial:   keep(Works, ""),
		Harmful:   keep(SilentHarm, ""),
	} {
		if v := r.Verdict(); v != want {
			t.Errorf("got %s, want %s", v, want)
		}
	}
	if !keep(SilentHarm).Failed(false) || keep(UnclearRefusal, ClearRefusal).Failed(false) || !keep(UnclearRefusal).Failed(true) {
		t.Error("what fails a run is not as it should be")
	}
}

func TestMatrixIsValidJSON(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJSON(&out, sampleMatrix()); err != nil {
		t.Fatal(err)
	}
	run, err := ReadJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	if got := run.Results[4].Cell; got.Exit == nil || *got.Exit != 0 || got.Harms[0].Kind != "children-lost" || run.Matrix.Toolchains[0].Name != "crane" {
		t.Errorf("got %+v", got)
	}
}

func TestMatrixOnTheConsole(t *testing.T) {
	var out strings.Builder
	c := NewConsole(&out, false, false)
	run := sampleMatrix()
	c.Start(len(run.Results))
	for _, res := range run.Results {
		c.Result(res)
	}
	c.Finish(run, nil)
	text := out.String()
	noHostileCharacter(t, text)
	for _, want := range []string{
		"crane@0.1.4     ! 1  ✗ 2  =",
		"docker@20.10.24 ✓    ? 1  ✓",
		"SILENT HARM  crane@0.1.4 copy ×2\n  with:     subject-manifest, subject-index\n  harm:     of the index",
		"; crane copy localhost:5000/a:v1\n  alone:    works",
		"left out: containerd@1.6.20 (needs root), engine",
		"UNCLEAR REFUSAL  docker@20.10.24 copy",
		"CLEAR REFUSAL  crane@0.1.4 pull-tag (subject-index)\n  unsupported media type",
		"\nsilent harm: 2 silent harm, 1 unclear refusal, 1 clear refusal, 1 right platform, ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestCommandsInOneLine(t *testing.T) {
	script := "export A=b\n# says\ncrane ls \"$IMAGE\" >tags\nwhile read -r tag; do\n  crane tag\ndone <tags\n"
	if got, want := commands(script), `crane ls "$IMAGE" >tags; while read -r tag; do crane tag; done <tags`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMatrixInMarkdown(t *testing.T) {
	var out strings.Builder
	if err := WriteMarkdown(&out, sampleMatrix()); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	noHostileCharacter(t, text)
	for _, want := range []string{
		"# Assay: silent harm\n",
		"| Toolchain         | image-alone | subject-manifest | subject-index |\n",
		"| `crane@0.1.4`     | ✓           | ✗ 1              | ✗ 1           |\n",
		"| Toolchain         | pull-tag | copy | delete-tag |\n",
		"\n### silent harm: `crane@0.1.4` copy\n\n    with:  subject-manifest, subject-index\n    harm:  of the index ",
		"\nIt ran:\n\n    crane login ",
		"\n    crane copy localhost:5000/a:v1\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "never-tried") || strings.Contains(outsideCode(text), "<script>") {
		t.Errorf("what does not belong is there:\n%s", text)
	}
}

func TestMatrixAsJUnit(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJUnit(&out, sampleMatrix(), Options{}); err != nil {
		t.Fatal(err)
	}
	var got junitRun
	if err := xml.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Suites) != 2 || got.Suites[0].Name != "crane@0.1.4" || got.Tests != 18 || got.Failures != 1 || got.Suites[0].Skipped+got.Suites[1].Skipped != 5 {
		t.Errorf("got %+v", got)
	}
	failed := got.Suites[0].Cases[4]
	if failed.Name != "copy: subject-manifest" || failed.Failure == nil || !strings.Contains(failed.Failure.Text, "harm: and more") {
		t.Errorf("got %+v", failed)
	}
}

func TestMatrixAsHTML(t *testing.T) {
	text := strings.Replace(page(t, sampleMatrix()), "<script>"+htmlScript+"</script>", "", 1)
	noHostileCharacter(t, text)
	for _, want := range []string{
		`<dt>Left out</dt><dd>containerd@1.6.20 (needs root), engine`,
		`<a class="place c-silent-harm" href="#crane%400.1.4%2fcopy" title="crane@0.1.4 copy: 2 silent harm, 1 works"`,
		`<a class="place c-silent-harm" href="#crane%400.1.4" title="crane@0.1.4 subject-manifest: 1 silent harm, 1 right platform, 1 baseline"`,
		`<tr id="crane@0.1.4/copy"><th scope="row">copy</th>`,
		`<a class="place c-silent-harm" href="#crane%400.1.4%2fcopy%2fsubject-manifest" aria-label="copy with subject-manifest: silent harm"><b>✗</b></a>`,
		`<details class="result item" id="crane@0.1.4/copy/subject-manifest" data-tool="crane@0.1.4" data-verb="copy" data-mechanism="subject-manifest" data-outcome="silent-harm">`,
		`data-mechanism="subject-manifest subject-index"`,
		`<select name="mechanism">`,
		`<b>✗ 1</b>`,
		`(<a href="#crane%400.1.4%2fcopy%2fsubject-manifest">evidence</a>)`,
		`<dt>Note</dt><dd>a note`,
		`<div><dt>Exit code</dt><dd>0</dd></div>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, bad := range []string{"<script", "<img", "ZgotmplZ", "Requirements", "never-tried"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is there", bad)
		}
	}
}

// Each outcome has a symbol of its own, so that colour is not the only sign.
func TestSymbolsOfOutcomes(t *testing.T) {
	seen := map[string]CellOutcome{}
	for _, o := range CellOutcomes() {
		if other, ok := seen[o.Symbol()]; ok {
			t.Errorf("%s and %s have the same symbol", o, other)
		}
		seen[o.Symbol()] = o
		if !strings.Contains(legend(), o.Symbol()+" ") {
			t.Errorf("the legend does not explain %s", o)
		}
	}
}

func TestTimeLeft(t *testing.T) {
	for _, test := range []struct {
		elapsed     time.Duration
		done, total int
		want        string
	}{
		{time.Second, 1, 100, ""}, {10 * time.Second, 10, 100, ", about 2 min left"}, {10 * time.Second, 50, 100, ", about 11 s left"}, {time.Minute, 100, 100, ""},
	} {
		if got := left(test.elapsed, test.done, test.total); got != test.want {
			t.Errorf("%d of %d after %s: %q, want %q", test.done, test.total, test.elapsed, got, test.want)
		}
	}
}
