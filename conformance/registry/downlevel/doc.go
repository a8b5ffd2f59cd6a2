// Package downlevel holds the specs of images beside artifacts: an image stays as it
// is when something is attached to it, when that is deleted, and for clients that know
// no artifacts; and what happens to images harms no artifact.
package downlevel
