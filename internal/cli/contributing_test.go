package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"

	"assay/conformance/requirements"
	"assay/downlevel/toolchains"
)

// The examples of CONTRIBUTING.md compile as they stand, in the packages that it names.
func TestGoExamplesForContributors(t *testing.T) {
	for _, tc := range []struct{ after, folder, before, behind string }{
		{"Then write the spec", "conformance/registry/push", `package push

import (
	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

`, ""},
		{"## The fault that the spec must find", "reference/faults", `package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

var _ = []Fault{
`, "}\n"},
	} {
		t.Run(tc.folder, func(t *testing.T) {
			compile(t, tc.folder, tc.before+block(t, "CONTRIBUTING.md", "go", tc.after)+tc.behind)
		})
	}
}

// The example of a requirement is the one of the catalogue.
func TestRequirementForContributors(t *testing.T) {
	text := block(t, "CONTRIBUTING.md", "yaml", "## A spec in fifteen lines")
	var shown []requirements.Requirement
	if err := yaml.UnmarshalWithOptions([]byte(text), &shown, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if len(shown) != 1 {
		t.Fatalf("the example has %d requirements, not one", len(shown))
	}
	want, ok := requirements.Get(shown[0].ID)
	if !ok {
		t.Fatalf("the catalogue has no requirement %s", shown[0].ID)
	}
	shown[0].Workflow = want.Workflow // the file says it
	if !reflect.DeepEqual(shown[0], want) {
		t.Errorf("the example is\n%+v\nthe catalogue has\n%+v", shown[0], want)
	}
}

// The examples of declarations are valid.
func TestDeclarationsOfTheDocuments(t *testing.T) {
	for document, after := range map[string]string{
		"CONTRIBUTING.md":          "## Adding a tool is adding a folder",
		"docs/for-tool-authors.md": "## Declare the tool",
	} {
		text := block(t, document, "yaml", after)
		tools, err := toolchains.Load(fstest.MapFS{"example/toolchain.yaml": {Data: []byte(text)}})
		if err != nil || len(tools) != 1 {
			t.Errorf("%s: %d declarations, %v", document, len(tools), err)
		}
	}
}

// block returns the first block of the language in a document behind a text.
func block(t *testing.T, document, language, after string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(document)))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(content), after)
	if !ok {
		t.Fatalf("%s has no %q", document, after)
	}
	_, rest, ok = strings.Cut(rest, "```"+language+"\n")
	if !ok {
		t.Fatalf("%s has no block of %s behind %q", document, language, after)
	}
	text, _, _ := strings.Cut(rest, "```")
	return text
}

// compile compiles a further file of a package, which is never written into its folder.
func compile(t *testing.T, folder, text string) {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "example.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(root, filepath.FromSlash(folder), "example_of_contributing.go"): file,
	}})
	if err != nil {
		t.Fatal(err)
	}
	list := file + ".json"
	for name, content := range map[string]string{file: text, list: string(overlay)} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "build", "-overlay", list, "./"+folder)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, out, text)
	}
}
