// Package references holds the specs of artifact references: manifests with a subject,
// and the referrers API
// (distribution-spec, "Listing Referrers"; image-spec).
package references
