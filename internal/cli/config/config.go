// Package config has the settings of the commands that run specs, the sources that
// their values come from (flags, variables, a file), and the checks that are made
// before anything is sent.
package config

import (
	"time"

	"github.com/spf13/pflag"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/downlevel"
	"assay/reports/known"
	"assay/wire"
	"assay/wire/access"
)

// Config is the configuration of a run: that of the suite, and what only the
// commands need.
type Config struct {
	conformance.Config
	Out           string
	PasswordStdin bool
	// KnownFailuresFile is the path of the list. The checks read it.
	KnownFailuresFile string
	// ProposalFiles are files or names of proposals. The checks read them.
	ProposalFiles []string
	// WriteKnownFailures is the path of the list that the run writes. Explained are the
	// entries that the file has already; the checks read them.
	WriteKnownFailures string
	Explained          []known.Failure

	// Only downlevel runs need these.
	Prefix        string
	Toolchains    []string
	Profile       string
	Declarations  string
	Cache         string
	Mechanisms    []string
	Verbs         []string
	ActionTimeout time.Duration
	Jobs          int
	NoReferrers   bool

	origins map[string]origin // of each value that is not a default, by setting
}

// Load reads the configuration from all sources: flags and args are those of the
// command, environ the variables of the process. It does not ask for secrets, and opens
// only the file. An error names the source of the wrong value.
func Load(set *pflag.FlagSet, args, environ []string) (*Config, error) {
	c := defaults()
	fromEnvironment, file, err := variables(environ)
	if err != nil {
		return nil, err
	}
	if f := set.Lookup(fileFlag); f.Changed {
		file = f.Value.String()
	}
	entries, err := fileEntries(file)
	if err != nil {
		return nil, err
	}
	official, err := ociEntries(environ)
	if err != nil {
		return nil, err
	}
	for _, more := range [][]entry{official, fromEnvironment, flags(set, args)} {
		entries = append(entries, more...)
	}
	if err := c.apply(entries); err != nil {
		return nil, err
	}
	if c.Out, err = absolute("", c.Out); err != nil { // the default is relative
		return nil, err
	}
	c.Embedded = c.Target == ""
	return c, nil
}

// defaults returns the default configuration.
func defaults() *Config {
	return &Config{
		Config: conformance.Config{
			Repository: conformance.DefaultRepository, Repository2: conformance.DefaultRepository2,
			Spec:     requirements.V1_1,
			Timeout:  conformance.DefaultTimeout,
			Settings: access.Settings{Manners: wire.Manners{RequestTimeout: conformance.DefaultRequestTimeout, MaxInFlight: wire.DefaultMaxInFlight}},
		},
		Out:    "assay-results",
		Jobs:   1,
		Prefix: downlevel.DefaultPrefix, ActionTimeout: downlevel.DefaultActionTimeout,
		origins: map[string]origin{},
	}
}

// Where names the source of the value of a setting, such as "--spec" or
// "assay.yaml:3".
func (c *Config) Where(name string) string { return c.origin(name).where }

// IsSet says whether a source sets the value, even to the default.
func (c *Config) IsSet(name string) bool { return c.origin(name).rank > fromDefault }

// Downlevel returns the configuration of a downlevel run.
func (c *Config) Downlevel() downlevel.Config {
	return downlevel.Config{
		Settings: c.Settings,
		Prefix:   c.Prefix, Toolchains: c.Toolchains, Profile: c.Profile, Declarations: c.Declarations, Cache: c.Cache, Mechanisms: c.Mechanisms, Verbs: c.Verbs,
		Shard: c.Shard, Jobs: c.Jobs, Seed: c.Seed, Timeout: c.Timeout, ActionTimeout: c.ActionTimeout,
		KnownFailures: c.KnownFailures, Keep: c.Keep, Proposals: c.Proposals,
	}
}
