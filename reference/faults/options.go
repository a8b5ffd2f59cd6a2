package faults

import (
	"assay/reference"
	"assay/reference/faults/behaviour"
)

// Options that faults and variants need.

func noReferrers(o *reference.Options)      { o.DisableReferrers = true }
func noDelete(o *reference.Options)         { o.DisableDelete = true }
func noTagDelete(o *reference.Options)      { o.DisableTagDelete = true }
func noManifestDelete(o *reference.Options) { o.DisableManifestDelete = true }
func noBlobDelete(o *reference.Options)     { o.DisableBlobDelete = true }

// referrersPage sets how many referrers a page has.
func referrersPage(size int) func(*reference.Options) {
	return func(o *reference.Options) { o.ReferrersPage = size }
}

func withLogin(o *reference.Options) {
	o.Username, o.Password = behaviour.Username, behaviour.Password
}

func withTokens(o *reference.Options) {
	withLogin(o)
	o.TokenAuth = true
}
