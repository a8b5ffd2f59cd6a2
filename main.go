// Command assay judges OCI registries by the sentences of the specification.
package main

import (
	"os"

	"assay/internal/cli"
)

func main() { os.Exit(cli.Main()) }
