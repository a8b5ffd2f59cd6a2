package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"assay/wire"
)

// print writes the effective configuration, as far as names names it, as a file that --config takes, with
// the origin of each value in a comment. Secrets are redacted.
func (c *config) print(to io.Writer, names []string) error {
	for _, name := range names {
		s := must(name)
		if s.fileKey() == featuresKey {
			if err := c.printFeatures(to, s); err != nil {
				return err
			}
			continue
		}
		value := s.get(c)
		switch {
		case value == nil && s.name == "target":
			fmt.Fprintln(to, "# target: the embedded registry, as none is given")
			continue
		case value == nil:
			continue
		case s.secret:
			value = wire.Redacted
		}
		if err := printLine(to, "", s.fileKey(), value, c.origin(s.name)); err != nil {
			return err
		}
	}
	return nil
}

func (c *config) printFeatures(to io.Writer, s setting) error {
	if len(c.Features) == 0 {
		return nil
	}
	fmt.Fprintf(to, "%s:\n", s.fileKey())
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
