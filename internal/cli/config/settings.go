package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/downlevel"
	"assay/downlevel/toolchains"
	"assay/internal/proposal"
)

// settings lists everything that can be configured, in the order in which it
// is shown.
func settings() []Setting {
	return []Setting{
		{Name: "target", hidden: true, set: setTarget, get: func(c *Config) any { return filled(c.Target) }},
		word("repository", "name", "repository that content is pushed to and deleted from", func(c *Config) *string { return &c.Repository }, checkRepository),
		word("repository2", "name", "second repository, for specs that need two", func(c *Config) *string { return &c.Repository2 }, checkRepository),
		among(VersionNames, Setting{Name: "spec", Value: "version", usage: "version of the distribution-spec: " + versionsText(), set: setSpec, get: func(c *Config) any { return string(c.Spec) }}),
		word("username", "name", "user to log in as; by default the login comes from Docker's config.json", func(c *Config) *string { return &c.Username }, nil),
		secret(word("password", "", "", func(c *Config) *string { return &c.Password }, nil)),
		toggle("password-stdin", "read the password from standard input", func(c *Config) *bool { return &c.PasswordStdin }),
		toggle("plain-http", "speak HTTP, not TLS, to a target without a scheme", func(c *Config) *bool { return &c.PlainHTTP }),
		toggle("insecure", "accept any TLS certificate", func(c *Config) *bool { return &c.Insecure }),
		file("ca-file", "PEM file with the CA of the target", func(c *Config) *string { return &c.CAFile }),
		file("client-cert", "PEM file with the client certificate", func(c *Config) *string { return &c.ClientCert }),
		file("client-key", "PEM file with the key of the client certificate", func(c *Config) *string { return &c.ClientKey }),
		{Name: "out", Value: "dir", usage: "directory for the reports", Path: true, set: setOut, get: func(c *Config) any { return c.Out }},
		number("max-in-flight", "maximum number of requests in flight; 1 sends one request after another", func(c *Config) *int { return &c.MaxInFlight }),
		{Name: "max-rate", Value: "n", usage: "maximum number of requests per second; 0 sets no limit", set: setRate, get: func(c *Config) any { return c.MaxRate }},
		among(workflowNames, list("workflow", "name", "only specs of this workflow: "+strings.Join(workflowNames(), ", "), func(c *Config) *[]string { return &c.Workflows }, checkWorkflow)),
		among(RequirementIDs, list("requirement", "id", `only specs of this requirement, or of a pattern such as "push.blob.*"`, func(c *Config) *[]string { return &c.Requirements }, checkRequirement)),
		among(proposal.Names, list("proposal", "file", "also judge by this proposal: a file, or the name of one that ships with Assay. Its results are provisional", func(c *Config) *[]string { return &c.ProposalFiles }, checkProposal)),
		word("label-filter", "filter", "only specs that this Ginkgo label filter selects", func(c *Config) *string { return &c.LabelFilter }, nil),
		{Name: "shard", Value: "i/n", usage: "only this part of the run, such as 2/5; assay report join makes one result of all parts", set: setShard, get: func(c *Config) any { return filled(c.Shard.String()) }},
		{Name: "seed", Value: "n", usage: "seed for the order of the specs; 0 takes one from the clock", set: setSeed, get: func(c *Config) any { return c.Seed }},
		toggle("strict", "a SHOULD that is not kept also fails the run", func(c *Config) *bool { return &c.Strict }),
		duration("timeout", "time limit of the whole run", func(c *Config) *time.Duration { return &c.Timeout }),
		duration("request-timeout", "time limit of one request", func(c *Config) *time.Duration { return &c.RequestTimeout }),
		among(featureWords, Setting{Name: "feature", key: "features", Value: "name=bool", usage: "declare an optional feature instead of probing for it, such as mount=false: " + strings.Join(featureNames(), ", "), many: true, set: setFeature}),
		file("known-failures", "YAML file with requirements that are known to fail, each with a reason", func(c *Config) *string { return &c.KnownFailuresFile }),
		file("write-known-failures", "YAML file to write: the list of what fails today. Reasons that it has already are kept", func(c *Config) *string { return &c.WriteKnownFailures }),
		toggle("read-only", "send only GET and HEAD; judge the content that --manifest, --blob, --tag and --subject name", func(c *Config) *bool { return &c.ReadOnly }),
		word("manifest", "tag-or-digest", "with --read-only: a manifest in the repository", func(c *Config) *string { return &c.Existing.Manifest }, nil),
		word("blob", "digest", "with --read-only: a blob in the repository", func(c *Config) *string { return &c.Existing.Blob }, checkDigest),
		word("tag", "name", "with --read-only: a tag in the repository", func(c *Config) *string { return &c.Existing.Tag }, nil),
		word("subject", "digest", "with --read-only: a manifest with referrers in the repository", func(c *Config) *string { return &c.Existing.Subject }, checkDigest),
		toggle("large", "also run the specs that push and pull a lot of content", func(c *Config) *bool { return &c.Large }),
		toggle("keep", "do not delete the pushed content, so that it can be examined", func(c *Config) *bool { return &c.Keep }),
		ofDownlevel(among(toolchainNames, list("toolchain", "name[@version]", "only this tool, in one version or in all installed versions", func(c *Config) *[]string { return &c.Toolchains }, checkToolchain))),
		ofDownlevel(among(toolchains.Profiles, word("profile", "name", "only the installed versions of this profile: "+strings.Join(toolchains.Profiles(), ", "), func(c *Config) *string { return &c.Profile }, checkProfile))),
		ofDownlevel(among(downlevel.Mechanisms, list("mechanism", "name", "only this way to attach: "+strings.Join(downlevel.Mechanisms(), ", "), func(c *Config) *[]string { return &c.Mechanisms }, checkMechanism))),
		ofDownlevel(among(downlevel.Verbs, list("verb", "name", "only this verb: "+strings.Join(downlevel.Verbs(), ", "), func(c *Config) *[]string { return &c.Verbs }, checkVerb))),
		ofDownlevel(word("prefix", "name", "begin the names of the new repositories with this", func(c *Config) *string { return &c.Prefix }, checkRepository)),
		ofDownlevel(folder("declarations", "folder with declarations of further tools: NAME/toolchain.yaml, like those of Assay", func(c *Config) *string { return &c.Declarations })),
		ofDownlevel(folder("cache", "directory where tools are installed; by default $XDG_CACHE_HOME/assay", func(c *Config) *string { return &c.Cache })),
		ofDownlevel(among(autoWord, Setting{Name: "jobs", Value: "n", usage: `number of tools that are tried at the same time, or "auto" for one per core`, set: setJobs, get: func(c *Config) any { return c.Jobs }})),
		ofDownlevel(duration("action-timeout", "time limit of one action of a tool", func(c *Config) *time.Duration { return &c.ActionTimeout })),
		ofDownlevel(inverted(toggle("referrers", "without a target: serve the referrers API in the embedded registry", func(c *Config) *bool { return &c.NoReferrers }))),
	}
}

func ofDownlevel(s Setting) Setting {
	s.downlevel = true
	return s
}

// All returns the settings of all commands.
func All() []Setting { return settings() }

// OfRun returns the settings of assay run.
func OfRun() []Setting {
	return slices.DeleteFunc(settings(), func(s Setting) bool { return s.downlevel })
}

// OfDownlevel returns the settings of assay downlevel.
func OfDownlevel() []Setting {
	names := []string{
		"target", "username", "password", "password-stdin", "plain-http", "insecure", "ca-file", "client-cert", "client-key",
		"out", "max-in-flight", "max-rate", "keep", "proposal",
	}
	for _, s := range settings() {
		if s.downlevel {
			names = append(names, s.Name)
		}
	}
	return Named(append(names, "shard", "seed", "strict", "timeout", "request-timeout", "known-failures", "write-known-failures")...)
}

// OfClean returns the settings of assay clean.
func OfClean() []Setting {
	return Named(
		"target", "repository", "repository2", "username", "password", "password-stdin", "plain-http", "insecure", "ca-file", "client-cert", "client-key",
		"max-in-flight", "max-rate", "request-timeout",
	)
}

// OfProposalCompare returns the settings of assay proposal compare, for each of its
// registries.
func OfProposalCompare() []Setting {
	return Named(
		"repository", "repository2", "username", "password", "password-stdin", "plain-http", "insecure", "ca-file", "client-cert", "client-key",
		"max-in-flight", "max-rate", "request-timeout",
	)
}

// Named returns the settings with these names. It panics if a name does not exist.
func Named(names ...string) []Setting {
	var chosen []Setting
	for _, name := range names {
		chosen = append(chosen, must(name))
	}
	return chosen
}

// defaultText returns the default for the help.
func (s Setting) defaultText() string {
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
