// Package downlevel holds the specs of images beside artifacts. An image stays
// unchanged when artifacts are attached to it, when they are deleted, and for clients
// that know no artifacts. Artifacts stay unchanged when the image changes.
package downlevel
