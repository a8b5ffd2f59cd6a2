// Command assay judges OCI registries by the sentences of the distribution-spec, and
// tries the tools that people use with them.
package main

import (
	"os"

	"assay/internal/cli"
)

func main() { os.Exit(cli.Main()) }
