// Package conformance runs the specs that judge a registry, requirement by requirement.
// [Run] works inside another project's go test; the command uses [Execute].
package conformance

import (
	"cmp"
	"time"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/internal/proposal"
	"assay/runner"
	"assay/wire"
	"assay/wire/access"
)

// Config is the configuration of a run. The zero value of a field is its default.
type Config struct {
	access.Settings
	// Repository and Repository2 are the repositories that specs push to and delete
	// from; by default assay/one and assay/two. Some specs also use Repository +
	// "/assay-lists".
	Repository  string
	Repository2 string
	// Spec is the version of the distribution-spec; by default 1.1.
	Spec requirements.Version
	// Workflows and Requirements select specs: those of any of the workflows,
	// and of any of the requirement ids or patterns such as "push.blob.*".
	Workflows    []string
	Requirements []string
	// LabelFilter is a Ginkgo label filter, for selections that Workflows and
	// Requirements cannot express.
	LabelFilter string
	// Shard selects a part of the specs: all specs of some of the requirements.
	Shard Shard
	// Seed determines the order of the specs; 0 takes a seed from the clock.
	Seed int64
	// Strict makes a SHOULD that is not kept fail the run.
	Strict bool
	// Timeout limits the whole run; by default an hour.
	Timeout time.Duration
	// Features declares optional features, so that they are not probed. The keys are
	// the names of the report.
	Features map[string]bool
	// Large also runs the specs that push and pull a lot of content.
	Large bool
	// CountRequests adds a profile to the results: the purposes of the requests, and
	// the time of each phase.
	CountRequests bool
	// Keep leaves the content of specs in the registry, so that it can be examined.
	Keep bool
	// Brief leaves out what only people read in the results: trails of passes, and
	// scripts.
	Brief bool
	// KnownFailures are failures that do not fail the run. The run fails if one of them
	// does not happen any more.
	KnownFailures []KnownFailure
	// Proposals are changes of the specification that the target is judged by, too.
	// Their results are provisional: they change no verdict, and never fail the run.
	Proposals []*proposal.Proposal
	// Existing makes the run read-only, and names the content that it can judge. Specs
	// that would change the registry are skipped.
	Existing Existing
}

// Shard is a part of a run. The zero value is the whole.
type Shard = runner.Shard

// Existing names content that is already in the first repository, for read-only runs.
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
