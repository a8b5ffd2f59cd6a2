package conformance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"assay/conformance/requirements"
	"assay/reports"
	"assay/wire/access"
)

// List returns the specs that a run with cfg would run, as results without an outcome,
// in the order of the catalogue. It sends nothing to the target, and cfg need not name
// one. The error is a *[ConfigError].
func List(cfg Config) ([]reports.Result, error) {
	cfg = cfg.withDefaults()
	all, err := chosen(cfg)
	if err != nil {
		return nil, &ConfigError{err}
	}
	specs, err := alongside(cfg)
	if err != nil {
		return nil, &ConfigError{err}
	}
	for _, p := range all {
		specs = append(specs, p.result)
	}
	parts, err := provisionals(cfg, setsOf(cfg.Proposals))
	if err != nil {
		return nil, &ConfigError{err}
	}
	for _, part := range parts {
		for _, p := range part.specs {
			specs = append(specs, p.result)
		}
	}
	order := map[string]int{}
	for i, r := range requirements.All() {
		order[string(r.ID)] = i
	}
	slices.SortStableFunc(specs, func(a, b reports.Result) int {
		return cmp.Or(cmp.Compare(a.Proposal, b.Proposal), cmp.Compare(order[a.Requirement], order[b.Requirement]), cmp.Compare(a.Spec, b.Spec))
	})
	return specs, nil
}

// Check checks cfg as far as it can without the target. The error is a *[ConfigError]
// that names the wrong value. It is also an error if no spec is selected, because such
// a run would look conformant.
func Check(cfg Config) error {
	specs, err := List(cfg)
	if err != nil {
		return err
	}
	cfg = cfg.withDefaults()
	if len(specs) == 0 {
		return &ConfigError{fmt.Errorf("nothing would run: no spec for version %s of the distribution-spec is selected by %s", cfg.Spec, selectors(cfg))}
	}
	if cfg.Embedded {
		return nil // its address is not known yet
	}
	if _, err := access.Connect(cfg.Settings); err != nil {
		return &ConfigError{err}
	}
	return nil
}

// selectors returns the values of cfg that select specs.
func selectors(cfg Config) string {
	var parts []string
	if len(cfg.Workflows) > 0 {
		parts = append(parts, "the workflow "+strings.Join(cfg.Workflows, ", "))
	}
	if len(cfg.Requirements) > 0 {
		parts = append(parts, "the requirement "+strings.Join(cfg.Requirements, ", "))
	}
	if cfg.LabelFilter != "" {
		parts = append(parts, fmt.Sprintf("the label filter %q", cfg.LabelFilter))
	}
	return strings.Join(parts, " and ")
}
