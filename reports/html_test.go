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
	for name, run := range map[string]*Run{"sample": sample(), "everywhere": everywhere()} {
		text := page(t, run)
		noHostileCharacter(t, text)
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

// within matches links inside the page. Our own code chooses their names.
var within = regexp.MustCompile(`^#(matrix|t[0-9]+m[0-9]+)$`)

func TestHTMLHasOnlyItsOwnElements(t *testing.T) {
	allowed := strings.Fields("html head meta title style body header main section article footer h1 h2 h3 h4 p dl dt dd div span i b strong code pre a details summary progress table thead tbody tr th td input label")
	for _, run := range []*Run{sample(), everywhere(), sampleMatrix(), {}} {
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
	for _, run := range []*Run{sample(), everywhere(), sampleMatrix(), {}} {
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
	if policy == nil || !strings.HasPrefix(policy[1], "default-src &#39;none&#39;; style-src &#39;sha256-") {
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
}

func TestHTMLFilterKnowsEveryOutcome(t *testing.T) {
	run := &Run{}
	for _, o := range Outcomes() {
		run.Results = append(run.Results, Result{Requirement: "x", Outcome: o, Workflow: "pull", Spec: string(o)})
	}
	text := page(t, run)
	for _, o := range Outcomes() {
		for _, want := range []string{
			`id="show-` + string(o) + `"`, `<label for="show-` + string(o) + `">`, ` has-` + string(o), `class="result r-` + string(o) + `"`,
			"#show-" + string(o) + ":checked ~ .groups .result:not(.r-" + string(o) + ")", ".b-" + string(o),
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %s is missing", o, want)
			}
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
	for curl, shown := range map[string]bool{"curl 'http://r/'": true, "curl -d 'a\n\tb' 'http://r/'": true, "curl -d 'a\x1bb'": false, "curl -d 'a\r\nb'": false, "curl '\u202e'": false} {
		text := page(t, &Run{Results: []Result{{Requirement: "x", Outcome: Fail, Curl: curl}}})
		if got := strings.Contains(text, `<pre class="curl"`); got != shown {
			t.Errorf("%q: shown is %v", curl, got)
		}
		if got := strings.Contains(text, "copy it from results.json"); got == shown {
			t.Errorf("%q: that it has to be copied elsewhere is told: %v", curl, got)
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
	if strings.Index(text, `id="findings"`) > strings.Index(text, `id="results"`) {
		t.Error("findings do not come first")
	}
}
