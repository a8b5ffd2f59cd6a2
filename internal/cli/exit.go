package cli

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"assay/conformance"
	"assay/wire"
)

// Exit codes of every command.
const (
	exitConformant  = 0
	exitFindings    = 1
	exitUsage       = 2 // also wrong configuration, and files that cannot be written
	exitUnfit       = 3 // the target cannot be reached, is not a registry, or refuses the login
	exitInterrupted = 4
)

// exitCodes says what each code means.
var exitCodes = []struct {
	code  int
	means string
}{
	{exitConformant, "conformant; or the command did what it should"},
	{exitFindings, "findings: a MUST is not kept or cannot be judged; with --strict, also a SHOULD;\nsilent harm; a fault that was missed"},
	{exitUsage, "wrong usage or configuration, or files that cannot be read or written"},
	{exitUnfit, "the target cannot be reached, is not a registry, or refuses the login"},
	{exitInterrupted, "interrupted by a signal; the reports show what ran until then"},
}

// exitText is the table of exit codes for the help.
func exitText() string {
	var out strings.Builder
	out.WriteString("Exit codes:\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&out, "  %d  %s\n", e.code, strings.ReplaceAll(e.means, "\n", "\n     "))
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// exit is an error with the exit code of the process. If err is nil, nothing is
// printed, because the reader has seen the reason already.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// report prints err in one line and returns its exit code.
func report(to io.Writer, err error) int {
	if err == nil {
		return exitConformant
	}
	if text := oneLine(err.Error()); text != "" {
		fmt.Fprintln(to, "assay:", text)
	}
	var (
		e     *exit
		unfit *conformance.PreflightError
	)
	switch {
	case errors.As(err, &e):
		return e.code
	case errors.As(err, &unfit):
		return exitUnfit
	}
	return exitUsage // among them *conformance.ConfigError
}

// colour matches the codes that make a terminal colour text. Ginkgo's errors contain
// them.
var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// oneLine returns text without line breaks, colours and secrets.
func oneLine(text string) string {
	var lines []string
	for line := range strings.Lines(colour.ReplaceAllString(text, "")) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return wire.RedactText(strings.Join(lines, "; "))
}
