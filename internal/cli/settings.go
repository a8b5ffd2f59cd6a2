package cli

import (
	"fmt"
	"strings"
	"time"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/downlevel"
	"assay/downlevel/toolchains"
	"assay/wire"
	"assay/wire/access"
)

// settings lists everything that can be configured, in the order in which it
// is shown.
func settings() []setting {
	return []setting{
		{name: "target", hidden: true, set: setTarget, get: func(c *config) any { return filled(c.Target) }},
		word("repository", "name", "repository that content is pushed to, and taken back from", func(c *config) *string { return &c.Repository }, checkRepository),
		word("repository2", "name", "a second one, for what needs two", func(c *config) *string { return &c.Repository2 }, checkRepository),
		{name: "spec", value: "version", usage: "version of the distribution-spec: " + versionsText(), set: setSpec, get: func(c *config) any { return string(c.Spec) }},
		word("username", "name", "user to log in as; without one, Docker's config.json is asked", func(c *config) *string { return &c.Username }, nil),
		secret(word("password", "", "", func(c *config) *string { return &c.Password }, nil)),
		toggle("password-stdin", "read the password from standard input", func(c *config) *bool { return &c.PasswordStdin }),
		toggle("plain-http", "speak HTTP, not TLS, to a target without a scheme", func(c *config) *bool { return &c.PlainHTTP }),
		toggle("insecure", "accept any TLS certificate", func(c *config) *bool { return &c.Insecure }),
		file("ca-file", "PEM file with the CA of the target", func(c *config) *string { return &c.CAFile }),
		file("client-cert", "PEM file with a client certificate", func(c *config) *string { return &c.ClientCert }),
		file("client-key", "PEM file with its key", func(c *config) *string { return &c.ClientKey }),
		{name: "out", value: "dir", usage: "directory for the reports", path: true, set: setOut, get: func(c *config) any { return c.Out }},
		number("max-in-flight", "most requests in flight at the same time; 1 sends one after another", func(c *config) *int { return &c.MaxInFlight }),
		{name: "max-rate", value: "n", usage: "most requests a second; 0 sets no bound", set: setRate, get: func(c *config) any { return c.MaxRate }},
		list("workflow", "name", "only specs of this workflow: "+strings.Join(workflowNames(), ", "), func(c *config) *[]string { return &c.Workflows }, checkWorkflow),
		list("requirement", "id", `only specs of this requirement, or of a pattern such as "push.blob.*"`, func(c *config) *[]string { return &c.Requirements }, checkRequirement),
		word("label-filter", "filter", "only specs that this Ginkgo label filter takes", func(c *config) *string { return &c.LabelFilter }, nil),
		{name: "seed", value: "n", usage: "order of the specs; 0 takes one from the clock", set: setSeed, get: func(c *config) any { return c.Seed }},
		toggle("strict", "a SHOULD that is not kept fails the run too", func(c *config) *bool { return &c.Strict }),
		duration("timeout", "longest time for the whole run", func(c *config) *time.Duration { return &c.Timeout }),
		duration("request-timeout", "longest time for one request", func(c *config) *time.Duration { return &c.RequestTimeout }),
		{name: "feature", key: "features", value: "name=bool", usage: "declare an optional feature instead of probing for it, as in mount=false: " + strings.Join(featureNames(), ", "), many: true, set: setFeature},
		file("known-failures", "YAML file with requirements that are known to fail, each with a reason", func(c *config) *string { return &c.KnownFailuresFile }),
		toggle("read-only", "send nothing that could change the registry; judge what the next four name", func(c *config) *bool { return &c.ReadOnly }),
		word("manifest", "tag-or-digest", "a manifest that is in the repository, for --read-only", func(c *config) *string { return &c.Existing.Manifest }, nil),
		word("blob", "digest", "a blob that is in the repository, for --read-only", func(c *config) *string { return &c.Existing.Blob }, checkDigest),
		word("tag", "name", "a tag that is in the repository, for --read-only", func(c *config) *string { return &c.Existing.Tag }, nil),
		word("subject", "digest", "a manifest with referrers in the repository, for --read-only", func(c *config) *string { return &c.Existing.Subject }, checkDigest),
		toggle("large", "also run the specs that move a lot of content", func(c *config) *bool { return &c.Large }),
		toggle("keep", "leave what was pushed in the registry, to look at it", func(c *config) *bool { return &c.Keep }),
		ofDownlevel(list("toolchain", "name[@version]", "only this tool, at any version that is installed or at one", func(c *config) *[]string { return &c.Toolchains }, checkToolchain)),
		ofDownlevel(word("profile", "name", "only the versions of this profile, of what is installed: "+strings.Join(toolchains.Profiles(), ", "), func(c *config) *string { return &c.Profile }, checkProfile)),
		ofDownlevel(list("mechanism", "name", "only this way to attach: "+strings.Join(downlevel.Mechanisms(), ", "), func(c *config) *[]string { return &c.Mechanisms }, checkMechanism)),
		ofDownlevel(list("verb", "name", "only this verb: "+strings.Join(downlevel.Verbs(), ", "), func(c *config) *[]string { return &c.Verbs }, checkVerb)),
		ofDownlevel(word("prefix", "name", "what the names of the repositories begin with that are made and emptied again", func(c *config) *string { return &c.Prefix }, checkRepository)),
		ofDownlevel(folder("declarations", "folder with declarations of further tools, on the PATH: NAME/toolchain.yaml, as Assay's own", func(c *config) *string { return &c.Declarations })),
		ofDownlevel(folder("cache", "directory that tools are installed in; by default $XDG_CACHE_HOME/assay", func(c *config) *string { return &c.Cache })),
		ofDownlevel(setting{name: "jobs", value: "n", usage: `tools that are tried at the same time: a number, or "auto"`, set: setJobs, get: func(c *config) any { return c.Jobs }}),
		ofDownlevel(duration("action-timeout", "longest time for what a tool does once", func(c *config) *time.Duration { return &c.ActionTimeout })),
		ofDownlevel(inverted(toggle("referrers", "without a target: let the embedded registry have the referrers API", func(c *config) *bool { return &c.NoReferrers }))),
	}
}

func ofDownlevel(s setting) setting {
	s.downlevel = true
	return s
}

// runSettings names what can be configured of judging a registry.
func runSettings() []string {
	var names []string
	for _, s := range settings() {
		if !s.downlevel {
			names = append(names, s.name)
		}
	}
	return names
}

// downlevelSettings names what can be configured of a downlevel run.
func downlevelSettings() []string {
	names := []string{
		"target", "username", "password", "password-stdin", "plain-http", "insecure", "ca-file", "client-cert", "client-key",
		"out", "max-in-flight", "max-rate",
	}
	for _, s := range settings() {
		if s.downlevel {
			names = append(names, s.name)
		}
	}
	return append(names, "seed", "strict", "timeout", "request-timeout", "known-failures")
}

// defaults is the configuration before any source is read.
func defaults() *config {
	return &config{
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

// defaultText is what the help says a setting is without being set.
func (s setting) defaultText() string {
	if s.get == nil {
		return ""
	}
	switch v := s.get(defaults()).(type) {
	case nil, bool:
		return ""
	case int64: // the seed, whose 0 the usage explains
		return ""
	default:
		return fmt.Sprint(v)
	}
}
