package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestRunTakesVerdictsAndRefusesFailures(t *testing.T) {
	for code, ok := range map[string]bool{"0": true, "1": true, "2": false} {
		took, output, err := run(t.Context(), t.TempDir(), os.Environ(), "sh", "-c", "echo said; exit "+code)
		if (err == nil) != ok {
			t.Errorf("exit %s: %v", code, err)
		}
		if ok && (output != "said\n" || took.wall <= 0 || took.memory <= 0) {
			t.Errorf("exit %s: took %+v and said %q", code, took, output)
		}
		if !ok && !strings.Contains(err.Error(), "said") {
			t.Errorf("the error does not have what was said: %v", err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := run(ended, "", nil, "sh", "-c", "exit 1"); err == nil {
		t.Error("an interrupted run was taken for one with findings")
	}
}

func TestSuitesWithoutReportsAreRefused(t *testing.T) {
	silent := suite{
		name:    "silent",
		command: func(_, _, _ string) ([]string, []string) { return []string{"true"}, nil },
		report:  "report.html",
	}
	if _, _, err := silent.run(t.Context(), t.TempDir(), "127.0.0.1:1"); err == nil {
		t.Error("a suite that ended with 0 and wrote nothing was taken")
	}
}

func TestLongestChainIsOptional(t *testing.T) {
	const report = `while [ $# -gt 0 ]; do [ "$1" != --out ] || { mkdir "$2"; : >"$2/results.json"; }; shift; done; `
	for said, want := range map[string]int{
		`case $* in *--help) echo "--strict  a flag";; *) exit 2;; esac`:                                                    0,
		`case $* in *--help) echo "--profile  a flag";; *--profile) ` + report + `echo "longest chain: 41 requests";; esac`: 41,
		`case $* in *--help) echo "--profile  a flag";; *--profile) ` + report + `echo nothing;; esac`:                      0,
		`case $* in *--help) echo "--profile dir  a flag";; *) exit 2;; esac`:                                               0,
	} {
		work := t.TempDir()
		if err := os.WriteFile(filepath.Join(work, "assay"), []byte("#!/bin/sh\n"+said+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		if got := longestChain(t.Context(), work, "127.0.0.1:1"); got != want {
			t.Errorf("%s: got %d, want %d", said, got, want)
		}
	}
}

func TestSuitesAreNotConfiguredFromOutside(t *testing.T) {
	got := neutral([]string{"PATH=/bin", "OCI_REPO1=a", "ASSAY_OUT=b", "ASSAY_CACHE=c", "DOCKER_CONFIG=d", "HOME=/home"})
	if !slices.Equal(got, []string{"PATH=/bin", "HOME=/home"}) {
		t.Errorf("got %v", got)
	}
}
