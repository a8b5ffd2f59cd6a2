// Package registry holds the specs that judge a registry, a folder per
// workflow. Importing it puts them into the tree.
package registry

import (
	_ "assay/conformance/registry/pull" // specs
)
