package reports

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

func finished(run *Run, files ...string) string {
	var out bytes.Buffer
	NewConsole(&out, false, false).Finish(run, files)
	return out.String()
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestConsoleFindingHasAtMostSixTexts(t *testing.T) {
	c := NewConsole(new(bytes.Buffer), false, false)
	long := strings.Repeat(hostile, 50)
	for _, res := range append(sample().Findings(), Result{
		Requirement: long, Level: long, Outcome: Fail, Summary: long, Link: long, Message: long, Expected: long, Received: long,
		Curl: long, Occurrences: 7, Exchanges: []Exchange{{Judged: true, Method: long, URL: long, Error: long}},
	}, Result{Requirement: "bare", Level: "MUST", Outcome: Error}) {
		lines := c.finding(res)
		if len(lines) > 7 || len(lines) == 0 {
			t.Errorf("%.40s has %d texts", res.Requirement, len(lines))
		}
		for _, line := range strings.Split(strings.Join(lines, "\n"), "\n") {
			if n := utf8.RuneCountInString(line); n > consoleCurl+20 {
				t.Errorf("%.40s has a line of %d characters", res.Requirement, n)
			}
		}
		noHostileCharacter(t, strings.Join(lines, "\n"))
	}
}

func TestConsoleFinding(t *testing.T) {
	res := Result{
		Requirement: "push.blob.chunk.range", Level: "MUST", Outcome: Fail, Occurrences: 2, Summary: "Out of order is 416.", Link: "https://example.com/spec#x",
		Expected: "status 416", Received: "status 500\x1b[2J", Curl: "curl -sS -i 'http://r/v2/'",
		Exchanges: []Exchange{{Method: "POST", URL: "http://r/other", Status: 202}, {Method: "PATCH", URL: "http://r/v2/a", Status: 500, Judged: true}},
	}
	c := NewConsole(new(bytes.Buffer), false, false)
	want := []string{
		"FAIL  push.blob.chunk.range (MUST) ×2",
		"  wants:    Out of order is 416. https://example.com/spec#x",
		"  expected: status 416",
		"  received: status 500[2J",
		"  request:  PATCH http://r/v2/a: 500",
		"  repeat:   curl -sS -i 'http://r/v2/'",
	}
	equal(t, c.finding(res), want)

	res.Curl = "curl '" + strings.Repeat("x", consoleCurl) + "'"
	if got := c.finding(res)[5]; strings.Contains(got, "curl") || !strings.Contains(got, "results.json") {
		t.Errorf("a command that is too long is told as %.80q", got)
	}
	res.Curl = "curl -d 'a\nb' 'http://r/v2/'"
	res.Exchanges[1].Status, res.Exchanges[1].Error = 0, "connection reset"
	got := c.finding(res)
	if got[4] != "  request:  PATCH http://r/v2/a: connection reset" {
		t.Errorf("an exchange without a response is told as %q", got[4])
	}
	if strings.Contains(got[5], "curl") || !strings.Contains(got[5], "results.json") {
		t.Errorf("a command that one line cannot hold is told as %q", got[5])
	}
}

func TestConsoleFinish(t *testing.T) {
	out := finished(sample(), "/tmp/out/results.json", "/tmp/out/report.html")
	noHostileCharacter(t, out)
	for _, want := range []string{
		"pull        conformant      1/1   1/1               0        0\n",
		"push        not conformant  1/3   0/1               0        0\n",
		"discovery   partial         1/1   -                 0        2\n",
		"management  unsupported     -     -                 1        0\n",
		"references  not tested      -     -                 0        0\n",
		"FAIL  push.blob.chunk.range (MUST) ×2\n",
		"WARN  push.blob.location (SHOULD)\n",
		"OBSERVED  errors.charset (COMPAT)\n  a chunk",
		"BLOCKED  2 specs by push.manifest.put\n",
		"reports: /tmp/out/results.json\n         /tmp/out/report.html\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(out, "errors.charset"); n != 1 {
		t.Errorf("the observation is told %d times", n)
	}
	if n := strings.Count(out, "\nFAIL "); n != 1 {
		t.Errorf("the finding of two specs is told %d times", n)
	}
	want := "not conformant: 1 of 5 workflows conformant, 1 unsupported, 1 not tested, 4 findings, 1 observation, 1 known failure, 2 blocked (14 specs, 1204 requests, 4.1 s)"
	if got := lastLine(out); got != want {
		t.Errorf("the end is\n%s, want\n%s", got, want)
	}
}

func TestConsoleConclusion(t *testing.T) {
	run := &Run{Seconds: 4.06, Requests: 1, Results: []Result{{Workflow: "pull", Level: "MUST", Outcome: Pass}}}
	run.Summarise([]string{"pull"})
	if got, want := lastLine(finished(run)), "conformant: 1 of 1 workflow, 0 findings (1 spec, 1 request, 4.1 s)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	run.Interrupted = "signal\x1b[2J: interrupt"
	if got, want := lastLine(finished(run)), "interrupted (signal[2J: interrupt), so far conformant: "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q…", got, want)
	}
	run = &Run{Results: []Result{{Workflow: "pull", Level: "MUST", Outcome: Blocked, BlockedBy: "push.blob.post"}}}
	run.Summarise([]string{"pull"})
	if got, want := lastLine(finished(run)), "partial: nothing failed, 0 of 1 workflow judged in full, 0 findings, 1 blocked (1 spec, "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q…", got, want)
	}
	if got := lastLine(finished(&Run{})); got != "not tested: 0 of 0 workflows conformant, 0 findings (0 specs, 0 requests, 0.0 s)" {
		t.Errorf("an empty run ends with %q", got)
	}
}

func TestConsolePlainProgress(t *testing.T) {
	var out bytes.Buffer
	c := NewConsole(&out, false, false)
	const total = 200
	c.Start(total)
	var wait sync.WaitGroup
	for i := range total {
		wait.Go(func() {
			res := Result{Requirement: fmt.Sprint("push.", i), Level: "MUST", Outcome: Pass}
			if i%100 == 0 {
				res.Requirement, res.Outcome, res.Message = "push.broken", Fail, hostile
			}
			c.Result(res)
		})
	}
	wait.Wait()
	text := out.String()
	noHostileCharacter(t, text)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > 1+10+1 {
		t.Errorf("%d lines are too many:\n%s", len(lines), text)
	}
	if strings.Contains(text, "push.broken") {
		t.Error("the finding is told before the end, and so twice")
	}
	if got := lines[len(lines)-1]; got != "200/200 specs, 1 finding" {
		t.Errorf("the last line is %q", got)
	}
}

func TestConsoleFewSpecs(t *testing.T) {
	var out bytes.Buffer
	c := NewConsole(&out, false, false)
	c.Start(3)
	for range 3 {
		c.Result(Result{Outcome: Pass})
	}
	equal(t, out.String(), "running 3 specs\n1/3 specs, 0 findings\n2/3 specs, 0 findings\n3/3 specs, 0 findings\n")
}

func TestConsoleTerminalKeepsOneLine(t *testing.T) {
	var out bytes.Buffer
	c := NewConsole(&out, true, false)
	c.Start(50)
	for range 50 {
		c.Result(Result{Requirement: hostile, Outcome: Fail, Workflow: "push\x1b[2J"})
	}
	text := out.String()
	if strings.Contains(text, "\n") {
		t.Error("progress breaks the line")
	}
	shown := strings.Split(text, "\r\x1b[K")
	if !slices.Contains(shown, "50/50 specs, 1 finding, push[2J") {
		t.Errorf("the end is missing: %q", shown[len(shown)-1])
	}
	noHostileCharacter(t, strings.Join(shown, "\n"))
	out.Reset()
	c.Finish(&Run{}, nil)
	if !strings.HasPrefix(out.String(), "\r\x1b[K") {
		t.Error("the line of progress stays")
	}
}

func TestConsoleColor(t *testing.T) {
	var plain, colored bytes.Buffer
	NewConsole(&plain, false, false).Finish(sample(), nil)
	NewConsole(&colored, false, true).Finish(sample(), nil)
	if strings.Contains(plain.String(), "\x1b") {
		t.Error("there are colours that were not allowed")
	}
	text := colored.String()
	if !strings.Contains(text, "\x1b[31mFAIL\x1b[0m") {
		t.Error("there are no colours")
	}
	for _, code := range []string{red, green, yellow, blue, faint, "0"} {
		text = strings.ReplaceAll(text, "\x1b["+code+"m", "")
	}
	equal(t, text, plain.String())
}
