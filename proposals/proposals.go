// Package proposals has the proposals that ship with Assay: changes of the OCI
// specifications, as files. internal/proposal reads them.
package proposals

import "embed"

// Files has a file NAME.yaml for each proposal.
//
//go:embed *.yaml
var Files embed.FS

// Schema is the JSON Schema of a proposal.
//
//go:embed proposal.schema.json
var Schema []byte
