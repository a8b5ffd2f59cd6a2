// Package state pushes content to a registry by its API, and takes snapshots of
// repositories. Tools are judged by the difference of two snapshots.
package state
