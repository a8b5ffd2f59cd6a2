// Outcomes compares the results of runs. It fails if a spec has different outcomes in
// two of them.
package main

import (
	"fmt"
	"log"
	"os"

	"assay/reports"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: outcomes results.json results.json...")
	}
	var first map[string]reports.Outcome
	differ := false
	for _, path := range os.Args[1:] {
		got, err := read(path)
		if err != nil {
			log.Fatalf("%s: %v", path, err)
		}
		if first == nil {
			first = got
			continue
		}
		if len(got) != len(first) {
			fmt.Printf("%s has %d results, %s has %d\n", os.Args[1], len(first), path, len(got))
			differ = true
		}
		for spec, outcome := range got {
			if first[spec] != outcome {
				fmt.Printf("%q: %s in %s, %s in %s\n", spec, first[spec], os.Args[1], outcome, path)
				differ = true
			}
		}
	}
	if differ {
		os.Exit(1)
	}
	fmt.Printf("%d runs have the same %d outcomes\n", len(os.Args)-1, len(first))
}

func read(path string) (map[string]reports.Outcome, error) {
	run, err := reports.ReadFile(path)
	if err != nil {
		return nil, err
	}
	outcomes := map[string]reports.Outcome{}
	for _, res := range run.Results {
		outcomes[res.Spec] = res.Outcome
	}
	return outcomes, nil
}
