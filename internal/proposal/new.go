package proposal

import _ "embed"

// Template is a proposal with comments, to start from.
//
//go:embed new.yaml
var Template []byte
