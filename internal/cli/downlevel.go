package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"assay/conformance"
	"assay/downlevel"
	"assay/fixtures/mechanisms"
	"assay/internal/cli/config"
	"assay/reference"
	"assay/reports"
)

func newDownlevel() *cobra.Command {
	var printConfig bool
	cmd := &cobra.Command{
		Use:   "downlevel [TARGET]",
		Short: "Show whether tools still work with images after artifacts are attached to them",
		Long: `Let each installed tool do the same to an image before and after an artifact is
attached to it, in each of the ways in which people attach artifacts. Assay looks
at the registry and at this machine afterwards; an exit code alone is never enough.
If a tool also goes wrong on the image alone, that counts as baseline, not as harm.

TARGET is host[:port] or a URL. Without one, Assay starts its own registry on
this machine. Assay pushes content to new repositories, and empties them again. With
--keep it leaves the content; then Assay's own registry serves until a signal comes.
It looks for tools on the PATH, and in the directory of assay toolchains install. To add
a tool that Assay does not know, declare it in a file: see --declarations. Engines
need root; for other users Assay leaves them out.

Configuration: as for assay run, by flags, by ASSAY_… variables, by a file.

Exit codes:
  0  no silent harm: no tool lost, changed or replaced anything without an error
  1  silent harm, or a known failure that no longer fails; with --strict, also an
     unclear refusal: an error that does not say what is wrong
  2  wrong usage or configuration, or no tool to try
  3  the target cannot be reached, is not a registry, or refuses the login
  4  interrupted; the reports show what ran until then. A second signal stops at
     once`,
		Example: `  assay downlevel
  assay downlevel localhost:5000 --jobs auto
  assay downlevel --proposal my-proposal.yaml
  assay downlevel --toolchain crane --toolchain docker@20.10.24 --verb pull-tag
  assay downlevel --toolchain crane --verb push-again --keep`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("assay downlevel takes one target, but %d arguments were given", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := load(cmd, args)
			if err != nil {
				return err
			}
			if err := c.CheckDownlevel(cmd.InOrStdin()); err != nil {
				return err
			}
			if printConfig {
				return c.Print(cmd.OutOrStdout(), config.OfDownlevel())
			}
			return runDownlevel(cmd, c)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addSettings(cmd, config.OfDownlevel())
	cmd.Flags().BoolVar(&printConfig, "print-config", false, "print the effective configuration and where it comes from, and do nothing else")
	return cmd
}

func runDownlevel(cmd *cobra.Command, c *config.Config) error {
	// If the registry refused a mechanism, no tool could be tried with it.
	options := reference.Options{DisableReferrers: c.NoReferrers, ManifestTypes: mechanisms.ManifestTypes()}
	for _, p := range c.Proposals {
		options.ManifestTypes = append(options.ManifestTypes, p.ManifestTypes()...)
	}
	if !c.Embedded || !c.Keep {
		return presentDownlevel(cmd, c, options)
	}
	// The registry goes on, so that its content can be looked at.
	server, err := reference.Start(context.WithoutCancel(cmd.Context()), "127.0.0.1:0", options)
	if err != nil {
		return fmt.Errorf("the embedded registry cannot start: %w", err)
	}
	defer func() { _ = server.Close() }()
	c.Target = "http://" + server.Addr()
	failed := presentDownlevel(cmd, c, options)
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "\nThe content is kept, and the registry serves at %s until a signal comes (Ctrl-C).\n", c.Target); err != nil {
		return err
	}
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	<-ctx.Done()
	return failed
}

func presentDownlevel(cmd *cobra.Command, c *config.Config, embedded reference.Options) error {
	return present(cmd, c, job{
		execute: func(ctx context.Context, listener conformance.Listener) (*reports.Run, error) {
			cfg := c.Downlevel()
			cfg.Keep = cfg.Keep || c.Embedded // all that is in that registry ends with it
			return downlevel.Execute(ctx, cfg, listener)
		},
		embedded: embedded,
		left:     fmt.Sprintf("repositories that begin with %s- may hold content, and daemons of tools may still run", c.Prefix),
		failing:  "cell",
	})
}
