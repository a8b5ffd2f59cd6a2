package config

import (
	"fmt"
	"math"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/downlevel"
	"assay/downlevel/toolchains"
	"assay/internal/cli/nearest"
	"assay/internal/proposal"
	"assay/wire"
)

func parseBool(text string) (bool, error) {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("%q is not allowed: want true or false", text)
	}
	return b, nil
}

func setTarget(c *Config, text string) error {
	if strings.Contains(text, "@") { // may be a password: not repeated
		return fmt.Errorf("the target contains a user name: give it with --username and --password-stdin")
	}
	if _, err := wire.ParseTarget(text, false); err != nil {
		return err
	}
	c.Target = strings.TrimSpace(text)
	return nil
}

var repositoryPattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)

func checkRepository(text string) error {
	if !repositoryPattern.MatchString(text) {
		return fmt.Errorf("%q is not a repository name: want lower-case letters and digits, with . _ __ or - between them, in parts joined by /", text)
	}
	return nil
}

func checkDigest(text string) error {
	if err := digest.Digest(text).Validate(); err != nil {
		return fmt.Errorf("%q is no digest: want an algorithm, a colon and hexadecimal digits, as in sha256:44136fa3…", text)
	}
	return nil
}

func setSpec(c *Config, text string) error {
	v, err := requirements.ParseVersion(text)
	if err != nil {
		return fmt.Errorf("%q is not allowed: want %s", text, versionsText())
	}
	c.Spec = v
	return nil
}

func versionsText() string {
	names := VersionNames()
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

func setOut(c *Config, text string) error {
	if text == "" {
		return fmt.Errorf("it is empty: want a directory")
	}
	c.Out = text
	return nil
}

// parseCount reads a number that is at least 1.
func parseCount(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is not allowed: want a number from 1", text)
	}
	return n, nil
}

func setJobs(c *Config, text string) error {
	if text == "auto" {
		c.Jobs = runtime.GOMAXPROCS(0)
		return nil
	}
	n, err := parseCount(text)
	if err != nil {
		return fmt.Errorf(`%w, or "auto"`, err)
	}
	c.Jobs = n
	return nil
}

func setRate(c *Config, text string) error {
	rate, err := strconv.ParseFloat(text, 64)
	if err != nil || !(rate >= 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("%q is not allowed: want a number from 0", text)
	}
	c.MaxRate = rate
	return nil
}

func setShard(c *Config, text string) (err error) {
	c.Shard, err = conformance.ParseShard(text)
	return err
}

func setSeed(c *Config, text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is not allowed: want a whole number from 0", text)
	}
	c.Seed = n
	return nil
}

func checkWorkflow(text string) error { return oneOf("workflow", text, workflowNames()) }

// checkProposal only checks that there is a text: the file is read by the checks of the
// command.
func checkProposal(text string) error {
	if text == "" {
		return fmt.Errorf("it is empty: want a file, or one of %s", strings.Join(proposal.Names(), ", "))
	}
	return nil
}

func checkRequirement(text string) error {
	ids := RequirementIDs()
	for _, name := range proposal.Names() {
		if strings.HasPrefix(text, name+".") {
			return nil // whether it selects anything shows when the proposals are read
		}
	}
	if strings.ContainsAny(text, `?[]\`) || !slices.ContainsFunc(ids, func(id string) bool {
		ok, err := path.Match(text, id)
		return ok && err == nil
	}) {
		return UnknownRequirement(text)
	}
	return nil
}

// UnknownRequirement is the error for an id that no requirement has.
func UnknownRequirement(id string) error {
	like := ""
	if words := nearest.Words(id, RequirementIDs(), 3); len(words) > 0 {
		like = "; the nearest are " + strings.Join(words, ", ")
	}
	return fmt.Errorf("no requirement is called %q%s; see assay list --requirements", id, like)
}

func checkMechanism(text string) error { return oneOf("mechanism", text, downlevel.Mechanisms()) }

func checkProfile(text string) error { return oneOf("profile", text, toolchains.Profiles()) }

func checkVerb(text string) error { return oneOf("verb", text, downlevel.Verbs()) }

func oneOf(what, text string, names []string) error {
	if !slices.Contains(names, text) {
		return fmt.Errorf("unknown %s %q%s allowed: %s", what, text, nearest.DidYouMean(text, names), strings.Join(names, ", "))
	}
	return nil
}

// checkToolchain refuses text that is not a name. It does not check that the tool
// exists, because this depends on the declarations.
func checkToolchain(text string) error {
	if name, version, found := strings.Cut(text, "@"); name == "" || found && version == "" {
		return fmt.Errorf("%q is not a toolchain: want NAME or NAME@VERSION, as in crane@0.22.1", text)
	}
	return nil
}

func setFeature(c *Config, text string) error {
	name, value, found := strings.Cut(text, "=")
	if names := featureNames(); !slices.Contains(names, name) {
		return fmt.Errorf("unknown feature %q%s allowed: %s", name, nearest.DidYouMean(name, names), strings.Join(names, ", "))
	}
	if !found {
		return fmt.Errorf("%q has no value: want %s=true or %s=false", text, name, name)
	}
	b, err := parseBool(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if c.Features == nil {
		c.Features = map[string]bool{}
	}
	c.Features[name] = b
	return nil
}

// VersionNames lists the versions of the distribution-spec that are covered.
func VersionNames() []string  { return texts(requirements.Versions()) }
func workflowNames() []string { return texts(requirements.Workflows()) }
func featureNames() []string  { return texts(suite.AllFeatures()) }

// autoWord returns the words that --jobs takes besides numbers.
func autoWord() []string { return []string{"auto"} }

func featureWords() []string {
	var words []string
	for _, name := range featureNames() {
		words = append(words, name+"=true", name+"=false")
	}
	return words
}

// toolchainNames lists Assay's own toolchains.
func toolchainNames() []string {
	names, _ := downlevel.Toolchains("")
	return names
}

// RequirementIDs lists the ids of all requirements, in the order of the catalogue.
func RequirementIDs() []string {
	var ids []string
	for _, r := range requirements.All() {
		ids = append(ids, string(r.ID))
	}
	return ids
}

func texts[S ~string](values []S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// absolute returns the absolute path of name, which is relative to dir or, if dir is
// empty, to the working directory.
func absolute(dir, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if dir != "" && !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	return filepath.Abs(name)
}
