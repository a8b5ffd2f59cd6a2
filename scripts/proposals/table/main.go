// Command table writes a table into a document, between its lines "<!-- NAME -->" and
// "<!-- end of NAME -->": table DOCUMENT NAME FILE.
package main

import (
	"fmt"
	"os"

	"assay/scripts/between"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: table DOCUMENT NAME FILE")
		os.Exit(2)
	}
	data, err := os.ReadFile(os.Args[3])
	if err == nil {
		err = between.Replace(os.Args[1], os.Args[2], string(data))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
