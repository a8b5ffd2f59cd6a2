// Package join makes one result of the results of the shards of a run.
package join

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"assay/reports"
)

// Part is the results of one shard, with the name that the reader knows them by.
type Part struct {
	Name string
	Run  *reports.Run
}

// Join makes one result of the parts. If they are not the whole run, or there are
// several results of a shard, its field Shard says so; then it is at most partial. order
// sorts requirements; cells are sorted as their matrix. Join fails if the parts cannot
// be of one run, such as those of different targets.
func Join(parts []Part, order func(requirement string) int) (*reports.Run, error) {
	if len(parts) == 0 {
		return nil, fmt.Errorf("nothing to join: want the results of shards")
	}
	for _, p := range parts {
		if err := fits(parts[0], p); err != nil {
			return nil, err
		}
	}
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Part) int { return number(a) - number(b) })
	run := common(parts)
	run.Results = results(parts)
	run.Shard = shard(parts)
	if run.Matrix != nil {
		sortCells(run)
	} else {
		slices.SortStableFunc(run.Results, func(a, b reports.Result) int {
			return cmp.Or(cmp.Compare(order(a.Requirement), order(b.Requirement)), cmp.Compare(a.Spec, b.Spec))
		})
		var workflows []string
		for _, w := range run.Workflows {
			workflows = append(workflows, w.Name)
		}
		run.Summarise(workflows)
	}
	return run, nil
}

// fits says why p cannot be of the same run as first.
func fits(first, p Part) error {
	a, b := first.Run, p.Run
	if b.Shard == nil || len(b.Shard.Numbers) != 1 {
		return fmt.Errorf("%s is not the result of one shard", p.Name)
	}
	for _, each := range []struct{ what, a, b string }{
		{"the number of shards", fmt.Sprint(a.Shard.Of), fmt.Sprint(b.Shard.Of)},
		{"the kind of run", kind(a), kind(b)},
		{"the target", target(a), target(b)},
		{"the version of the distribution-spec", a.Spec, b.Spec},
		{"the version of Assay", a.Assay.Version, b.Assay.Version},
	} {
		if each.a != each.b {
			return fmt.Errorf("%s and %s cannot be joined: %s differs, %s and %s", first.Name, p.Name, each.what, each.a, each.b)
		}
	}
	return nil
}

func kind(run *reports.Run) string {
	if run.Matrix != nil {
		return "assay downlevel"
	}
	return "assay run"
}

// target names the target, so far as it must be equal in all shards. A registry that
// each machine starts for itself may have another port on each.
func target(run *reports.Run) string {
	if run.Target.Embedded {
		return "the embedded registry"
	}
	if u, err := url.Parse(run.Target.URL); err == nil {
		host := u.Hostname()
		if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
			return "a registry on the same machine"
		}
	}
	return run.Target.URL
}

func number(p Part) int { return p.Run.Shard.Numbers[0] }

// shard says what is not whole; nil if everything is there, once.
func shard(parts []Part) *reports.Shard {
	s := &reports.Shard{Of: parts[0].Run.Shard.Of, Numbers: []int{}}
	for _, p := range parts {
		n, own := number(p), p.Run.Shard
		s.Total = max(s.Total, own.Total)
		if slices.Contains(s.Numbers, n) {
			if !slices.Contains(s.Twice, n) {
				s.Twice = append(s.Twice, n)
			}
			continue
		}
		s.Numbers, s.Pieces = append(s.Numbers, n), s.Pieces+own.Pieces
	}
	if len(s.Missing()) == 0 && len(s.Twice) == 0 && s.Pieces == s.Total {
		return nil
	}
	return s
}

// results has every result of the parts once. What is judged in several shards, because
// it is about all exchanges of a run, has its worst result.
func results(parts []Part) []reports.Result {
	type key struct{ requirement, spec string }
	at := map[key]int{}
	var all []reports.Result
	for _, p := range parts {
		for _, res := range p.Run.Results {
			k := key{res.Requirement, res.Spec}
			i, ok := at[k]
			switch {
			case !ok:
				at[k] = len(all)
				all = append(all, res)
			case res.Outcome == all[i].Outcome:
				all[i].Occurrences += res.Occurrences
			case res.Outcome.Worse(all[i].Outcome):
				all[i] = res
			}
		}
	}
	return all
}

// common has everything but the results, the shard and the verdicts.
func common(parts []Part) *reports.Run {
	run := *parts[0].Run
	run.Profile, run.Interrupted, run.Requests, run.Load = nil, "", 0, nil
	run.Target.Repositories = nil
	var interrupted []string
	for _, p := range parts {
		part := p.Run
		run.Requests += part.Requests
		run.Seconds = max(run.Seconds, part.Seconds) // shards go on at the same time
		if part.Started.Before(run.Started) {
			run.Started = part.Started
		}
		for _, r := range part.Target.Repositories {
			if !slices.Contains(run.Target.Repositories, r) {
				run.Target.Repositories = append(run.Target.Repositories, r)
			}
		}
		if part.Interrupted != "" {
			interrupted = append(interrupted, fmt.Sprintf("shard %d: %s", number(p), part.Interrupted))
		}
		run.Load = heavier(run.Load, part.Load)
	}
	run.Interrupted = strings.Join(interrupted, "; ")
	run.Features = features(parts)
	if run.Matrix != nil {
		run.Matrix = matrix(parts)
	}
	return &run
}

// heavier is the load of both.
func heavier(a, b *reports.Load) *reports.Load {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	l := *a
	l.MostInFlight, l.LowestBound = max(a.MostInFlight, b.MostInFlight), min(a.LowestBound, b.LowestBound)
	l.Why, l.Throttled = cmp.Or(a.Why, b.Why), a.Throttled+b.Throttled
	return &l
}

// features has each feature once; known states are better than unknown ones.
func features(parts []Part) []reports.Feature {
	var all []reports.Feature
	for _, p := range parts {
		for _, f := range p.Run.Features {
			i := slices.IndexFunc(all, func(other reports.Feature) bool { return other.Name == f.Name })
			switch {
			case i < 0:
				all = append(all, f)
			case all[i].State == "unknown":
				all[i] = f
			}
		}
	}
	return all
}
