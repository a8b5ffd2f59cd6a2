// Package cli has the commands. Their configuration is in config. They contain no test
// logic.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"assay/internal/cli/nearest"
)

// Main runs the command line of this process and returns its exit code.
func Main() int {
	return execute(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

func execute(args []string, in io.Reader, out, errs io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	return report(errs, root.ExecuteContext(context.Background()))
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "assay",
		Short: "Test OCI registries, and the tools that people use with them",
		Long: `Assay says, for each sentence of the OCI distribution-spec that binds a
registry, whether a registry keeps it. With the tools that people use, it shows
whether images still work after artifacts are attached to them.

` + exitText(),
		DisableFlagsInUseLine: true,
		Version:               version().String(),
		SilenceErrors:         true, // exit.go prints them, in one line
		SilenceUsage:          true,
		Args:                  cobra.ArbitraryArgs, // so that the error for an unknown command is ours
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		newRun(), newClient(), newDownlevel(), newProposal(),
		newList(), newShow(), newReport(), newExplain(), newCompare(), newSite(), newCI(),
		newToolchains(), newPut(), newServe(), newClean(), newFaults(), newVersion(), newClientReference(),
	)
	root.SetHelpCommand(newHelp())
	return root
}

// newHelp is Cobra's help command, except that an unknown topic is an error.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), args[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return commandNames(cmd.Root()), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

func unknownCommand(root *cobra.Command, name string) error {
	names := commandNames(root)
	return fmt.Errorf("unknown command %q%s the commands are %s", name, nearest.DidYouMean(name, names), strings.Join(names, ", "))
}

// flagError returns the error for a flag that does not exist or has no value. It does
// not repeat the value, because the value of a mistyped flag may be a secret.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	if unknown.GetSpecifiedShortnames() != "" {
		return fmt.Errorf("unknown flag -%s: see %s --help", unknown.GetSpecifiedName(), cmd.CommandPath())
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	name := "--" + unknown.GetSpecifiedName()
	if name == "--password" {
		return fmt.Errorf("unknown flag --password: everybody on the machine can see arguments; give it with --password-stdin or ASSAY_PASSWORD")
	}
	return fmt.Errorf("unknown flag %s%s see %s --help", name, nearest.DidYouMean(name, names), cmd.CommandPath())
}

// noArguments refuses all arguments.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no argument, but %q was given", cmd.CommandPath(), args[0])
	}
	return nil
}
