package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// officialVersion is what the script run builds.
var officialVersion = os.Getenv("BENCH_OFFICIAL")

// suite is one of the two that are compared, with what it does by default: only
// where the registry is, and where the reports go, is said.
type suite struct {
	name string
	// command is what judges the registry at target; its reports go into out.
	command func(work, target, out string) (command, env []string)
	// report is written at the end. Without it there was no run, whatever the
	// exit code says.
	report string
}

var (
	official = suite{
		name: "official",
		command: func(work, target, out string) ([]string, []string) {
			return []string{filepath.Join(work, "official")}, []string{
				"OCI_REGISTRY=" + target, "OCI_TLS=disabled", "OCI_VERSION=1.1", "OCI_RESULTS_DIR=" + out,
				"OCI_REPO1=bench/one", "OCI_REPO2=bench/two",
			}
		},
		report: "report.html",
	}
	assay = suite{
		name: "Assay",
		command: func(work, target, out string) ([]string, []string) {
			return []string{filepath.Join(work, "assay"), "run", target, "--out", out}, nil
		},
		report: "results.json",
	}
)

// run has the suite judge the registry at target, in a directory of its own
// below work.
func (s suite) run(ctx context.Context, work, target string, more ...string) (usage, string, error) {
	dir, err := os.MkdirTemp(work, "run")
	if err != nil {
		return usage{}, "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := filepath.Join(dir, "reports")
	command, env := s.command(work, target, out)
	env = append(neutral(os.Environ()), append(env, "DOCKER_CONFIG="+dir)...)
	took, output, err := run(ctx, dir, env, append(command, more...)...)
	if err != nil {
		return usage{}, "", err
	}
	if _, err := os.Stat(filepath.Join(out, s.report)); err != nil {
		return usage{}, "", fmt.Errorf("%s wrote no reports: %w\n%s", s.name, err, tail(output))
	}
	return took, output, nil
}

var chainLength = regexp.MustCompile(`(?i)longest chain[^0-9\n]*([0-9]+)`)

// longestChain is how many requests of Assay wait for one another at most, each
// for the answer to the one before: with all else at once, a run takes no less
// than so many round trips. The run for it is not measured. It is 0 where this
// Assay does not print it.
func longestChain(ctx context.Context, work, target string) int {
	help := printed(ctx, filepath.Join(work, "assay"), "run", "--help")
	if !strings.Contains(help, "--profile ") {
		return 0
	}
	_, said, err := assay.run(ctx, work, target, "--profile")
	if err != nil {
		log.Print("the longest chain is not known: ", err)
		return 0
	}
	found := chainLength.FindStringSubmatch(said)
	if found == nil {
		log.Print("the longest chain is not known: assay run --profile does not say it:\n", tail(said))
		return 0
	}
	length, _ := strconv.Atoi(found[1])
	return length
}
