// Control checks the cells of a downlevel run that are about the image alone. It fails
// if a tool does not do everything that its declaration says, or if Assay itself had an
// error.
package main

import (
	"fmt"
	"log"
	"os"

	"assay/fixtures/mechanisms"
	"assay/reports"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: control results.json")
	}
	run, err := reports.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if run.Matrix == nil {
		log.Fatalf("%s is not from a downlevel run", os.Args[1])
	}
	cells, bad := 0, 0
	for _, res := range run.Results {
		alone := res.Cell != nil && res.Cell.Mechanism == mechanisms.None().Name
		if alone {
			cells++
		}
		if wrong(res, alone) {
			fmt.Printf("%s: %s %s\n", res.Requirement, res.Outcome, res.Message)
			bad++
		}
	}
	if bad > 0 || cells == 0 {
		log.Fatalf("%d of %d cells are wrong (%d cells are about the image alone)", bad, len(run.Results), cells)
	}
	fmt.Printf("%d tools do everything that they declare on the image alone: %d of %d cells\n", len(run.Matrix.Toolchains), cells, len(run.Results))
}

// wrong says whether no run may have this result.
func wrong(res reports.Result, alone bool) bool {
	if res.Outcome == reports.Error || res.Outcome == reports.Skipped {
		return true
	}
	if !alone {
		return false
	}
	switch res.Cell.Outcome {
	case reports.Works, reports.RightPlatform, reports.NotApplicable, reports.DocumentedLimit:
		return false
	}
	return true
}
