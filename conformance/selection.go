package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/reports/known"
)

// selection returns the Ginkgo label filter for a configuration. An error names the
// value that selects nothing or cannot be read.
func selection(cfg Config) (string, error) {
	terms := []string{suite.VersionFilter(cfg.Spec)}
	if len(cfg.Workflows) > 0 {
		for _, w := range cfg.Workflows {
			if !slices.Contains(requirements.Workflows(), requirements.Workflow(w)) {
				return "", fmt.Errorf("unknown workflow %q: want one of %s", w, joined(requirements.Workflows()))
			}
		}
		terms = append(terms, "("+strings.Join(cfg.Workflows, " || ")+")")
	}
	if len(cfg.Requirements) > 0 {
		var any []string
		for _, pattern := range cfg.Requirements {
			expr := known.Pattern(pattern)
			if !isOfProposal(pattern, cfg.Proposals) && !slices.ContainsFunc(requirements.All(), func(r requirements.Requirement) bool {
				return expr.MatchString(string(r.ID))
			}) {
				return "", fmt.Errorf("no requirement is called %q: see assay list", pattern)
			}
			any = append(any, "/"+expr.String()+"/")
		}
		terms = append(terms, "("+strings.Join(any, " || ")+")")
	}
	if cfg.LabelFilter != "" {
		if _, err := types.ParseLabelFilter(cfg.LabelFilter); err != nil {
			return "", fmt.Errorf("the label filter %q cannot be read: %w", cfg.LabelFilter, err)
		}
		terms = append(terms, "("+cfg.LabelFilter+")")
	}
	if !cfg.Large {
		terms = append(terms, "!"+suite.LargeLabel)
	}
	return strings.Join(terms, " && "), nil
}

func joined[S ~string](values []S) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return strings.Join(texts, ", ")
}
