package conformance

import (
	"assay/reports"
	"assay/runner"
)

// sharded returns the specs of the shard, and what the results say about it; nil for the
// whole. All specs of a requirement are in one shard, because known failures are about
// requirements. What is judged over all exchanges of a run is judged in each shard.
func sharded(specs []planned, shard Shard) ([]planned, *reports.Shard) {
	if shard.Of == 0 {
		return specs, nil
	}
	var part []planned
	for _, p := range specs {
		if shard.Has(p.result.Requirement) {
			part = append(part, p)
		}
	}
	return part, &reports.Shard{Of: shard.Of, Numbers: []int{shard.Number}, Pieces: len(part), Total: len(specs)}
}

// ParseShard reads a shard such as 2/5.
func ParseShard(text string) (Shard, error) { return runner.ParseShard(text) }
