// Failed prints the requirements that failed in a results.json. They are sorted, and
// each has a line.
package main

import (
	"fmt"
	"log"
	"os"
	"slices"

	"assay/reports"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: failed results.json")
	}
	run, err := reports.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var failed []string
	for _, res := range run.Results {
		if res.Outcome == reports.Fail || res.Outcome == reports.Error {
			failed = append(failed, res.Requirement)
		}
	}
	slices.Sort(failed)
	for _, id := range slices.Compact(failed) {
		fmt.Println(id)
	}
}
