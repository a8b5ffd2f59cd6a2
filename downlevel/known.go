package downlevel

import (
	"fmt"
	"slices"
	"strings"

	"assay/fixtures/mechanisms"
	"assay/reports/known"
)

// KnownFailure is an entry of the list of known findings.
type KnownFailure = known.Failure

// ReadKnownFailures reads a YAML list of entries with the keys cell and reason, where a
// cell is NAME@VERSION/VERB/MECHANISM, or a pattern such as
// "docker@20.10.*/push-again/*". An error names the file and the line. An entry may
// name a version that is not installed on this machine, but its toolchain, verb and
// mechanism must exist.
func ReadKnownFailures(path, declarations string) ([]KnownFailure, error) {
	names, err := Toolchains(declarations)
	if err != nil {
		return nil, err
	}
	return known.Read(path, "cell", func(cell string) error {
		parts := strings.Split(cell, "/")
		if len(parts) != 3 {
			return fmt.Errorf("%q is not a cell: want NAME@VERSION/VERB/MECHANISM, where each part may contain *", cell)
		}
		tool, _, _ := strings.Cut(parts[0], "@")
		for i, list := range [][]string{names, Verbs(), append(Mechanisms(), mechanisms.None().Name)} {
			what, part := []string{"toolchain", "verb", "mechanism"}[i], []string{tool, parts[1], parts[2]}[i]
			if !slices.ContainsFunc(list, known.Pattern(part).MatchString) {
				return fmt.Errorf("no %s is called %q: there are %s", what, part, strings.Join(list, ", "))
			}
		}
		return nil
	})
}
