package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"assay/internal/cli/config"
	"assay/internal/proposal"
	"assay/reference"
	"assay/reference/played"
	"assay/wire"
)

func newServe() *cobra.Command {
	var (
		addr          string
		passwordStdin bool
		options       reference.Options
		proposed      string
		fault         string
	)
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the embedded registry until a signal comes",
		Long: `Serve the registry that assay run judges when no target is given. It keeps
everything in memory, speaks plain HTTP, and is for this machine only: it listens
on loopback addresses only. With --username it asks for a login, whose
password comes from --password-stdin or ASSAY_PASSWORD.

The first line of the output is its address.`,
		Example: `  assay serve
  assay serve --addr 127.0.0.1:0 --no-referrers
  assay serve --proposal oras-artifact
  echo secret | assay serve --username ci --password-stdin --token-auth`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkAddress(addr); err != nil {
				return err
			}
			password := ""
			if passwordStdin {
				var err error
				if password, err = config.ReadSecret(cmd.InOrStdin()); err != nil {
					return fmt.Errorf("--password-stdin: %w", err)
				}
			} else if options.Username != "" {
				password = os.Getenv(config.Variable("password"))
			}
			switch {
			case options.Username != "" && password == "":
				return fmt.Errorf("--username needs a password: give --password-stdin or ASSAY_PASSWORD")
			case options.Username == "" && passwordStdin:
				return fmt.Errorf("--password-stdin needs --username")
			case options.Username == "" && options.TokenAuth:
				return fmt.Errorf("--token-auth needs --username")
			}
			options.Password = password
			if err := play(&options, proposed, fault); err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return serve(ctx, cmd.OutOrStdout(), addr, options)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.StringVar(&addr, "addr", "127.0.0.1:5000", "loopback `address` to listen on; port 0 takes a free one")
	flags.StringVar(&options.Username, "username", "", "ask for a login as this user `name`")
	flags.BoolVar(&passwordStdin, "password-stdin", false, "read the password of the login from standard input")
	flags.BoolVar(&options.TokenAuth, "token-auth", false, "ask for the login by bearer tokens, not by Basic")
	flags.BoolVar(&options.DisableReferrers, "no-referrers", false, "serve no referrers API, like a registry of version 1.0")
	flags.BoolVar(&options.DisableDelete, "no-delete", false, "refuse deletes")
	flags.StringSliceVar(&options.ManifestTypes, "manifest-type", nil, "also accept manifests of this media `type`, whatever they contain; separate several by commas")
	flags.StringVar(&proposed, "proposal", "", "play a registry that has this proposal: a `file`, or the name of one that ships with Assay")
	flags.StringVar(&fault, "fault", "", "break the proposal in this way; assay proposal check --faults lists the `names`")
	flags.SortFlags = false
	_ = cmd.RegisterFlagCompletionFunc("proposal", completeProposal)
	return cmd
}

// play makes the registry one that has a proposal, unless name is empty.
func play(options *reference.Options, name, fault string) error {
	if name == "" {
		if fault != "" {
			return fmt.Errorf("--fault needs --proposal")
		}
		return nil
	}
	p, err := proposal.Read(name)
	if err != nil {
		return fmt.Errorf("--proposal: %w", err)
	}
	breaks, err := faultNamed(p, fault)
	if err != nil {
		return err
	}
	with := played.Options(p, breaks)
	options.ManifestTypes = append(options.ManifestTypes, with.ManifestTypes...)
	options.DisableReferrers = options.DisableReferrers || with.DisableReferrers
	options.Middleware = append(options.Middleware, with.Middleware...)
	return nil
}

// faultNamed returns the fault of a proposal with this name; nil for an empty name.
func faultNamed(p *proposal.Proposal, name string) (*played.Fault, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // no fault is asked for
	}
	var names []string
	for _, f := range played.Faults(p) {
		if f.Name == name {
			return &f, nil
		}
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("--fault: %s has no fault %q: want one of %s", p.Name, name, strings.Join(names, ", "))
}

// checkAddress refuses addresses that other machines could reach, because the registry
// has no protection.
func checkAddress(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil || !wire.IsLoopback(host) {
		return fmt.Errorf("--addr: %q is not allowed: want a loopback address and a port, such as 127.0.0.1:5000", addr)
	}
	return nil
}

// serve runs the registry until ctx ends.
func serve(ctx context.Context, out io.Writer, addr string, options reference.Options) error {
	// It is closed here and not by ctx, so that it is closed when serve returns.
	server, err := reference.Start(context.WithoutCancel(ctx), addr, options)
	if err != nil {
		return fmt.Errorf("the registry cannot start: %w", err)
	}
	defer func() { _ = server.Close() }()
	if _, err := fmt.Fprintf(out, "http://%s\n", server.Addr()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
