package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"assay/reference/client"
	"assay/reference/client/faults"
)

// newClientReference makes the reference client a program, so that it can be judged as
// any other client. It is hidden: nobody but the tests and CI of Assay needs it.
func newClientReference() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:    "client-reference",
		Short:  "Be the reference client: do the step that the environment asks for",
		Hidden: true,
		Example: `  assay client -- assay client-reference
  assay client -- assay client-reference --fault manifest-unverified`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			change, err := changeOf(name)
			if err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			p := client.Process{Getenv: os.Getenv, Stdout: cmd.OutOrStdout(), Stderr: cmd.ErrOrStderr()}
			if code := client.Run(ctx, p, change); code != client.Done {
				return &exit{code, nil} // it has said why
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringVar(&name, "fault", "", "have this fault, or be this variant, of the `name` that assay faults --client shows")
	return cmd
}

// changeOf finds a fault or a variant of the reference client.
func changeOf(name string) (func(*client.Options), error) {
	if name == "" {
		return func(*client.Options) {}, nil
	}
	for _, f := range faults.Faults() {
		if f.Name == name {
			return f.Change, nil
		}
	}
	for _, v := range faults.Variants() {
		if v.Name == name {
			return v.Change, nil
		}
	}
	return nil, fmt.Errorf("--fault: the reference client has no fault and no variant %q: assay faults --client --only %q shows their names", name, "*")
}
