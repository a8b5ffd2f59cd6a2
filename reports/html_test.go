package reports

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func page(t *testing.T, run *Run) string {
	t.Helper()
	var out strings.Builder
	if err := WriteHTML(&out, run); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// everywhere is the sample with hostile text in each text field.
func everywhere() *Run {
	run := sample()
	run.Assay.Version, run.Target.URL, run.Spec, run.Interrupted, run.Schema = hostile, hostile, hostile, hostile, hostile
	run.Target.Repositories = []string{hostile}
	for i := range run.Workflows {
		run.Workflows[i].Name += hostile
		run.Workflows[i].Verdict = Verdict(hostile)
	}
	for i := range run.Features {
		run.Features[i] = Feature{Name: hostile, State: hostile, How: hostile}
	}
	for i := range run.Results {
		r := &run.Results[i]
		r.Requirement, r.Level, r.Spec, r.Workflow, r.Summary = r.Requirement+hostile, hostile, hostile, r.Workflow+hostile, hostile
		r.Link, r.Message, r.Expected, r.Received, r.Curl, r.BlockedBy, r.Where = "javascript:alert(1)", hostile, hostile, hostile, hostile, hostile, hostile
		r.Script, r.Trail = hostile, []string{hostile}
		for j := range r.Exchanges {
			e := &r.Exchanges[j]
			e.Method, e.URL, e.Error = hostile, hostile, hostile
			m := Message{Header: map[string][]string{hostile: {hostile}}, Body: hostile}
			e.Request, e.Response = m, m
		}
	}
	return run
}

func TestHTMLHoldsNoHostileText(t *testing.T) {
	for name, run := range map[string]*Run{"sample": sample(), "everywhere": everywhere(), "client": sampleClient()} {
		text := page(t, run)
		noHostileCharacter(t, text)
		text = strings.Replace(text, "<script>"+htmlScript+"</script>", "", 1)
		for _, bad := range []string{"<script", "<img", "javascript:alert(1)\"", "ZgotmplZ"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: %q came through", name, bad)
			}
		}
		if !strings.Contains(text, "&lt;script&gt;") {
			t.Errorf("%s: what the target sent is not shown", name)
		}
	}
}

// within matches links inside the page. Their names have no other characters, whatever
// the results hold.
var within = regexp.MustCompile(`^#([a-zA-Z0-9._-]|%40|%2f)+$`)

func TestHTMLHasOnlyItsOwnElements(t *testing.T) {
	allowed := strings.Fields("html head meta title style script body header main section article h1 h2 h3 h4 p ol ul li dl dt dd div span i b strong code pre a details summary table thead tbody tr th td input label select option button output")
	for _, run := range []*Run{sample(), everywhere(), sampleMatrix(), sampleClient(), {}} {
		for tokens := html.NewTokenizer(strings.NewReader(page(t, run))); ; {
			kind := tokens.Next()
			if kind == html.ErrorToken {
				break
			}
			token := tokens.Token()
			if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
				continue
			}
			if !slices.Contains(allowed, token.Data) {
				t.Errorf("<%s> is not ours", token.Data)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"src", "srcset", "style", "background", "action"}, a.Key) {
					t.Errorf("<%s> has %s=%q", token.Data, a.Key, a.Val)
				}
				if a.Key == "href" && !strings.HasPrefix(a.Val, "https://") && !within.MatchString(a.Val) {
					t.Errorf("there is a link to %q", a.Val)
				}
			}
		}
	}
}

func TestHTMLIsWellFormed(t *testing.T) {
	void := []string{"meta", "input"}
	for _, run := range []*Run{sample(), everywhere(), sampleMatrix(), sampleClient(), {}} {
		var open []string
		for tokens := html.NewTokenizer(strings.NewReader(page(t, run))); ; {
			kind := tokens.Next()
			if kind == html.ErrorToken {
				break
			}
			token := tokens.Token()
			switch {
			case kind == html.StartTagToken && !slices.Contains(void, token.Data):
				open = append(open, token.Data)
			case kind == html.EndTagToken:
				if len(open) == 0 || open[len(open)-1] != token.Data {
					t.Fatalf("</%s> ends %v", token.Data, open)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("%v are not ended", open)
		}
	}
}

func TestHTMLIsSelfContained(t *testing.T) {
	text := page(t, sample())
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)
	allowed := regexp.MustCompile(`^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; base-uri 'none'; form-action 'none'$`)
	if policy == nil || !allowed.MatchString(html.UnescapeString(policy[1])) {
		t.Errorf("the policy is %q", policy)
	}
	for _, bad := range []string{"url(", "@import", "unsafe-inline"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if !strings.Contains(text, "<style>"+htmlStyle+"</style>") {
		t.Error("the style is not the one that the policy allows")
	}
	if strings.Count(text, "<script") != 1 || !strings.Contains(text, "<script>"+htmlScript+"</script>") {
		t.Error("the script is not the one that the policy allows")
	}
	for _, bad := range []string{"innerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "XMLHttpRequest"} {
		if strings.Contains(htmlScript, bad) {
			t.Errorf("the script has %s", bad)
		}
	}
}

func TestHTMLFilterKnowsEveryOutcome(t *testing.T) {
	run := &Run{}
	for _, o := range Outcomes() {
		run.Results = append(run.Results, Result{Requirement: "x." + string(o), Outcome: o, Workflow: "pull", Spec: string(o)})
	}
	text := page(t, run)
	for _, o := range Outcomes() {
		for _, want := range []string{`<option value="` + string(o) + `">`, `id="x.` + string(o) + `"`, `data-outcome="` + string(o) + `"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %s is missing", o, want)
			}
		}
		if !strings.Contains(htmlStyle, ".b-"+string(o)) {
			t.Errorf("the style does not know %s", o)
		}
	}
}

// A finding has a link that can be sent to others: it is the same in each report.
func TestHTMLAnchors(t *testing.T) {
	run := &Run{Results: []Result{
		{Requirement: "a.b", Level: "MUST", Outcome: Fail, Workflow: "pull", Spec: "one"},
		{Requirement: "a.b", Level: "MUST", Outcome: Error, Workflow: "pull", Spec: "two"},
		{Requirement: "a.c", Level: "MUST", Outcome: Blocked, BlockedBy: "a.b", Workflow: "pull", Spec: "three"},
		{Requirement: "a.d", Level: "MUST", Outcome: Blocked, BlockedBy: "a.c", Workflow: "pull", Spec: "four"},
		{Requirement: "a.e", Level: "MUST", Outcome: Blocked, BlockedBy: "not.on.the.page", Workflow: "pull", Spec: "five"},
		{Requirement: "findings", Level: "MUST", Outcome: Pass, Workflow: "pull", Spec: "six", Trail: []string{"GET /v2/: 200 OK"}},
	}}
	text := page(t, run)
	for _, want := range []string{
		`id="finding-a.b"`, `id="finding-a.b-error"`, `id="a.b"`, `id="findings-2"`, `href="#finding-a.b"><code>a.b</code>`,
		`href="#a.c"><code>a.c</code>`, "Blocked by <code>not.on.the.page</code>", "GET /v2/: 200 OK",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestHTMLRequirementHasTheWorstOutcome(t *testing.T) {
	for _, test := range []struct {
		outcomes []Outcome
		want     Outcome
	}{
		{[]Outcome{Pass, Unsupported}, Pass},
		{[]Outcome{Pass, Warn, Fail}, Fail},
		{[]Outcome{Skipped, Unsupported}, Unsupported},
		{[]Outcome{Pass, Blocked, KnownFailure}, Blocked},
	} {
		var r htmlRequirement
		for _, o := range test.outcomes {
			r.Results = append(r.Results, htmlResult{Result: Result{Outcome: o}})
		}
		if got := r.Outcome(); got != test.want {
			t.Errorf("%v: %s", test.outcomes, got)
		}
	}
	for _, o := range Outcomes() {
		if got := (htmlRequirement{Results: []htmlResult{{Result: Result{Outcome: o}}}}).Outcome(); got != o {
			t.Errorf("%s is %q", o, got)
		}
	}
}

func TestHTMLBodies(t *testing.T) {
	for body, want := range map[string]htmlText{
		`{"a":[1]}`:          {"{\n  \"a\": [\n    1\n  ]\n}", true},
		`{"a":1,"a":2}`:      {"{\n  \"a\": 1,\n  \"a\": 2\n}", true},
		"{}":                 {"{}", false},
		`{"errors":[{"co`:    {`{"errors":[{"co`, false},
		"404":                {"404", false},
		"404 page\nnot \x1b": {"404 page\nnot \\x1b", false},
	} {
		if got := htmlBody(body); got != want {
			t.Errorf("%q: %+v", body, got)
		}
	}
}

func TestHTMLTellsWhatKeptSpecsFromBeingJudged(t *testing.T) {
	text := page(t, sample())
	from, to := strings.Index(text, `id="blocked"`), strings.Index(text, `id="observations"`)
	if from < 0 || to < from || !strings.Contains(text[from:to], "<code>push.manifest.put</code></td><td>2</td>") {
		t.Error("what blocked two specs is missing")
	}
	if strings.Contains(page(t, &Run{}), `id="blocked"`) {
		t.Error("there is a section for nothing")
	}
}

// A command with a missing character would repeat another request.
func TestHTMLShowsNoCommandThatItWouldChange(t *testing.T) {
	for command, shown := range map[string]bool{"curl 'http://r/'": true, "curl -d 'a\n\tb' 'http://r/'": true, "curl -d 'a\x1bb'": false, "curl -d 'a\r\nb'": false, "curl '\u202e'": false} {
		for _, res := range []Result{{Curl: command}, {Script: command}} {
			res.Requirement, res.Outcome = "x", Fail
			text := page(t, &Run{Results: []Result{res}})
			if got := strings.Contains(text, `<div class="copyable"><pre`); got != shown {
				t.Errorf("%q: shown is %v", command, got)
			}
			if got := strings.Contains(text, "copy it from results.json"); got == shown {
				t.Errorf("%q: that it has to be copied elsewhere is told: %v", command, got)
			}
		}
	}
}

func TestHTMLShows(t *testing.T) {
	text := page(t, sample())
	for _, want := range []string{
		"<title>not conformant: http://127.0.0.1:5000", "1 of 5 workflows conformant", "push.blob.chunk.range", "×2</span>",
		`href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks"`,
		"curl -sS -i -X PATCH", "9000 bytes in all", "blob-delete", "push.manifest.put", "500 Internal Server Error", "connection refused",
		"evil.example\\r\\n# title",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	order := []string{`class="top`, `id="finding-push.blob.chunk.range"`, `id="workflows"`, `id="finding-errors.code"`, `id="blocked"`, `id="observations"`, `id="requirements"`}
	for i := range order[1:] {
		if at, next := strings.Index(text, order[i]), strings.Index(text, order[i+1]); at < 0 || next < at {
			t.Errorf("%s does not come before %s", order[i], order[i+1])
		}
	}
}

func TestHTMLShowsTheProgramsOfATool(t *testing.T) {
	want := "Its programs: dockerd 20.10.24 (/usr/sbin/dockerd), docker 28.2.2 (/usr/local/bin/docker), runc of an unknown version"
	if text := page(t, sampleMatrix()); strings.Count(text, want) != 1 {
		t.Errorf("%q is not there once", want)
	}
}
