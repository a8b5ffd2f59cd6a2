package reports

import (
	"fmt"
	"slices"
	"strings"
)

// Shard says that the results are only a part of a run. It is nil in whole results.
type Shard struct {
	// Of is the number of shards of the whole run.
	Of int `json:"of"`
	// Numbers are those of the shards that the results are from, from 1 to Of. A run has
	// one; joined results of which some are missing have several.
	Numbers []int `json:"numbers"`
	// Twice are the shards of which several results were joined.
	Twice []int `json:"twice,omitempty"`
	// Pieces is the number of specs or cells of these shards, and Total that of all
	// shards. If the shards are joined, the pieces must come to the total.
	Pieces int `json:"pieces"`
	Total  int `json:"total"`
}

// Missing are the numbers of the shards that the results are not from.
func (s *Shard) Missing() []int {
	var missing []int
	for i := 1; i <= s.Of; i++ {
		if !slices.Contains(s.Numbers, i) {
			missing = append(missing, i)
		}
	}
	return missing
}

// String is "shard 2 of 5", or says what joined results lack.
func (s *Shard) String() string {
	if len(s.Numbers) == 1 && len(s.Twice) == 0 {
		return fmt.Sprintf("shard %d of %d", s.Numbers[0], s.Of)
	}
	var parts []string
	missing := s.Missing()
	if len(missing) > 0 {
		parts = append(parts, "without "+numbered(missing))
	}
	if len(s.Twice) > 0 {
		parts = append(parts, "with several results of "+numbered(s.Twice))
	}
	if s.Pieces != s.Total && len(missing) == 0 {
		parts = append(parts, fmt.Sprintf("with %d of %d specs or cells", s.Pieces, s.Total))
	}
	return fmt.Sprintf("%d of %d shards", len(s.Numbers), s.Of) + " (" + strings.Join(parts, ", ") + ")"
}

// numbered is "shard 2" or "shards 2, 3".
func numbered(numbers []int) string {
	var texts []string
	for _, n := range numbers {
		texts = append(texts, fmt.Sprint(n))
	}
	if len(texts) == 1 {
		return "shard " + texts[0]
	}
	return "shards " + strings.Join(texts, ", ")
}
