package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"assay/internal/cli/nearest"
)

// variablePrefix starts the names of our variables.
const variablePrefix = "ASSAY_"

// configVariable names the file if --config is not given.
const configVariable = variablePrefix + "CONFIG"

// origin is the source of a value.
type origin struct {
	rank  int
	where string // for a comment: "--spec", "ASSAY_SPEC", "assay.yaml:3"
	about string // for the beginning of an error: where, and the setting if where does not name it
}

// The sources, weakest first.
const (
	fromDefault = iota
	fromFile
	fromOCI
	fromVariable
	fromFlag
)

// defaultOrigin is the origin of values that no source sets.
var defaultOrigin = origin{rank: fromDefault, where: "default"}

// given is a value from a source.
type given struct {
	text string
	origin
}

// entry has all values of one source for one setting.
type entry struct {
	setting Setting
	values  []given
	dir     string // that paths are relative to; empty for the working directory
}

// apply puts the entries into c, the weaker source first.
func (c *Config) apply(entries []entry) error {
	for _, e := range entries {
		if e.setting.clear != nil {
			e.setting.clear(c)
		}
		for _, v := range e.values {
			text := v.text
			if e.setting.Path {
				var err error
				if text, err = absolute(e.dir, text); err != nil {
					return fmt.Errorf("%s: %w", v.about, err)
				}
			}
			if err := e.setting.set(c, text); err != nil {
				return fmt.Errorf("%s: %w", v.about, err)
			}
			c.origins[e.setting.originKey(v.text)] = v.origin
		}
	}
	return nil
}

// originKey returns the key of origins for a value. It is the setting's name or, if its
// values may come from several sources, the part before "=".
func (s Setting) originKey(text string) string {
	if s.clear != nil || !s.many {
		return s.Name
	}
	name, _, _ := strings.Cut(text, "=")
	return s.Name + "=" + name
}

// origin returns the source of the value of a setting.
func (c *Config) origin(name string) origin {
	if o, ok := c.origins[name]; ok {
		return o
	}
	return defaultOrigin
}

// find returns the setting for which by returns name.
func find(name string, by func(Setting) string) (Setting, bool) {
	all := settings()
	i := slices.IndexFunc(all, func(s Setting) bool { return by(s) == name })
	if i < 0 {
		return Setting{}, false
	}
	return all[i], true
}

// must returns the setting called name.
func must(name string) Setting {
	s, ok := find(name, func(s Setting) string { return s.Name })
	if !ok {
		panic("no setting is called " + name)
	}
	return s
}

// pieces returns the values in text. There may be several if the setting takes several.
func (s Setting) pieces(text string) []string {
	if !s.many {
		return []string{text}
	}
	var out []string
	for piece := range strings.SplitSeq(text, ",") {
		out = append(out, strings.TrimSpace(piece))
	}
	return out
}

// variables returns the entries of the ASSAY_ variables, and the name of the
// configuration file. An empty variable counts as not set.
func variables(environ []string) (entries []entry, file string, err error) {
	environ = slices.Sorted(slices.Values(environ))
	for _, assignment := range environ {
		name, text, _ := strings.Cut(assignment, "=")
		if !strings.HasPrefix(name, variablePrefix) {
			continue
		}
		if name == configVariable {
			file = text
			continue
		}
		s, ok := find(name, Setting.Variable)
		if !ok {
			names := []string{configVariable}
			for _, s := range settings() {
				names = append(names, s.Variable())
			}
			return nil, "", fmt.Errorf("%s: unknown variable%s allowed: %s", name, nearest.DidYouMean(name, names), strings.Join(names, ", "))
		}
		if text == "" {
			continue
		}
		e := entry{setting: s}
		for _, piece := range s.pieces(text) {
			e.values = append(e.values, given{piece, origin{fromVariable, name, name}})
		}
		entries = append(entries, e)
	}
	return entries, file, nil
}

// fileEntries reads the file called name. If name is empty, it returns no entries.
func fileEntries(name string) ([]entry, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("the configuration file: %w", err)
	}
	entries, err := parseFile(name, data)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		entries[i].dir = filepath.Dir(name)
	}
	return entries, nil
}

// Variable is the environment variable of the setting called name.
func Variable(name string) string { return must(name).Variable() }
