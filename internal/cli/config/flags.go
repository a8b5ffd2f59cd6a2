package config

import (
	"strings"

	"github.com/spf13/pflag"
)

// flagValue keeps the text of a setting's flag unchanged. It is parsed together with
// the other sources, so that errors look the same.
type flagValue struct {
	setting Setting
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
	if v.setting.Value == "" {
		return "bool"
	}
	return v.setting.Value
}

var _ pflag.Value = (*flagValue)(nil)

// fileFlag is the flag that names the file.
const fileFlag = "config"

// AddFlags adds the flags of the settings that have one, then --config.
func AddFlags(set *pflag.FlagSet, settings []Setting) {
	for _, s := range settings {
		if !s.HasFlag() {
			continue
		}
		f := set.VarPF(&flagValue{setting: s}, s.Name, "", s.usage)
		f.DefValue = s.defaultText()
		if s.Value == "" {
			f.NoOptDefVal = "true"
		}
	}
	set.String(fileFlag, "", "YAML `file` with any of these settings")
	set.SortFlags = false
}

// flags returns the entries of a command's flags and argument.
func flags(set *pflag.FlagSet, args []string) []entry {
	var entries []entry
	if len(args) > 0 {
		entries = append(entries, entry{setting: must("target"), values: []given{{args[0], origin{fromFlag, "argument", "TARGET"}}}})
	}
	for _, s := range settings() {
		f := set.Lookup(s.Name)
		if f == nil || !f.Changed {
			continue
		}
		value, ok := f.Value.(*flagValue)
		if !ok {
			continue // a flag of the command itself
		}
		texts := value.texts
		if !s.many {
			texts = texts[len(texts)-1:]
		}
		e := entry{setting: s}
		for _, text := range texts {
			for _, piece := range s.pieces(text) {
				e.values = append(e.values, given{piece, origin{fromFlag, "--" + s.Name, "--" + s.Name}})
			}
		}
		entries = append(entries, e)
	}
	return entries
}
