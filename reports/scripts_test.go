package reports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withScripts has two findings of one requirement, a known failure, and a requirement
// that is no file name.
func withScripts() *Run {
	finding := func(requirement string, outcome Outcome, spec string) Result {
		return Result{Requirement: requirement, Outcome: outcome, Spec: spec, Script: "#!/bin/sh\necho " + spec + "\n"}
	}
	return &Run{Results: []Result{
		finding("push.a", Fail, "longer spec"), finding("push.a", Fail, "spec"), finding("push.a", KnownFailure, "known"),
		finding("../../etc/x y", Warn, "escape"), {Requirement: "push.b", Outcome: Fail, Spec: "none"},
	}}
}

func TestScriptsAreWrittenAndOldOnesRemoved(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, ScriptsFolder)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"old.sh", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := WriteAll(dir, withScripts(), Options{}); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	equal(t, names, []string{"_.._etc_x_y.sh", "notes.txt", "push.a-2.sh", "push.a.sh"})
	info, err := os.Stat(filepath.Join(folder, "push.a.sh"))
	if err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if data, _ := os.ReadFile(filepath.Join(folder, "push.a.sh")); !strings.Contains(string(data), "echo spec\n") {
		t.Errorf("it is not the script of the simplest spec: %s", data)
	}

	without := t.TempDir()
	if _, err := WriteAll(without, &Run{}, Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(without, ScriptsFolder)); !os.IsNotExist(err) {
		t.Errorf("a run without findings has a folder for scripts: %v", err)
	}
}

func TestConsoleNamesTheScriptIfOneRequestIsNotEnough(t *testing.T) {
	run := withScripts()
	run.Results[1].Curl, run.Results[1].Exchanges = "curl one", []Exchange{{Method: "POST"}, {Method: "PUT", Judged: true}}
	run.Results[3].Curl, run.Results[3].Exchanges = "curl alone", []Exchange{{Method: "GET", Judged: true}}
	for dir, want := range map[string]string{
		"out":    "  repeat:   sh out/repeat/push.a.sh\n",
		"my out": "  repeat:   sh 'my out/repeat/push.a.sh'\n",
		"":       "  repeat:   curl one\n",
	} {
		var files []string
		if dir != "" {
			files = []string{filepath.Join(dir, ResultsFile)}
		}
		var out strings.Builder
		NewConsole(&out, false, false).Finish(run, files)
		for _, line := range []string{want, "  repeat:   curl alone\n"} {
			if !strings.Contains(out.String(), line) {
				t.Errorf("%q: no %q in:\n%s", dir, line, out.String())
			}
		}
	}
}
