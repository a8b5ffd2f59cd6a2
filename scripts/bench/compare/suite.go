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

// officialVersion is the version of the official suite that scripts/bench/run builds.
var officialVersion = os.Getenv("BENCH_OFFICIAL")

// suite is one of the two suites. It runs with its defaults: it is only told where the
// registry is, and where the reports go.
type suite struct {
	name string
	// command returns the command that judges the registry at target. Its reports go
	// into out.
	command func(work, target, out string) (command, env []string)
	// report is a file that the suite writes at the end. Without it the run does not
	// count, whatever the exit code is.
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

// longestChain returns the length of the longest row of Assay's requests in which each
// waits for the answer to the one before. A run takes at least this number of round
// trips. It starts a run of its own, which is not measured. It returns 0 if this
// version of Assay does not print the chain.
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
