// Package push holds the specs of the push workflow: the shapes of blob
// uploads, mounts, and manifests (distribution-spec, "Push").
package push
