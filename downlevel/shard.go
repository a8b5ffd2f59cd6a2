package downlevel

import (
	"assay/downlevel/trial"
	"assay/reports"
)

// sharded returns the tools of the shard, and what the results say about it; nil for the
// whole. A shard may have no tools.
func sharded(cfg Config, tools []trial.Tool) ([]trial.Tool, *reports.Shard) {
	if cfg.Shard.Of == 0 {
		return tools, nil
	}
	var part []trial.Tool
	for _, t := range tools {
		if cfg.Shard.Has(t.String()) {
			part = append(part, t)
		}
	}
	return part, &reports.Shard{
		Of: cfg.Shard.Of, Numbers: []int{cfg.Shard.Number},
		Pieces: len(plan(cfg, part)), Total: len(plan(cfg, tools)),
	}
}
