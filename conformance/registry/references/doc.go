// Package references holds the specs of artifact references: subjects, the
// referrers API, and content that no registry has seen before
// (distribution-spec, "Listing Referrers"; image-spec).
package references
