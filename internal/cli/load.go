package cli

import (
	"os"

	"github.com/spf13/cobra"

	"assay/internal/cli/config"
)

// addSettings adds the flags of the settings to cmd, with their completion.
func addSettings(cmd *cobra.Command, settings []config.Setting) {
	config.AddFlags(cmd.Flags(), settings)
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
	for _, s := range settings {
		if s.HasFlag() {
			complete(cmd, s)
		}
	}
}

// load reads the configuration of cmd from all sources.
func load(cmd *cobra.Command, args []string) (*config.Config, error) {
	c, err := config.Load(cmd.Flags(), args, os.Environ())
	if err != nil {
		return nil, err
	}
	c.Version = version().number
	return c, nil
}
