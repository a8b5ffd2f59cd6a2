package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"assay/conformance"
	"assay/internal/cli/config"
	"assay/reference"
	"assay/reports"
	"assay/reports/known"
)

// execution is the work of a command on a target.
type execution func(context.Context, conformance.Listener) (*reports.Run, error)

// job is the work of a command on a target, with its options.
type job struct {
	execute execution
	// embedded are the options of the embedded registry, which is started if there is
	// no target.
	embedded reference.Options
	// left says what may be left if the process ends without a clean-up.
	left string
	// failing is the key that lists of known failures have for what fails.
	failing string
	// output is the form of what is printed: outputText or outputJSON.
	output string
}

// present does the job, shows the results and writes the reports.
func present(cmd *cobra.Command, c *config.Config, j job) error {
	forget, err := prepare(c.Out)
	if err != nil {
		return fmt.Errorf("%s: the reports cannot be written: %w", c.Where("out"), err)
	}
	to := readers(cmd, j.output)
	terminal := isTerminal(to)
	console := reports.NewConsole(to, terminal, terminal && wantsColour())
	if j.failing == "cell" {
		console.Of("cell")
	}
	result, err := attempt(cmd, c, j, console, forget)
	if err != nil {
		forget()
		return err
	}
	files, err := reports.WriteAll(c.Out, result, reports.Options{Strict: c.Strict})
	console.Finish(result, files)
	if j.output == outputJSON {
		err = errors.Join(err, reports.WriteJSON(cmd.OutOrStdout(), result))
	}
	if result.Profile != nil {
		err = errors.Join(err, reports.WriteProfile(to, result.Profile))
	}
	switch {
	case err != nil:
		return fmt.Errorf("the reports are not complete: %w", err)
	case result.Interrupted != "":
		return &exit{exitInterrupted, nil} // the console says so
	}
	if err := judgedNothing(result); err != nil {
		return err
	}
	failed := result.Failed(c.Strict)
	if c.WriteKnownFailures != "" {
		list, err := writeKnownFailures(to, c, result, j.failing)
		if err != nil {
			return err
		}
		failed = !list.Accepts(result.Results, c.Strict)
	}
	if failed {
		return &exit{exitFindings, nil}
	}
	return nil
}

// writeKnownFailures writes the list of what fails in the result, with the reasons that
// the lists had for it, and says so.
func writeKnownFailures(out io.Writer, c *config.Config, result *reports.Run, key string) (known.List, error) {
	before := known.List(slices.Concat(c.Explained, c.KnownFailures))
	list := before.Failing(result.Results, c.Strict)
	if err := list.Write(c.WriteKnownFailures, key); err != nil {
		return nil, err
	}
	unexplained := 0
	for _, f := range list {
		if f.Reason == known.Unexplained {
			unexplained++
		}
	}
	_, err := fmt.Fprintf(out, "known failures: %d, written to %s; still without a reason: %d\n", len(list), c.WriteKnownFailures, unexplained)
	return list, err
}

// judgedNothing returns an error if no selected spec could judge, because something
// that they do not judge is broken. Such a run must not look conformant.
func judgedNothing(result *reports.Run) error {
	if result.Matrix != nil && result.Verdict() == reports.NotTested {
		return &exit{exitFindings, errors.New("no cell could be judged: each one goes wrong on the image alone, too, or does not apply")}
	}
	blockedBy := ""
	for _, res := range result.Results {
		switch res.Outcome {
		case reports.Blocked:
			blockedBy = cmp.Or(blockedBy, res.BlockedBy, res.Message)
		case reports.Skipped, reports.Unsupported:
		default:
			return nil
		}
	}
	if blockedBy == "" {
		return nil
	}
	return &exit{exitFindings, fmt.Errorf("nothing could be judged: %s", blockedBy)}
}

// attempt executes the job. If c names no target, it uses the embedded registry. A
// second signal calls forget and ends the process.
func attempt(cmd *cobra.Command, c *config.Config, j job, listener conformance.Listener, forget func()) (*reports.Run, error) {
	ctx, cancel := context.WithCancelCause(cmd.Context())
	defer cancel(nil)
	if c.Embedded && c.Target == "" { // otherwise it serves already
		server, err := reference.Start(cmd.Context(), "127.0.0.1:0", j.embedded)
		if err != nil {
			return nil, fmt.Errorf("the embedded registry cannot start: %w", err)
		}
		defer server.Close()
		c.Target = "http://" + server.Addr()
	}
	leave := func() {
		forget()
		os.Exit(report(cmd.ErrOrStderr(), endedAtOnce(j.left)))
	}
	signals := watchSignals(cancel, leave, cmd.ErrOrStderr(), listener)
	defer signals.stop()
	result, err := j.execute(ctx, signals)
	if err != nil && signals.came() {
		return nil, errInterruptedEarly
	}
	return result, err
}

func endedAtOnce(left string) error {
	return &exit{exitInterrupted, errors.New("stopped at once: no reports are written, and " + left)}
}

var errInterruptedEarly = &exit{exitInterrupted, errors.New("interrupted before any spec ran; no reports are written")}

// prepare makes the directory for the reports, and checks that files can be written
// there. The function that it returns removes the directory again, if it is empty and
// prepare made it.
func prepare(dir string) (forget func(), err error) {
	_, err = os.Stat(dir)
	isNew := errors.Is(err, os.ErrNotExist)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	probe, err := os.CreateTemp(dir, ".assay-*")
	if err != nil {
		return nil, err
	}
	_ = probe.Close()
	if err := os.Remove(filepath.Clean(probe.Name())); err != nil {
		return nil, err
	}
	return func() {
		if isNew {
			_ = os.Remove(dir) // stays when it is not empty
		}
	}, nil
}
