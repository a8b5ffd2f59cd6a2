package runner

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// Shard is a part of a run, such as the second of five. The zero value is the whole.
type Shard struct {
	Number int // from 1 to Of
	Of     int
}

// ParseShard reads I/N, such as 2/5.
func ParseShard(text string) (Shard, error) {
	number, of, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(number)
	n, errOf := strconv.Atoi(of)
	if !ok || err != nil || errOf != nil || i < 1 || n < i {
		return Shard{}, fmt.Errorf("%q is not a shard: want I/N, such as 2/5, where I is from 1 to N", text)
	}
	return Shard{i, n}, nil
}

// String is I/N; empty for the whole.
func (s Shard) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Number, s.Of)
}

// Has says whether the piece with this name belongs to the shard. Each name belongs to
// one of the N shards. It only depends on the name: pieces that are added or removed
// move no other piece to another shard.
func (s Shard) Has(name string) bool {
	if s.Of == 0 {
		return true
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))                        // never fails
	return h.Sum64()%uint64(s.Of) == uint64(s.Number-1) // #nosec G115 -- neither is negative
}
