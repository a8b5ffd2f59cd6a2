// Package pull holds the specs of the pull workflow: manifests, blobs, and
// whether they exist (distribution-spec, "Pull").
package pull
