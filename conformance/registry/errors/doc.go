// Package errors holds the specs of what cuts across the workflows: the bodies
// of errors, and warnings (distribution-spec, "Error Codes" and "Warnings").
package errors
