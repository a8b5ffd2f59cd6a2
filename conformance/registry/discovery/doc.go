// Package discovery holds the specs of the content discovery workflow: listing
// tags (distribution-spec, "Content Discovery"). Referrers have a folder of
// their own.
package discovery
