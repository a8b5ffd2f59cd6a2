package site

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"assay/reports"
)

const hostile = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>\x1b[2J"

// run has a result for each outcome, of a requirement that is called like its key.
func run(day int, outcomes ...string) *reports.Run {
	r := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: "1.0"}, Spec: "1.1", Started: time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC),
		Target: reports.Target{URL: "http://localhost:5000/" + hostile},
	}
	for _, text := range outcomes {
		id, outcome, _ := strings.Cut(text, "=")
		r.Results = append(r.Results, reports.Result{
			Requirement: id, Level: "MUST", Outcome: reports.Outcome(outcome), Spec: id + " " + outcome, Workflow: "push",
			Summary: "It is kept. " + hostile, Message: "because of " + hostile, Link: "javascript:alert(1)",
		})
	}
	r.Summarise([]string{"push"})
	return r
}

// matrix is a downlevel run of crane with a cell for each outcome.
func matrix(outcomes ...reports.CellOutcome) *reports.Run {
	r := run(3)
	r.Matrix = &reports.Matrix{
		Toolchains: []reports.MatrixToolchain{{Name: "crane", Version: "1.0", Title: "crane", Home: "https://example.com/crane"}},
		Mechanisms: []reports.MatrixName{{Name: "a"}, {Name: "b"}}, Verbs: []reports.MatrixName{{Name: "copy"}},
	}
	for i, outcome := range outcomes {
		c := &reports.Cell{Toolchain: "crane", Version: "1.0", Verb: "copy", Mechanism: string(rune('a' + i)), Outcome: outcome}
		r.Results = append(r.Results, reports.Result{Requirement: c.ID(), Level: "COMPAT", Outcome: outcome.Outcome(), Spec: c.ID(), Cell: c, Workflow: c.Tool()})
	}
	return r
}

func entries() []Entry {
	return []Entry{
		{"zot", run(1, "push.a=pass", "push.b=pass", "push.c=unsupported")}, {"zot", run(2, "push.a=fail", "push.b=pass", "push.c=unsupported")},
		{"Big Registry" + hostile, run(1, "push.a=pass", "push.b=pass", "push.d/../x=blocked")},
		{"zot", matrix(reports.Works, reports.SilentHarm)},
	}
}

func written(t *testing.T, entries []Entry) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "public")
	pages, err := Write(dir, entries)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, _ error) error {
		if !e.IsDir() {
			n++
		}
		return nil
	})
	if n != pages {
		t.Errorf("%d pages are counted, %d were written", pages, n)
	}
	return dir
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var (
	href     = regexp.MustCompile(` href="([^"]*)"`)
	source   = regexp.MustCompile(` src="`)
	scripts  = regexp.MustCompile(`(?i)<script[^>]*>`)
	handlers = regexp.MustCompile(`(?i)<[a-z]+ [^>]*\bon[a-z]+=`)
)

// Every link within the site is relative and leads to a page, and nothing of a target can
// be run or loaded.
func TestEveryPage(t *testing.T) {
	dir := written(t, entries())
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		below, _ := filepath.Rel(dir, name)
		below = filepath.ToSlash(below)
		text := read(t, dir, below)
		if strings.Contains(text, "\x1b") || source.MatchString(text) || handlers.MatchString(text) || strings.Contains(text, `href="javascript:`) {
			t.Errorf("%s can run or load something", below)
		}
		if strings.HasPrefix(below, "reports/") {
			return nil // the report of the run, which has tests of its own
		}
		if !strings.Contains(text, "script-src &#39;sha256-") || len(scripts.FindAllString(text, -1)) != 1 {
			t.Errorf("%s has a wrong policy, or foreign scripts", below)
		}
		for _, link := range href.FindAllStringSubmatch(text, -1) {
			target, err := url.PathUnescape(link[1])
			if err != nil || strings.HasPrefix(target, "/") {
				t.Errorf("%s has the link %s", below, link[1])
				continue
			}
			if strings.HasPrefix(target, "https://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(path.Join(path.Dir(below), target)))); err != nil {
				t.Errorf("%s has a link to %s: %v", below, target, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhoKeepsARequirement(t *testing.T) {
	dir := written(t, entries())
	page := read(t, dir, "requirements/push.a.html")
	for _, want := range []string{"1 of the 2 targets that were judged", "✗ fail", "✓ pass", `href="../targets/zot.html"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the requirement has no %q", want)
		}
	}
	if page := read(t, dir, "requirements/"+fileName("push.d/../x")); !strings.Contains(page, "not in the results") {
		t.Error("a target that does not know the requirement is not said")
	}
}

func TestTheNewestResultCounts(t *testing.T) {
	dir := written(t, entries())
	page := read(t, dir, "targets/zot.html")
	first, second := strings.Index(page, "2026-01-02 00:00 UTC</th>"), strings.Index(page, "2026-01-01 00:00 UTC</th>")
	if first < 0 || second < first || !strings.Contains(page, `<td class="worse">1 worse, 2 same</td>`) {
		t.Errorf("the history is wrong: %d, %d", first, second)
	}
	if !strings.Contains(page, `href="../requirements/push.a.html"`) || strings.Contains(page, "requirements/push.b.html") {
		t.Error("the page does not show what is not kept, and only that")
	}
	if index := read(t, dir, "index.html"); !strings.Contains(index, "not conformant") {
		t.Error("the index has no verdict")
	}
}

func TestTools(t *testing.T) {
	dir := written(t, entries())
	if page := read(t, dir, "tools.html"); !strings.Contains(page, "1 silent harm, 1 works") || !strings.Contains(page, `class="c-silent-harm"`) {
		t.Errorf("the page of the tools is %s", page)
	}
	if page := read(t, dir, "tools/crane@1.0.html"); strings.Count(page, "data-row") < 2 || !strings.Contains(page, "✗ silent harm") {
		t.Errorf("the page of the tool is %s", page)
	}
}

func TestTokensOfTheFilter(t *testing.T) {
	s, err := newSite(entries())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range s.Rows {
		got[r.Requirement] = r.Tokens()
	}
	for id, want := range map[string]string{
		"push.a": "w-push l-MUST broken differs", "push.b": "w-push l-MUST kept", "push.c": "w-push l-MUST unsupported", "push.d/../x": "w-push l-MUST",
	} {
		if got[id] != want {
			t.Errorf("the tokens of %s are %q, want %q", id, got[id], want)
		}
	}
}

func TestFileNames(t *testing.T) {
	if got := fileName("push.blob.chunk"); got != "push.blob.chunk.html" {
		t.Errorf("got %s", got)
	}
	seen := map[string]bool{}
	for _, name := range []string{"a/b", "a-b", "../a", "", ".", "A", "a", strings.Repeat("a", 300), strings.Repeat("a", 301), "a b", "ä", "index.html"} {
		got := fileName(name)
		if seen[got] || got != filepath.Base(got) || strings.HasPrefix(got, ".") || len(got) > 100 {
			t.Errorf("the page of %q is %s", name, got)
		}
		seen[got] = true
	}
}

func TestNothingToShow(t *testing.T) {
	if _, err := Write(t.TempDir(), nil); err == nil {
		t.Error("a site was made of nothing")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(filepath.Join(file, "public"), entries()); err == nil {
		t.Error("a site was written below a file")
	}
}
