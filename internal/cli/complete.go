package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"assay/downlevel"
	"assay/downlevel/toolchains"
)

// complete adds the completion of a setting's flag.
func complete(cmd *cobra.Command, s setting) {
	switch s.name {
	case "spec":
		completeWords(cmd, s.name, versionNames)
	case "workflow":
		completeWords(cmd, s.name, workflowNames)
	case "requirement":
		completeWords(cmd, s.name, requirementIDs)
	case "jobs":
		completeWords(cmd, s.name, func() []string { return []string{"auto"} })
	case "feature":
		completeWords(cmd, s.name, func() []string {
			var words []string
			for _, name := range featureNames() {
				words = append(words, name+"=true", name+"=false")
			}
			return words
		})
	case "mechanism":
		completeWords(cmd, s.name, downlevel.Mechanisms)
	case "profile":
		completeWords(cmd, s.name, toolchains.Profiles)
	case "verb":
		completeWords(cmd, s.name, downlevel.Verbs)
	case "toolchain":
		completeWords(cmd, s.name, func() []string {
			names, _ := downlevel.Toolchains("")
			return names
		})
	case "out", "declarations", "cache":
		_ = cmd.MarkFlagDirname(s.name)
	default:
		if !s.path && s.value != "" {
			completeWords(cmd, s.name, func() []string { return nil })
		}
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
	return requirementIDs(), cobra.ShellCompDirectiveNoFileComp
}
