package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"assay/internal/cli/config"
	"assay/reports"
)

// example returns a file of the project as text, and its YAML documents.
func example(t *testing.T, name string) (text string, documents []map[string]any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repositoryRoot, name))
	if err != nil {
		t.Fatal(err)
	}
	if ext := filepath.Ext(name); ext != ".yml" && ext != ".yaml" {
		return string(data), nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var document map[string]any
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return string(data), documents
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		documents = append(documents, document)
	}
}

// keeps checks the keys of a document.
func keeps(t *testing.T, name string, s shape, document any) {
	t.Helper()
	if bad := s.unknown(name, document); len(bad) > 0 {
		t.Errorf("these keys are not known: %q", bad)
	}
}

func TestShapesRefuse(t *testing.T) {
	document := map[string]any{"services": map[string]any{"a": map[string]any{"imagee": "x", "depends_on": []any{"b"}}}, "x": 1}
	want := []string{".services.a.depends_on[0] is no mapping", ".services.a.imagee", ".x"}
	if got := composeShape.unknown("", document); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

var (
	commandOf  = regexp.MustCompile(`\bassay (run|report|downlevel|client|clean)\b[^'\n]*`)
	variableOf = regexp.MustCompile(`\bASSAY_[A-Z0-9_]+`)
	reportOf   = regexp.MustCompile(`\bassay-results/([a-z][a-z.-]+)`)
)

// Every command, variable and path of a report in the examples is one of Assay.
func TestExamplesForCI(t *testing.T) {
	variables := map[string]bool{}
	for _, s := range config.All() {
		variables[s.Variable()] = true
	}
	dir := t.TempDir()
	if _, err := reports.WriteAll(dir, &reports.Run{}, reports.Options{}); err != nil {
		t.Fatal(err)
	}
	commands, files := 0, 0
	for _, name := range ciExamples(t) {
		text, _ := example(t, name)
		for _, command := range commandOf.FindAllString(text, -1) {
			commands++
			readCommand(t, command)
		}
		for _, variable := range variableOf.FindAllString(text, -1) {
			if !variables[variable] {
				t.Errorf("%s: there is no variable %s", name, variable)
			}
		}
		for _, m := range reportOf.FindAllStringSubmatch(text, -1) {
			files++
			if _, err := os.Stat(filepath.Join(dir, m[1])); err != nil {
				t.Errorf("%s: no run writes %s", name, m[1])
			}
		}
	}
	if commands < 2 || files < 3 {
		t.Errorf("there are %d commands and %d paths", commands, files)
	}
}

func ciExamples(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(repositoryRoot, "docs/ci"))
	if err != nil {
		t.Fatal(err)
	}
	index, _ := example(t, "docs/ci/README.md")
	var found []string
	for _, e := range entries {
		if e.Name() != "README.md" && !strings.Contains(index, "("+e.Name()+")") {
			t.Errorf("docs/ci/README.md does not name %s", e.Name())
		}
		found = append(found, "docs/ci/"+e.Name())
	}
	return found
}

func TestGitLabExample(t *testing.T) {
	_, documents := example(t, "docs/ci/gitlab-ci.yml")
	keeps(t, "gitlab", gitlabShape, documents[0])
}

func TestComposeExample(t *testing.T) {
	_, documents := example(t, "docs/ci/compose.yaml")
	keeps(t, "compose", composeShape, documents[0])
	services := documents[0]["services"].(map[string]any)
	readCommand(t, "assay "+words(services["assay"].(map[string]any)["command"]))
}

func TestKubernetesExample(t *testing.T) {
	_, documents := example(t, "docs/ci/kubernetes.yaml")
	if len(documents) != 2 {
		t.Fatalf("there are %d documents", len(documents))
	}
	keeps(t, "claim", claimShape, documents[0])
	keeps(t, "job", jobShape, documents[1])
	template := documents[1]["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
	container := template["containers"].([]any)[0].(map[string]any)
	readCommand(t, "assay "+words(container["args"]))
	mounted := container["volumeMounts"].([]any)[0].(map[string]any)
	volume := template["volumes"].([]any)[0].(map[string]any)
	claim := documents[0]["metadata"].(map[string]any)["name"]
	if mounted["name"] != volume["name"] || volume["persistentVolumeClaim"].(map[string]any)["claimName"] != claim {
		t.Errorf("the reports are not in the volume: %v, %v, %v", mounted, volume, claim)
	}
	if !strings.Contains(words(container["args"]), "--out="+fmt.Sprint(mounted["mountPath"])) {
		t.Errorf("the reports are not written to %v", mounted["mountPath"])
	}
}

// words joins the words of a command.
func words(list any) string {
	var all []string
	for _, word := range list.([]any) {
		all = append(all, fmt.Sprint(word))
	}
	return strings.Join(all, " ")
}

// The parts of a Jenkinsfile close as they open.
func TestJenkinsExample(t *testing.T) {
	text, _ := example(t, "docs/ci/Jenkinsfile")
	var open []rune
	quote := rune(0)
	for _, r := range regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(text, "") {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case strings.ContainsRune("([{", r):
			open = append(open, r)
		case strings.ContainsRune(")]}", r):
			if len(open) == 0 || open[len(open)-1] != map[rune]rune{')': '(', ']': '[', '}': '{'}[r] {
				t.Fatalf("%q closes nothing", r)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 || quote != 0 {
		t.Errorf("%q is not closed", string(open))
	}
}

// The workflows use the action as it is, and other actions at a version.
func TestWorkflows(t *testing.T) {
	a, _ := readAction(t)
	uses := 0
	for _, name := range []string{".github/workflows/action.yml", ".github/workflows/release.yml", "docs/ci/github.yml"} {
		text, documents := example(t, name)
		keeps(t, name, workflowShape, documents[0])
		for _, m := range regexp.MustCompile(`steps\.assay\.outputs\.([a-z-]+)`).FindAllStringSubmatch(text, -1) {
			if _, ok := a.Outputs[m[1]]; !ok {
				t.Errorf("%s: the action has no output %s", name, m[1])
			}
		}
		for _, job := range documents[0]["jobs"].(map[string]any) {
			for _, s := range job.(map[string]any)["steps"].([]any) {
				step := s.(map[string]any)
				if run, ok := step["run"].(string); ok && strings.Contains(run, "${{") {
					t.Errorf("%s: an input in a script is run as code: %s", name, run)
				}
				action, ok := step["uses"].(string)
				if !ok {
					continue
				}
				if action != "./" && !strings.HasPrefix(action, "OWNER/assay@") {
					if !pinned.MatchString(strings.Replace(action, "sbom-action/download-syft", "sbom-action", 1)) {
						t.Errorf("%s: %s is not pinned to a version", name, action)
					}
					continue
				}
				uses++
				with, _ := step["with"].(map[string]any)
				for input := range with {
					if _, ok := a.Inputs[input]; !ok {
						t.Errorf("%s: the action has no input %s", name, input)
					}
				}
				if args, ok := with["args"].(string); ok {
					readCommand(t, "assay run "+args)
				}
			}
		}
	}
	if uses < 4 {
		t.Errorf("the action is used %d times", uses)
	}
}

// goreleaser builds what scripts/release/build builds, with the same flags, and names
// its archives as the action fetches them.
func TestReleaseConfiguration(t *testing.T) {
	text, documents := example(t, ".goreleaser.yaml")
	script, _ := example(t, "scripts/release/build")
	install, _ := example(t, "scripts/action/install")
	build := documents[0]["builds"].([]any)[0].(map[string]any)
	var targets []string
	for _, system := range build["goos"].([]any) {
		for _, arch := range build["goarch"].([]any) {
			targets = append(targets, fmt.Sprintf("%s/%s", system, arch))
		}
	}
	listed := strings.Fields(regexp.MustCompile(`targets=\(([^)]*)\)`).FindStringSubmatch(script)[1])
	slices.Sort(listed)
	slices.Sort(targets)
	if !slices.Equal(targets, listed) {
		t.Errorf("goreleaser builds %q, the script %q", targets, listed)
	}
	symbol := regexp.MustCompile(`-s -w -X assay/internal/cli\.(\w+)=.+? -X assay/internal/cli\.(\w+)=`)
	if a, b := symbol.FindStringSubmatch(text), symbol.FindStringSubmatch(script); a == nil || b == nil || a[1] != b[1] || a[2] != b[2] {
		t.Errorf("the linker is told %q and %q", a, b)
	}
	for _, flag := range strings.Fields(words(build["flags"])) {
		if !strings.Contains(script, flag) {
			t.Errorf("the script does not build with %s", flag)
		}
	}
	archive := documents[0]["archives"].([]any)[0].(map[string]any)
	if archive["name_template"] != "assay_{{ .Os }}_{{ .Arch }}" || words(archive["formats"]) != "tar.gz" || !strings.Contains(install, "archive=assay_${os}_$arch.tar.gz") {
		t.Errorf("the action does not find %v", archive)
	}
	known := []string{"version", "project_name", "builds", "archives", "checksum", "sboms", "dockers_v2", "changelog"}
	for _, key := range slices.Sorted(maps.Keys(documents[0])) {
		if !slices.Contains(known, key) {
			t.Errorf("goreleaser knows no %s", key)
		}
	}
}
