package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"assay/internal/cli/config"
)

// complete adds the completion of a setting's flag.
func complete(cmd *cobra.Command, s config.Setting) {
	switch {
	case s.Words != nil:
		completeWords(cmd, s.Name, s.Words)
	case s.Value == "dir":
		_ = cmd.MarkFlagDirname(s.Name)
	case !s.Path && s.Value != "":
		completeWords(cmd, s.Name, func() []string { return nil })
	}
}

// completeWords completes the value of a flag to one of words, also after a
// comma.
func completeWords(cmd *cobra.Command, flag string, words func() []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		done := typed[:strings.LastIndex(typed, ",")+1]
		var out []string
		for _, w := range words() {
			out = append(out, done+w)
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	})
}

// completeRequirement completes the one argument of a command to an id.
func completeRequirement(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return config.RequirementIDs(), cobra.ShellCompDirectiveNoFileComp
}
