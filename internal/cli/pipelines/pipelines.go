// Package pipelines writes configurations for CI systems and clusters that run the shards
// of a run on many machines, and join their results.
package pipelines

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/template"
)

// Plan says what is run.
type Plan struct {
	// Command is run or downlevel.
	Command string
	// Shards is the number of shards for each registry.
	Shards int
	// Profile is the profile of tools; only for downlevel.
	Profile string
	// Image is the container image that has assay on its PATH. Empty means that a
	// workflow builds Assay from its own repository.
	Image string
	// Registries are the targets.
	Registries []Registry
	// Made is the command line that made the configuration.
	Made string
}

// Registry is a target and its name. The target is empty for the embedded registry.
type Registry struct{ Name, Target string }

// Embedded is the registry that each shard starts for itself.
var Embedded = Registry{Name: "embedded"}

var (
	registryName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)
	// The target becomes part of a script.
	registryTarget = regexp.MustCompile(`^(https?://)?[A-Za-z0-9.\-\[\]:]+$`)
	imageName      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/:@-]*$`)
)

// ParseRegistry reads NAME=TARGET.
func ParseRegistry(text string) (Registry, error) {
	name, target, _ := strings.Cut(text, "=")
	if !registryName.MatchString(name) || !registryTarget.MatchString(target) {
		return Registry{}, fmt.Errorf("%q is not a registry: want NAME=TARGET, such as staging=registry.example.com, where NAME has lower case letters, digits and dashes, and TARGET is host[:port] or a URL without a path", text)
	}
	return Registry{name, target}, nil
}

// Check says what is wrong with the plan.
func (p Plan) Check() error {
	if p.Shards < 1 || p.Shards > 256 {
		return fmt.Errorf("%d shards are not possible: want 1 to 256", p.Shards)
	}
	if p.Image != "" && !imageName.MatchString(p.Image) {
		return fmt.Errorf("%q is not the name of an image", p.Image)
	}
	seen := map[string]bool{}
	for _, r := range p.Registries {
		if seen[r.Name] {
			return fmt.Errorf("two registries have the name %s", r.Name)
		}
		seen[r.Name] = true
	}
	return nil
}

// Numbers are those of the shards.
func (p Plan) Numbers() []int {
	var all []int
	for i := range p.Shards {
		all = append(all, i+1)
	}
	return all
}

// Downlevel says whether tools are needed, and the rights to run engines.
func (p Plan) Downlevel() bool { return p.Command == "downlevel" }

// Flags are the flags of the command but --shard and --out.
func (p Plan) Flags() string {
	if p.Profile == "" {
		return ""
	}
	return " --profile " + p.Profile
}

//go:embed github.yaml.tmpl
var githubSource string

//go:embed kubernetes.yaml.tmpl
var kubernetesSource string

var functions = template.FuncMap{
	// A JSON string is a YAML string.
	"quote": func(s string) (string, error) {
		text, err := json.Marshal(s)
		return string(text), err
	},
	"list": func(numbers []int) string {
		return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(numbers), "[]")), ", ")
	},
}

// The delimiters are not those of GitHub's expressions.
var (
	github     = template.Must(template.New("github").Delims("<<", ">>").Funcs(functions).Parse(githubSource))
	kubernetes = template.Must(template.New("kubernetes").Delims("<<", ">>").Funcs(functions).Parse(kubernetesSource))
)

// GitHub writes a workflow with a job for each shard of each registry, and a job for each
// registry that joins its shards.
func (p Plan) GitHub(w io.Writer) error { return github.Execute(w, p) }

// Kubernetes writes, for each registry, an indexed Job with the shards, and a suspended
// Job that joins them.
func (p Plan) Kubernetes(w io.Writer) error { return kubernetes.Execute(w, p) }
