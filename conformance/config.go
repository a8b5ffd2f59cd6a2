// Package conformance is the suite: specs that judge a registry, requirement by
// requirement. [Run] works inside another project's go test; the command uses
// [Execute].
package conformance

import (
	"cmp"
	"time"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/wire/access"
)

// Config says what is judged and how. The zero value of a field is its
// default.
type Config struct {
	access.Settings
	// Repository and Repository2 are where content is pushed and taken back;
	// by default assay/one and assay/two.
	Repository  string `json:"repository"`
	Repository2 string `json:"repository2"`
	// Spec is the version of the distribution-spec; by default 1.1.
	Spec requirements.Version `json:"spec"`
	// Procs is how many processes share the specs; 0 and 1 run them in this
	// process, one after another.
	Procs int `json:"procs,omitempty"`
	// Workflows and Requirements select specs: those of any of the workflows,
	// and of any of the requirement ids or patterns such as "push.blob.*".
	Workflows    []string `json:"workflows,omitempty"`
	Requirements []string `json:"requirements,omitempty"`
	// LabelFilter is a Ginkgo label filter, for what the two cannot say.
	LabelFilter string `json:"labelFilter,omitempty"`
	// Seed orders the specs; 0 takes one from the clock.
	Seed int64 `json:"seed,omitempty"`
	// Strict makes a SHOULD that is not kept fail the run.
	Strict bool `json:"strict,omitempty"`
	// Timeout bounds the whole run; by default an hour.
	Timeout time.Duration `json:"timeout,omitempty"`
	// Features declares optional features instead of probing for them, by the
	// names that the report gives them.
	Features map[string]bool `json:"features,omitempty"`
	// Large runs the specs that move a lot of content.
	Large bool `json:"large,omitempty"`
	// Keep leaves what specs push in the registry, to be looked at.
	Keep bool `json:"keep,omitempty"`
	// KnownFailures are failures that do not fail the run, and fail it when
	// they are gone.
	KnownFailures []KnownFailure `json:"knownFailures,omitempty"`
	// Existing names what can be judged when the run is read-only: specs that
	// would change the registry are skipped then.
	Existing Existing `json:"existing"`
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
	c.Procs = cmp.Or(c.Procs, 1)
	c.Version = cmp.Or(c.Version, "library")
	return c
}
