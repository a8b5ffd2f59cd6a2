package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

const heading = `| registry | delay, ms | suite | wall, s | Assay / official | requests | CPU, s | most in flight | peak memory, MB | longest chain |
|---|--:|---|--:|--:|--:|--:|--:|--:|--:|
`

// table shows the medians of all places, a line for each suite.
func table(places []place) string {
	var out strings.Builder
	out.WriteString(heading)
	for _, p := range places {
		theirs, ours := median(p.official), median(p.assay)
		ratio := fmt.Sprintf("%.2f", ours.wall.Seconds()/theirs.wall.Seconds())
		chain := "–"
		if p.chain > 0 {
			chain = fmt.Sprint(p.chain)
		}
		line(&out, p, official.name, theirs, p.official, "", "")
		line(&out, p, assay.name, ours, p.assay, ratio, chain)
	}
	return out.String()
}

func line(out *strings.Builder, p place, name string, m sample, all []sample, ratio, chain string) {
	fmt.Fprintf(out, "| %s | %d | %s | %s | %s | %d | %.2f | %d | %d | %s |\n", p.registry, p.delay.Milliseconds(), name,
		spread(m.wall, all), ratio, m.requests, m.cpu.Seconds(), m.mostInFlight, (m.memory+1<<19)>>20, chain)
}

// spread returns the median, followed by the fastest and the slowest run in brackets.
func spread(median time.Duration, all []sample) string {
	text := fmt.Sprintf("%.2f", median.Seconds())
	if len(all) < 2 {
		return text
	}
	byWall := func(a, b sample) int { return cmp.Compare(a.wall, b.wall) }
	return fmt.Sprintf("%s (%.2f–%.2f)", text, slices.MinFunc(all, byWall).wall.Seconds(), slices.MaxFunc(all, byWall).wall.Seconds())
}

// median returns the median of each figure. They may come from different runs.
func median(all []sample) sample {
	return sample{
		usage: usage{
			wall:   middle(all, func(s sample) time.Duration { return s.wall }),
			cpu:    middle(all, func(s sample) time.Duration { return s.cpu }),
			memory: middle(all, func(s sample) int64 { return s.memory }),
		},
		requests:     middle(all, func(s sample) int { return s.requests }),
		mostInFlight: middle(all, func(s sample) int { return s.mostInFlight }),
	}
}

// middle returns the median of one figure. If the number of runs is even, it is the
// mean of the two figures in the middle.
func middle[T ~int | ~int64](all []sample, figure func(sample) T) T {
	var figures []T
	for _, s := range all {
		figures = append(figures, figure(s))
	}
	slices.Sort(figures)
	n := len(figures)
	return (figures[(n-1)/2] + figures[n/2]) / 2
}
