// Package wire talks to a registry: one method per endpoint of the
// distribution-spec (end-1 to end-14), authentication, redirects, retries, and
// the recording of every exchange. It judges nothing: an answer of any kind is
// an [Exchange], and so is the lack of one.
package wire
