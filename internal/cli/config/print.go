package config

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"assay/wire"
)

// Print writes the values of the settings as a file that --config takes, with the
// source of each value in a comment. Secrets are redacted.
func (c *Config) Print(to io.Writer, settings []Setting) error {
	for _, s := range settings {
		if s.FileKey() == featuresKey {
			if err := c.printFeatures(to, s); err != nil {
				return err
			}
			continue
		}
		value := s.get(c)
		switch {
		case value == nil && s.Name == "target":
			fmt.Fprintln(to, "# target: the embedded registry, as none is given")
			continue
		case value == nil:
			continue
		case s.secret:
			value = wire.Redacted
		}
		if err := printLine(to, "", s.FileKey(), value, c.origin(s.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) printFeatures(to io.Writer, s Setting) error {
	if len(c.Features) == 0 {
		return nil
	}
	fmt.Fprintf(to, "%s:\n", s.FileKey())
	for _, name := range slices.Sorted(maps.Keys(c.Features)) {
		if err := printLine(to, "  ", name, c.Features[name], c.origin(s.originKey(name))); err != nil {
			return err
		}
	}
	return nil
}

func printLine(to io.Writer, indent, key string, value any, from origin) error {
	text, err := yaml.MarshalWithOptions(value, yaml.Flow(true))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "%s%s: %s # %s\n", indent, key, strings.TrimSpace(string(text)), from.where)
	return err
}
