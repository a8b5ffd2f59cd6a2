// Package submission writes the files of a submission to the OCI conformance program from
// the results of a run, and looks at such files as a reviewer would. It certifies
// nothing: the program decides what it accepts.
package submission

import (
	_ "embed"
	"net/url"
	"path"
	"slices"

	"github.com/goccy/go-yaml"

	"assay/reports"
)

//go:embed official.yaml
var officialSource []byte

// Official has, for each name of the official form, the patterns of our requirements.
type Official struct {
	APIs map[string][]string `yaml:"apis"`
	Data map[string][]string `yaml:"data"`
}

// Names returns the names of the official form.
func Names() (Official, error) {
	var o Official
	err := yaml.Unmarshal(officialSource, &o)
	return o, err
}

// The statuses of the official form.
const (
	passed   = "Pass"
	skipped  = "Skip" // the registry does not have it
	disabled = "Disabled"
	failed   = "FAIL"
	failure  = "Error" // of the suite
)

// official is results.yaml.
type official struct {
	Config config            `yaml:"config"`
	APIs   map[string]string `yaml:"apis"`
	Data   map[string]string `yaml:"data"`
}

// config is the part of the official configuration that results of Assay can fill.
type config struct {
	Registry   string `yaml:"registry"`
	TLS        string `yaml:"tls"`
	Repo1      string `yaml:"repo1"`
	Repo2      string `yaml:"repo2"`
	Username   string `yaml:"username"`
	Password   string `yaml:"password"`
	FilterTest string `yaml:"filterTest,omitempty"`
	Version    string `yaml:"version"`
	Commit     string `yaml:"commit"`
	Legacy     bool   `yaml:"legacy,omitempty"`
}

// maker begins the commit of results that Assay wrote.
const maker = "assay "

// convert is run in the official form.
func convert(run *reports.Run) (official, error) {
	names, err := Names()
	if err != nil {
		return official{}, err
	}
	out := official{
		Config: config{TLS: "enabled", Version: version(run.Spec), Commit: maker + run.Assay.Version},
		APIs:   statuses(run, names.APIs), Data: statuses(run, names.Data),
	}
	if u, err := url.Parse(run.Target.URL); err == nil {
		out.Config.Registry = u.Host
		if u.Scheme == "http" {
			out.Config.TLS = "disabled"
		}
	}
	if r := run.Target.Repositories; len(r) > 1 {
		out.Config.Repo1, out.Config.Repo2 = r[0], r[1]
	}
	return out, nil
}

// version is the official name of a version of the distribution-spec.
func version(spec string) string {
	if spec == "draft" {
		return "1.1+dev"
	}
	return spec
}

func statuses(run *reports.Run, names map[string][]string) map[string]string {
	all := map[string]string{}
	for name, patterns := range names {
		var some []reports.Result
		for _, res := range run.Results {
			if slices.ContainsFunc(patterns, func(p string) bool { return Matches(p, res.Requirement) }) {
				some = append(some, res)
			}
		}
		all[name] = status(some)
	}
	return all
}

// Matches says whether a pattern of the official names matches a requirement.
func Matches(pattern, requirement string) bool {
	ok, err := path.Match(pattern, requirement)
	return ok && err == nil
}

// status is never better than the results. A MUST that could not be judged is not kept,
// so far as anybody knows.
func status(results []reports.Result) string {
	counts := reports.Counts{}
	for _, res := range results {
		counts[res.Outcome]++
		if res.Outcome == reports.Blocked && res.Level == "MUST" {
			counts[reports.Fail]++
		}
	}
	switch {
	case counts[reports.Fail]+counts[reports.KnownFailure] > 0:
		return failed
	case counts[reports.Error] > 0:
		return failure
	case counts.Kept() > 0:
		return passed
	case counts[reports.Unsupported]+counts[reports.Warn]+counts[reports.Observed] > 0:
		return skipped
	}
	return disabled
}
