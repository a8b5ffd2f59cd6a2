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
	"assay/reference"
	"assay/reports"
)

func newRun() *cobra.Command {
	var printConfig bool
	cmd := &cobra.Command{
		Use:   "run [TARGET]",
		Short: "Judge a registry",
		Long: `Judge the registry at TARGET, which is host[:port] or a URL. Without a TARGET,
Assay starts its own registry on this machine and judges that.

Content is pushed to two repositories and taken back. The reports are written
into the directory that --out names.

Configuration: each flag is also a variable, as --plain-http is
ASSAY_PLAIN_HTTP, and a key of a YAML file that --config or ASSAY_CONFIG names,
as plain-http is. A flag wins over a variable, a variable over the file. TARGET
is ASSAY_TARGET, or the key target; several values of a variable are separated
by commas; features are a mapping in the file. Paths in the file are relative to
it. A password comes from --password-stdin, from ASSAY_PASSWORD or OCI_PASSWORD,
or from the key password; never from a flag.

The variables of the official conformance suite are understood, and stand
between ours and the file: OCI_REGISTRY, OCI_REPO1, OCI_REPO2, OCI_TLS,
OCI_USERNAME, OCI_PASSWORD, OCI_VERSION, OCI_RESULTS_DIR, and of its v1.1.1
OCI_ROOT_URL, OCI_NAMESPACE, OCI_CROSSMOUNT_NAMESPACE.

Exit codes:
  0  conformant
  1  findings: a MUST is not kept (with --strict, or a SHOULD)
  2  wrong usage or configuration, or reports that cannot be written
  3  the target cannot be reached, is no registry, or refuses the login
  4  interrupted; the reports of what did run are written`,
		Example: `  assay run
  assay run registry.example.com --repository team/one --repository2 team/two
  pass show registry | assay run registry.example.com --username ci --password-stdin
  assay run localhost:5000 --spec draft --workflow push,pull --procs auto`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("assay run takes one target, but %d arguments were given", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := load(cmd, args, os.Environ())
			if err != nil {
				return err
			}
			if err := c.check(cmd.InOrStdin()); err != nil {
				return err
			}
			if printConfig {
				return c.print(cmd.OutOrStdout())
			}
			return run(cmd, c)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addSettings(cmd)
	cmd.Flags().BoolVar(&printConfig, "print-config", false, "print the effective configuration and where it comes from, and do nothing else")
	return cmd
}

// run judges what c says, and shows and writes the reports.
func run(cmd *cobra.Command, c *config) error {
	forget, err := prepare(c.Out)
	if err != nil {
		return fmt.Errorf("%s: the reports cannot be written: %w", c.origin("out").where, err)
	}
	terminal := isTerminal(cmd.OutOrStdout())
	console := reports.NewConsole(cmd.OutOrStdout(), terminal, terminal && wantsColour())
	result, err := judge(cmd, c, console, forget)
	if err != nil {
		forget()
		return err
	}
	files, err := reports.WriteAll(c.Out, result, reports.Options{Strict: c.Strict})
	console.Finish(result, files)
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

// judgedNothing is the error for a run that may not look conformant: something
// that no selected spec judges kept all of them from a verdict.
func judgedNothing(result *reports.Run) error {
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

// judge runs the suite, against the embedded registry when c names no target.
// A signal before the specs ends the process, after forget was called.
func judge(cmd *cobra.Command, c *config, listener conformance.Listener, forget func()) (*reports.Run, error) {
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	if c.Embedded {
		server, err := reference.Start(cmd.Context(), "127.0.0.1:0", reference.Options{})
		if err != nil {
			return nil, fmt.Errorf("the embedded registry cannot start: %w", err)
		}
		defer server.Close()
		c.Target = "http://" + server.Addr()
	}
	leave := func() {
		forget()
		os.Exit(report(cmd.ErrOrStderr(), errInterruptedEarly))
	}
	signals := watchSignals(cancel, leave, cmd.ErrOrStderr(), listener)
	defer signals.stop()
	result, err := conformance.Execute(ctx, c.Config, signals)
	switch {
	case err != nil && signals.came():
		return nil, errInterruptedEarly
	case err == nil && signals.came():
		// Also when the processes of the run ended too fast to say so.
		result.Interrupted = cmp.Or(result.Interrupted, "Interrupted by User")
	}
	return result, err
}

var errInterruptedEarly = &exit{exitInterrupted, errors.New("interrupted before any spec ran; no reports are written")}

// prepare makes the directory for the reports and finds out whether files can
// be written there. The function that it returns takes the directory back, as
// long as it is empty and was not there before.
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
