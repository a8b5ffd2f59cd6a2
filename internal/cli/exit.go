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
	exitUsage       = 2 // also configuration, and files that cannot be written
	exitUnfit       = 3 // the target cannot be reached, is no registry, or refuses the login
	exitInterrupted = 4
)

// exit is an error that says with which code the process ends. Without an err
// nothing is printed: the reader has seen it already.
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

// report prints err in one line and returns the exit code that it stands for.
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

// colour matches what makes a terminal colour text: Ginkgo's errors hold it.
var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// oneLine is text without line breaks, colours and secrets.
func oneLine(text string) string {
	var lines []string
	for line := range strings.Lines(colour.ReplaceAllString(text, "")) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return wire.RedactText(strings.Join(lines, "; "))
}
