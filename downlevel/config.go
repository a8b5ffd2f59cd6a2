// Package downlevel shows, with real tools, whether images still work after artifacts
// are attached to them. Each tool does the same to an image before and after an
// artifact is attached, for each mechanism. It is judged by the state of the registry
// and the machine afterwards.
package downlevel

import (
	"cmp"
	"context"
	"path/filepath"
	"time"

	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/internal/proposal"
	"assay/runner"
	"assay/wire"
	"assay/wire/access"
)

// Config is the configuration of a run. The zero value of a field is its default.
type Config struct {
	// These settings are for Assay's own requests. Tools speak to the target by their
	// own rules.
	access.Settings
	// Prefix is the beginning of the names of the repositories that the run makes and
	// empties again; by default assay/downlevel.
	Prefix string
	// Toolchains are NAME or NAME@VERSION. Empty means all that are installed.
	Toolchains []string
	// Profile selects the installed versions that belong to a profile. Empty means all.
	Profile string
	// Declarations is a folder with further toolchains. Like those of Assay, each has a
	// folder with a toolchain.yaml. Their programs are looked for on the PATH. A
	// toolchain with the name of one of Assay's replaces it.
	Declarations string
	// Cache is the directory of the installed tools; by default Assay's own.
	Cache string
	// Mechanisms and Verbs select some of them. Empty means all. The image alone is
	// always tried, because all results are compared with it.
	Mechanisms []string
	Verbs      []string
	// Proposals are proposals whose mechanisms are tried, instead of those that are in
	// use, unless Mechanisms names these, too. Their results are provisional.
	Proposals []*proposal.Proposal
	// Shard selects a part of the tools. All cells of a tool are in one shard, because
	// they share its daemons and what it does to the image alone.
	Shard Shard
	// Jobs is the number of cells that are tried at the same time; 0 means 1. It does
	// not change the results.
	Jobs int
	// Keep leaves the content of the cells in the registry, so that the commands of a
	// report can be typed again.
	Keep bool
	// Seed determines the content; 0 takes a seed from the clock.
	Seed int64
	// Timeout limits the whole run; by default two hours.
	Timeout time.Duration
	// ActionTimeout limits one action of a tool; by default a minute.
	ActionTimeout time.Duration
	// KnownFailures are findings that do not fail the run. The run fails if one of them
	// is not found any more.
	KnownFailures []KnownFailure

	// start starts a session of a tool in tests; nil means the installed tools.
	start func(context.Context, trial.Tool, toolchains.Place) (trial.Session, error)
}

// Shard is a part of a run. The zero value is the whole.
type Shard = runner.Shard

// Defaults of a run.
const (
	DefaultPrefix         = "assay/downlevel"
	DefaultTimeout        = 2 * time.Hour
	DefaultRequestTimeout = 30 * time.Second
	DefaultActionTimeout  = time.Minute
)

func (c Config) withDefaults() Config {
	c.Prefix = cmp.Or(c.Prefix, DefaultPrefix)
	c.Seed = cmp.Or(c.Seed, time.Now().Unix())
	c.Timeout = cmp.Or(c.Timeout, DefaultTimeout)
	c.RequestTimeout = cmp.Or(c.RequestTimeout, DefaultRequestTimeout)
	c.MaxInFlight = cmp.Or(c.MaxInFlight, wire.DefaultMaxInFlight)
	c.ActionTimeout = cmp.Or(c.ActionTimeout, DefaultActionTimeout)
	c.Jobs = cmp.Or(c.Jobs, 1)
	c.Version = cmp.Or(c.Version, "library")
	return c
}

// absolute returns c with absolute paths, because tools work in directories of their
// own.
func (c Config) absolute() (Config, error) {
	for _, path := range []*string{&c.Declarations, &c.Cache, &c.CAFile, &c.ClientCert, &c.ClientKey} {
		if *path == "" {
			continue
		}
		var err error
		if *path, err = filepath.Abs(*path); err != nil {
			return c, err
		}
	}
	return c, nil
}

// ConfigError is the error of a value that cannot be used. Its text names the value and
// says what is allowed.
type ConfigError struct{ err error }

func (e *ConfigError) Error() string { return e.err.Error() }
func (e *ConfigError) Unwrap() error { return e.err }
