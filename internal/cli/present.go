package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"assay/conformance"
	"assay/internal/cli/config"
	"assay/reference"
	"assay/reports"
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
}

// present does the job, shows the results and writes the reports.
func present(cmd *cobra.Command, c *config.Config, j job) error {
	forget, err := prepare(c.Out)
	if err != nil {
		return fmt.Errorf("%s: the reports cannot be written: %w", c.Where("out"), err)
	}
	terminal := isTerminal(cmd.OutOrStdout())
	console := reports.NewConsole(cmd.OutOrStdout(), terminal, terminal && wantsColour())
	result, err := attempt(cmd, c, j, console, forget)
	if err != nil {
		forget()
		return err
	}
	files, err := reports.WriteAll(c.Out, result, reports.Options{Strict: c.Strict})
	console.Finish(result, files)
	if result.Profile != nil {
		err = errors.Join(err, reports.WriteProfile(cmd.OutOrStdout(), result.Profile))
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
	if result.Failed(c.Strict) {
		return &exit{exitFindings, nil}
	}
	return nil
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
	if c.Embedded {
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
