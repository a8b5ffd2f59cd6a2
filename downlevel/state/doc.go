// Package state puts content on a registry by its API, and takes snapshots of
// what is there: what tools do is judged by the difference of two of them.
package state
