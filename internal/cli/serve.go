package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/spf13/cobra"

	"assay/internal/cli/config"
	"assay/reference"
	"assay/wire"
)

func newServe() *cobra.Command {
	var (
		addr          string
		passwordStdin bool
		options       reference.Options
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
	flags.SortFlags = false
	return cmd
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
