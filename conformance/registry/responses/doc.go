// Package responses holds the specs that concern all workflows: the bodies of error
// responses, and warnings (distribution-spec, "Error Codes" and "Warnings").
package responses
