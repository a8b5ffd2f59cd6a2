package runner

import (
	"fmt"
	"testing"
)

func TestEachNameIsInOneShard(t *testing.T) {
	for _, of := range []int{1, 2, 5, 16} {
		sizes := make([]int, of)
		for i := range 1000 {
			in := 0
			for number := 1; number <= of; number++ {
				if (Shard{number, of}).Has(fmt.Sprintf("push.blob.%d", i)) {
					in++
					sizes[number-1]++
				}
			}
			if in != 1 {
				t.Fatalf("the name %d is in %d of %d shards", i, in, of)
			}
		}
		for number, size := range sizes {
			if size < 1000/of/2 || size > 1000/of*2 {
				t.Errorf("shard %d of %d has %d of 1000 names", number+1, of, size)
			}
		}
	}
	if !(Shard{}).Has("a") {
		t.Error("the whole does not have a name")
	}
}

// A shard must be the same on every machine and with every version.
func TestShardsAreStable(t *testing.T) {
	got := ""
	for _, name := range []string{"pull.blob.get.status", "push.manifest.status", "crane@0.22.1", "docker@20.10.24"} {
		for number := 1; number <= 5; number++ {
			if (Shard{number, 5}).Has(name) {
				got += fmt.Sprint(number)
			}
		}
	}
	if got != "4215" {
		t.Errorf("the shards are %s", got)
	}
}

func TestParseShard(t *testing.T) {
	s, err := ParseShard("2/5")
	if err != nil || s != (Shard{2, 5}) || s.String() != "2/5" || (Shard{}).String() != "" {
		t.Errorf("got %v, %v", s, err)
	}
	for _, text := range []string{"", "2", "0/5", "6/5", "a/b", "2/5/6", "-1/5", "1/0", "2/"} {
		if _, err := ParseShard(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
