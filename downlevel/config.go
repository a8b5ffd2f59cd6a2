// Package downlevel shows, with the real tools that people run, whether images
// still work after artifacts are attached to them: each tool does the same to
// an image before and after, by each mechanism, and is judged by the state that
// it leaves.
package downlevel

import (
	"cmp"
	"context"
	"path/filepath"
	"time"

	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/wire"
	"assay/wire/access"
)

// Config says what is tried and where. The zero value of a field is its
// default.
type Config struct {
	// How tools speak to the target is by their own rules.
	access.Settings
	// Prefix begins the names of the repositories that are made and emptied
	// again; by default assay/downlevel.
	Prefix string
	// Toolchains are NAME or NAME@VERSION; none stands for all that are
	// installed.
	Toolchains []string
	// Profile leaves, of those that are installed, the versions of a profile;
	// empty for all.
	Profile string
	// Declarations is a folder with further toolchains, each in a folder of its
	// own with a toolchain.yaml, as those of Assay are. They are looked for on
	// the PATH. One of the same name takes the place of Assay's.
	Declarations string
	// Cache is where installed tools are; by default Assay's own.
	Cache string
	// Mechanisms and Verbs select some; none stands for all. The image alone is
	// always tried, as what the others are compared with.
	Mechanisms []string
	Verbs      []string
	// Jobs is how many cells are tried at the same time; 0 stands for 1. It makes
	// no difference to what comes of them.
	Jobs int
	// Seed makes the content; 0 takes one from the clock.
	Seed int64
	// Timeout bounds the whole run; by default two hours.
	Timeout time.Duration
	// ActionTimeout bounds what a tool does once; by default a minute.
	ActionTimeout time.Duration
	// KnownFailures are findings that do not fail the run, and fail it when they
	// are gone.
	KnownFailures []KnownFailure

	// start puts a tool into use in tests; nil stands for what is installed.
	start func(context.Context, trial.Tool, toolchains.Place) (trial.Session, error)
}

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

// absolute is c with absolute paths: tools work in directories of their own.
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

// ConfigError is a value that cannot be used; its text says which and what is
// allowed.
type ConfigError struct{ err error }

func (e *ConfigError) Error() string { return e.err.Error() }
func (e *ConfigError) Unwrap() error { return e.err }
