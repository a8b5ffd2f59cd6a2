package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"assay/conformance"
	"assay/internal/cli/config"
	"assay/reports"
)

func newRun() *cobra.Command {
	var printConfig, profile bool
	var output string
	cmd := &cobra.Command{
		Use:   "run [TARGET]",
		Short: "Judge a registry",
		Long: `Judge the registry at TARGET, which is host[:port] or a URL. Without a TARGET,
Assay starts its own registry on this machine and judges that.

The specs push content to two repositories, and delete it again. They also use
REPOSITORY/assay-lists, if the registry allows it. All specs run at the same time;
--max-in-flight and --max-rate limit the requests. The reports are written
into the directory that --out names. With --output json, the only text on the
standard output is results.json.

Configuration: each flag is also an environment variable and a key of a YAML
file: --plain-http is ASSAY_PLAIN_HTTP and the key plain-http. --config or
ASSAY_CONFIG names the file. A flag wins over a variable, and a variable wins over
the file. TARGET is ASSAY_TARGET, or the key target. Commas separate several values
of a variable. Features are a mapping in the file. Paths in the file are relative
to its folder. A password comes from --password-stdin, from ASSAY_PASSWORD or
OCI_PASSWORD, or from the key password; never from a flag.

The variables of the official conformance suite work, too; they win over the file,
and ASSAY_… variables win over them: OCI_REGISTRY, OCI_REPO1, OCI_REPO2, OCI_TLS,
OCI_API_PUSH and all others, also of its v1.1.1, such as OCI_ROOT_URL, OCI_NAMESPACE,
OCI_CROSSMOUNT_NAMESPACE, OCI_TEST_PULL. So is its file, oci-conformance.yaml or the
one that OCI_CONFIGURATION names. What Assay cannot do is refused by name.

Exit codes:
  0  conformant
  1  findings: a MUST is not kept or cannot be judged; with --strict, also a SHOULD
  2  wrong usage or configuration, or reports that cannot be written
  3  the target cannot be reached, is not a registry, or refuses the login
  4  interrupted by SIGINT, SIGTERM or SIGHUP; the specs cleaned up, and the
     reports show what ran until then. A second signal stops at once`,
		Example: `  assay run
  assay run registry.example.com --repository team/one --repository2 team/two
  pass show registry | assay run registry.example.com --username ci --password-stdin
  assay run localhost:5000 --spec draft --workflow push,pull --max-in-flight 8`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("assay run takes one target, but %d arguments were given", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := load(cmd, args)
			if err != nil {
				return err
			}
			if err := c.CheckRun(cmd.InOrStdin()); err != nil {
				return err
			}
			if printConfig {
				return c.Print(cmd.OutOrStdout(), config.OfRun())
			}
			c.CountRequests = profile
			return run(cmd, c, output)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addSettings(cmd, config.OfRun())
	cmd.Flags().BoolVar(&profile, "profile", false, "print what the requests were sent for, the longest chain of requests, and where the time went")
	addOutput(cmd, &output)
	cmd.Flags().BoolVar(&printConfig, "print-config", false, "print the effective configuration and where it comes from, and do nothing else")
	return cmd
}

// run judges a registry as c says, shows the results, and writes the reports.
func run(cmd *cobra.Command, c *config.Config, output string) error {
	left := fmt.Sprintf("content of the specs may be left in %[1]s, %[1]s/assay-lists and %[2]s (tags that begin with assay-)", c.Repository, c.Repository2)
	if c.Embedded {
		left = "nothing is left, as the embedded registry ends too"
	}
	return present(cmd, c, job{
		execute: func(ctx context.Context, listener conformance.Listener) (*reports.Run, error) {
			return conformance.Execute(ctx, c.Config, listener)
		},
		left: left, failing: "requirement", output: output,
	})
}
