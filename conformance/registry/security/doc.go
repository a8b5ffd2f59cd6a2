// Package security holds the specs that keep content safe: repositories do not see
// each other, a digest names one content, documents and paths have only one
// meaning, and a registry that asks for a login asks for it on every
// endpoint.
package security
