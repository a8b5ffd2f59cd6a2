// Package wire talks to a registry: one method per endpoint of the distribution-spec
// (end-1 to end-14), authentication, redirects, retries, and the recording of every
// exchange. It judges nothing: every request gives an [Exchange], with or without an
// answer.
package wire
