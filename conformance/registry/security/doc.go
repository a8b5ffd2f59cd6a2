// Package security holds the specs of what keeps content apart and identified:
// repositories that do not see each other, digests that name one content,
// documents and paths that can be read in one way only, and logins that hold
// for every way in.
package security
