// Package registry holds the specs that judge a registry, a folder per
// workflow. Importing it puts them into the tree.
package registry

import (
	_ "assay/conformance/registry/discovery"  // specs
	_ "assay/conformance/registry/downlevel"  // specs
	_ "assay/conformance/registry/management" // specs
	_ "assay/conformance/registry/pull"       // specs
	_ "assay/conformance/registry/push"       // specs
	_ "assay/conformance/registry/references" // specs
	_ "assay/conformance/registry/responses"  // specs
	_ "assay/conformance/registry/security"   // specs
)
