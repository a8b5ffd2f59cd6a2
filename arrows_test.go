package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrow says which packages of this project a room may import. A room is a package or,
// with a star, all packages of a folder.
type arrow struct{ from, to string }

// arrows lists all rooms, the lowest first: a room may only import rooms that stand
// above it in the list.
var arrows = []arrow{
	{"fixtures", ""},
	{"proposals", ""},
	{"internal/proposal", "fixtures proposals"},
	{"conformance/requirements", ""},
	{"conformance/requirements/generate", "conformance/requirements"},
	{"fixtures/mechanisms", "fixtures internal/proposal"},
	{"wire/secrets", ""},
	{"wire", "fixtures wire/secrets"},
	{"wire/access", "wire"},
	{"wire/repeat", "wire"},
	{"reference/recorded", ""},
	{"reference", "reference/recorded"},
	{"reference/played", "internal/proposal reference reference/recorded"},
	{"reference/faults/behaviour", "reference/recorded"},
	{"reference/faults", "conformance/requirements reference reference/faults/behaviour"},
	{"reference/client", "wire wire/access"},
	{"reference/client/faults/behaviour", "reference/client wire"},
	{"reference/client/faults", "conformance/requirements reference/client reference/client/faults/behaviour wire"},
	{"reports", ""},
	{"reports/known", "reports"},
	{"reports/compare", "reports"},
	{"reports/site", "reports reports/compare"},
	{"reports/join", "reports"},
	{"reports/submission", "reports"},
	{"runner", "reports wire"},

	{"conformance/spec", ""},
	{"conformance/matchers", "conformance/spec wire wire/repeat"},
	{"conformance/suite", "conformance/requirements conformance/spec conformance/matchers fixtures reports wire wire/repeat"},
	{"conformance/sweep", "conformance/requirements conformance/spec conformance/suite reports wire wire/repeat"},
	{"conformance/registry/*", "conformance/requirements conformance/spec conformance/matchers conformance/suite conformance/sweep fixtures fixtures/mechanisms wire wire/repeat"},
	{"conformance/registry", "conformance/registry/*"},
	{"conformance/proposed", "conformance/matchers conformance/requirements conformance/spec conformance/suite fixtures internal/proposal reports wire"},
	{"conformance/clean", "fixtures wire"},
	{"conformance", "conformance/proposed conformance/registry conformance/requirements conformance/spec conformance/suite conformance/sweep fixtures internal/proposal reports reports/known runner wire wire/access"},
	{"conformance/ginkgosuite", "conformance reports"},

	{"downlevel/obtained", ""},
	{"downlevel/state", "fixtures fixtures/mechanisms wire"},
	{"downlevel/toolchains/process", ""},
	{"downlevel/toolchains/rootfs", "downlevel/toolchains/process"},
	{"downlevel/toolchains", "downlevel/toolchains/process downlevel/toolchains/rootfs fixtures/mechanisms wire wire/secrets"},
	{"downlevel/toolchains/install", "downlevel/toolchains downlevel/toolchains/process wire"},
	{"downlevel/judge", "downlevel/obtained downlevel/state downlevel/toolchains fixtures fixtures/mechanisms reports"},
	{"downlevel/repeat", "downlevel/state"},
	{"downlevel/trial", "downlevel/judge downlevel/obtained downlevel/repeat downlevel/state downlevel/toolchains fixtures fixtures/mechanisms reports wire"},
	{"downlevel/faketool", "downlevel/toolchains downlevel/trial fixtures fixtures/mechanisms reference reports wire wire/access"},
	{"downlevel", "downlevel/toolchains downlevel/trial fixtures/mechanisms internal/proposal reports reports/known runner wire wire/access"},

	{"conformance/client/traffic", "conformance/requirements reference/faults/behaviour wire"},
	{"conformance/client/stage", "conformance/client/traffic conformance/requirements fixtures fixtures/mechanisms reference reference/faults/behaviour reference/recorded"},
	{"conformance/client/drive", "conformance/client/stage downlevel/toolchains downlevel/toolchains/process wire/secrets"},
	{"conformance/client/scenarios", "conformance/client/stage conformance/requirements fixtures reference reference/faults/behaviour"},
	{"conformance/client/judge", "conformance/client/stage conformance/client/traffic conformance/requirements conformance/spec conformance/suite reference/faults/behaviour reports wire"},
	{"conformance/client/pull", clientSpecs},
	{"conformance/client/push", clientSpecs},
	{"conformance/client/discovery", clientSpecs},
	{"conformance/client/references", clientSpecs},
	{"conformance/client/access", clientSpecs},
	{"conformance/client", "conformance/client/access conformance/client/discovery conformance/client/judge conformance/client/pull conformance/client/push conformance/client/references conformance/client/scenarios conformance/client/stage conformance/requirements conformance/suite reports reports/known runner"},

	{"internal/faultrun", "conformance conformance/client conformance/client/drive conformance/requirements reference reference/client reference/client/faults reference/faults reports wire/access"},
	{"internal/proposalrun", "conformance conformance/proposed fixtures fixtures/mechanisms internal/proposal reference reference/played reports wire/access"},
	{"internal/cli/nearest", ""},
	{"internal/cli/pipelines", ""},
	{"internal/cli/config", "conformance conformance/requirements conformance/suite downlevel downlevel/toolchains internal/cli/nearest internal/proposal reports/known wire wire/access"},
	{"internal/cli", "conformance conformance/clean conformance/client conformance/client/drive conformance/client/scenarios conformance/client/stage conformance/requirements downlevel downlevel/state downlevel/toolchains downlevel/toolchains/install fixtures/mechanisms internal/cli/config internal/cli/nearest internal/cli/pipelines internal/faultrun internal/proposal internal/proposalrun proposals reference reference/client reference/client/faults reference/played reports reports/compare reports/join reports/known reports/site reports/submission runner wire wire/access"},
	{"docs/examples/*", "conformance conformance/client conformance/client/drive reference reports wire/access"},
	{".", "internal/cli"},

	{"scripts/between", ""},
	{"scripts/bench/*", "scripts/between"},
	{"scripts/proposals/*", "reports scripts/between"},
	{"scripts/downlevel/*", "fixtures/mechanisms reports scripts/between"},
	{"scripts/outcomes", "reports"},
	{"scripts/registries/*", "conformance reports wire/access"},
}

// clientSpecs is what the specs of clients may import.
const clientSpecs = "conformance/client/judge conformance/client/scenarios conformance/client/stage conformance/client/traffic conformance/requirements conformance/spec reference/faults/behaviour"

// Tests may import everything that their room may, the room itself, and these: test
// content, the embedded registry, its faults, the reference client, fake tools, and what
// records requests.
var forTests = []string{"fixtures", "reference", "reference/faults", "reference/client", "conformance/client/drive", "conformance/client/traffic", "downlevel/faketool"}

// All imports of the project are in the table, and the table has no import that does
// not exist.
func TestArrows(t *testing.T) {
	used := map[arrow]bool{}
	seen := map[string]bool{}
	for _, f := range goFiles(t) {
		from := room(path.Dir(f.path))
		if from == "" {
			t.Errorf("%s: its folder is not a room of the table", f.path)
			continue
		}
		seen[from] = true
		for _, imported := range f.imports {
			to := room(imported)
			isExample := strings.HasPrefix(from, "docs/examples/") // written as tests
			isTest := strings.HasSuffix(f.path, "_test.go") && !isExample
			switch {
			case allowed(from, to):
				used[arrow{from, to}] = used[arrow{from, to}] || !isTest
			case isTest && (imported == path.Dir(f.path) || slices.Contains(forTests, to)):
			default:
				t.Errorf("%s imports %s, but %s may not", f.path, imported, from)
			}
		}
	}
	for i, a := range arrows {
		if !seen[a.from] {
			t.Errorf("the table has %s, but there is no such package", a.from)
		}
		for _, to := range strings.Fields(a.to) {
			if !used[arrow{a.from, to}] {
				t.Errorf("the table lets %s import %s, but it does not: remove the line", a.from, to)
			}
			if !slices.ContainsFunc(arrows[:i], func(below arrow) bool { return below.from == to }) {
				t.Errorf("%s may import %s, which does not stand above it in the table", a.from, to)
			}
		}
	}
}

// room returns the table's name for the package in a folder; empty if it has none.
func room(folder string) string {
	for _, a := range arrows {
		if a.from == folder || strings.HasSuffix(a.from, "/*") && path.Dir(a.from) == path.Dir(folder) {
			return a.from
		}
	}
	return ""
}

func allowed(from, to string) bool {
	for _, a := range arrows {
		if a.from == from {
			return slices.Contains(strings.Fields(a.to), to)
		}
	}
	return false
}

// goFile is a Go file with the packages of this project that it imports.
type goFile struct {
	path    string
	imports []string
}

// goFiles returns the Go files of this module.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			otherModule := name != "." && err == nil
			hidden := name != "." && strings.HasPrefix(entry.Name(), ".")
			if otherModule || hidden || entry.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := goFile{path: filepath.ToSlash(name)}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if folder, ours := strings.CutPrefix(imported, "assay/"); ours {
				f.imports = append(f.imports, folder)
			}
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
