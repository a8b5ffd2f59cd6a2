package main

import (
	"strings"
	"testing"
	"time"
)

func samples(walls ...float64) []sample {
	var all []sample
	for i, wall := range walls {
		all = append(all, sample{
			usage:    usage{wall: time.Duration(wall * float64(time.Second)), cpu: time.Duration(i) * time.Second, memory: int64(i) << 20},
			requests: 100 * i, mostInFlight: i,
		})
	}
	return all
}

func TestTableHasTheMedianOfEachFigure(t *testing.T) {
	got := table([]place{{
		registry: embedded, delay: 20 * time.Millisecond, chain: 41,
		official: samples(8, 2, 4), assay: samples(1, 3, 2, 5),
	}})
	want := heading +
		"| embedded | 20 | official | 4.00 (2.00–8.00) |  | 100 | 1.00 | 1 | 1 |  |\n" +
		"| embedded | 20 | Assay | 2.50 (1.00–5.00) | 0.62 | 150 | 1.50 | 1 | 2 | 41 |\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestTableOfOneRunHasNoSpreadAndNoUnknownChain(t *testing.T) {
	got := table([]place{{registry: "ggcr", official: samples(2), assay: samples(1)}})
	if !strings.Contains(got, "| ggcr | 0 | Assay | 1.00 | 0.50 | 0 | 0.00 | 0 | 0 | – |\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestParseRefusesWhatCannotBeMeasured(t *testing.T) {
	for _, args := range []string{"", "--work w --runs 0", "--work w --delay 0,x", "--work w --delay -1", "--work w --registry a,", "--work w more"} {
		if _, err := parse(strings.Fields(args)); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
	o, err := parse(strings.Fields("--work w --runs 5 --delay 0,250 --registry ggcr --write"))
	if err != nil || o.runs != 5 || len(o.delays) != 2 || o.delays[1] != 250*time.Millisecond || o.registries[0] != "ggcr" || !o.write {
		t.Errorf("got %+v, %v", o, err)
	}
}
