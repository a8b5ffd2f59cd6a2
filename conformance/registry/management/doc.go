// Package management holds the specs of the content management workflow:
// deleting tags, manifests and blobs (distribution-spec, "Content Management").
package management
