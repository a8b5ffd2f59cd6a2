// Package conformance is the suite: specs that judge a registry, requirement by
// requirement. [Run] works inside another project's go test; the command uses
// [Execute].
package conformance

import (
	"cmp"
	"time"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/wire"
	"assay/wire/access"
)

// Config says what is judged and how. The zero value of a field is its
// default.
type Config struct {
	access.Settings
	// Repository and Repository2 are where content is pushed and taken back;
	// by default assay/one and assay/two.
	Repository  string
	Repository2 string
	// Spec is the version of the distribution-spec; by default 1.1.
	Spec requirements.Version
	// Workflows and Requirements select specs: those of any of the workflows,
	// and of any of the requirement ids or patterns such as "push.blob.*".
	Workflows    []string
	Requirements []string
	// LabelFilter is a Ginkgo label filter, for what the two cannot say.
	LabelFilter string
	// Seed orders the specs; 0 takes one from the clock.
	Seed int64
	// Strict makes a SHOULD that is not kept fail the run.
	Strict bool
	// Timeout bounds the whole run; by default an hour.
	Timeout time.Duration
	// Features declares optional features instead of probing for them, by the
	// names that the report gives them.
	Features map[string]bool
	// Large runs the specs that move a lot of content.
	Large bool
	// CountRequests adds a profile to the results: what requests are sent for,
	// and where the time goes.
	CountRequests bool
	// Keep leaves what specs push in the registry, to be looked at.
	Keep bool
	// KnownFailures are failures that do not fail the run, and fail it when
	// they are gone.
	KnownFailures []KnownFailure
	// Existing names what can be judged when the run is read-only: specs that
	// would change the registry are skipped then.
	Existing Existing
}

// Existing names content that is in the first repository already, for runs
// that are read-only.
type Existing = suite.Existing

// Defaults of a run.
const (
	DefaultRepository     = "assay/one"
	DefaultRepository2    = "assay/two"
	DefaultTimeout        = time.Hour
	DefaultRequestTimeout = 30 * time.Second
)

func (c Config) withDefaults() Config {
	c.Repository = cmp.Or(c.Repository, DefaultRepository)
	c.Repository2 = cmp.Or(c.Repository2, DefaultRepository2)
	c.Spec = cmp.Or(c.Spec, requirements.V1_1)
	c.Seed = cmp.Or(c.Seed, time.Now().Unix())
	c.Timeout = cmp.Or(c.Timeout, DefaultTimeout)
	c.RequestTimeout = cmp.Or(c.RequestTimeout, DefaultRequestTimeout)
	c.MaxInFlight = cmp.Or(c.MaxInFlight, wire.DefaultMaxInFlight)
	c.Version = cmp.Or(c.Version, "library")
	return c
}
