package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// The forms in which a run is printed. With JSON, programs read results.json from the
// standard output, and what readers see goes to the standard error.
const (
	outputText = "text"
	outputJSON = "json"
)

var runOutputs = []string{outputText, outputJSON}

// addOutput adds the flag --output, which is checked before the command runs.
func addOutput(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVar(output, "output", outputText, "`form` of what is printed: text, or json, which is results.json on stdout and all else on stderr")
	completeWords(cmd, "output", func() []string { return runOutputs })
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(runOutputs, *output) {
			return fmt.Errorf("--output: %q is not allowed: want %s", *output, strings.Join(runOutputs, " or "))
		}
		return nil
	}
}

// readers is where the text for readers goes.
func readers(cmd *cobra.Command, output string) io.Writer {
	if output == outputJSON {
		return cmd.ErrOrStderr()
	}
	return cmd.OutOrStdout()
}
