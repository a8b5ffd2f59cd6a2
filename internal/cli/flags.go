package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagValue keeps what is given for a setting's flag as it stands: it is read
// together with the other sources, so that errors look the same.
type flagValue struct {
	setting setting
	texts   []string
}

// Set implements [pflag.Value].
func (v *flagValue) Set(text string) error {
	v.texts = append(v.texts, text)
	return nil
}

// String implements [pflag.Value].
func (v *flagValue) String() string { return strings.Join(v.texts, ",") }

// Type implements [pflag.Value]; the help shows it.
func (v *flagValue) Type() string {
	if v.setting.value == "" {
		return "bool"
	}
	return v.setting.value
}

var _ pflag.Value = (*flagValue)(nil)

// addSettings adds the flags of the settings called names to cmd, as far as
// they have one, and --config.
func addSettings(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		s := must(name)
		if !s.hasFlag() {
			continue
		}
		f := cmd.Flags().VarPF(&flagValue{setting: s}, s.name, "", s.usage)
		f.DefValue = s.defaultText()
		if s.value == "" {
			f.NoOptDefVal = "true"
		}
		complete(cmd, s)
	}
	cmd.Flags().String("config", "", "YAML `file` with any of these settings")
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
	cmd.Flags().SortFlags = false
}

// load reads the configuration of cmd from all sources. Secrets are not asked
// for and nothing is opened but the file.
func load(cmd *cobra.Command, args []string, environ []string) (*config, error) {
	c := defaults()
	fromEnvironment, file, err := variables(environ)
	if err != nil {
		return nil, err
	}
	if f := cmd.Flags().Lookup("config"); f.Changed {
		file = f.Value.String()
	}
	entries, err := fileEntries(file)
	if err != nil {
		return nil, err
	}
	official, err := ociEntries(environ)
	if err != nil {
		return nil, err
	}
	for _, more := range [][]entry{official, fromEnvironment, flags(cmd, args)} {
		entries = append(entries, more...)
	}
	if err := c.apply(entries); err != nil {
		return nil, err
	}
	if c.Out, err = absolute("", c.Out); err != nil { // the default is relative
		return nil, err
	}
	c.Embedded = c.Target == ""
	c.Version = version().number
	return c, nil
}
