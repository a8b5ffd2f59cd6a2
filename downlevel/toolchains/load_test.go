package toolchains_test

import (
	"strings"
	"testing"
	"testing/fstest"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
)

func TestEveryDeclarationLoads(t *testing.T) {
	g := NewWithT(t)
	all, err := toolchains.All()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(all).NotTo(BeEmpty())
}

const sound = `title: Fake
home: https://example.com/fake
programs: [fake]
version: {run: fake --version}
installs:
  - {version: '1.10', profiles: [full], go: example.com/fake@v1.10.0}
verbs:
  copy: fake copy
  inspect: {run: fake inspect, yields: manifest}
  pull-tag:
    - {versions: '<1.0', run: fake fetch}
    - {run: fake pull, brings: [tag]}
`

func load(text string) ([]toolchains.Toolchain, error) {
	return toolchains.Load(fstest.MapFS{"fake/toolchain.yaml": {Data: []byte(text)}})
}

func TestFormsOfActions(t *testing.T) {
	g := NewWithT(t)
	all, err := load(sound)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(all).To(HaveLen(1))
	tool := all[0]
	g.Expect(tool.Name).To(Equal("fake"))
	g.Expect(tool.Installs[0].Version).To(Equal("1.10"), "a version is no number")
	g.Expect(tool.Verbs[toolchains.Copy]).To(Equal(toolchains.Actions{{Run: "fake copy"}}))
	g.Expect(tool.Verbs[toolchains.Inspect]).To(Equal(toolchains.Actions{{Run: "fake inspect", Yields: "manifest"}}))
	g.Expect(tool.Verbs[toolchains.PullTag]).To(Equal(toolchains.Actions{
		{Versions: "<1.0", Run: "fake fetch"}, {Run: "fake pull", Brings: []mechanisms.Kind{mechanisms.Tag}}}))
}

// Each of the faults is named with its file and line, and with what is wanted.
func TestFaultyDeclarations(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown key":           {"title: Fake", "title: Fake\ntilte: Fake", `fake/toolchain.yaml:2: unknown field "tilte"`},
		"unknown key of action": {"yields: manifest", "yield: manifest", `fake/toolchain.yaml:9: unknown field "yield"`},
		"unknown key in list":   {"brings: [tag]", "brigns: [tag]", `fake/toolchain.yaml:12: unknown field "brigns"`},
		"key given twice":       {"title: Fake", "title: Fake\ntitle: Fake", `fake/toolchain.yaml:2: `},
		"no title":              {"title: Fake\n", "", "title: is missing"},
		"no home":               {"https://example.com/fake", "example.com", "fake/toolchain.yaml:2: home: "},
		"no programs":           {"[fake]", "[]", "fake/toolchain.yaml:3: programs: is empty"},
		"path of program":       {"[fake]", "[/bin/fake]", `fake/toolchain.yaml:3: programs[0]: "/bin/fake" is not allowed`},
		"no version command":    {"{run: fake --version}", "{}", "fake/toolchain.yaml:4: version.run: is missing"},
		"bad pattern":           {"--version}", "--version, pattern: '('}", "fake/toolchain.yaml:4: version.pattern: "},
		"unknown verb":          {"copy: fake copy", "kopy: fake copy", "fake/toolchain.yaml:8: verbs.kopy: unknown verb: want one of pull-tag, "},
		"unknown yield":         {"yields: manifest", "yields: mani", `fake/toolchain.yaml:9: verbs.inspect.yields: "mani" is not allowed: want one of image, `},
		"bad range":             {"'<1.0'", "'~~1'", `fake/toolchain.yaml:11: verbs.pull-tag[0].versions: "~~1" is no range`},
		"empty script":          {"copy: fake copy", "copy: ''", "fake/toolchain.yaml:8: verbs.copy.run: is missing"},
		"bad version":           {"'1.10'", "newest", `fake/toolchain.yaml:6: installs[0].version: "newest" is no version`},
		"number for version":    {"'1.10'", "1.10", "fake/toolchain.yaml:6: installs[0].version: 1.1 is read as a number"},
		"limit without a page": {
			"yields: manifest", "limits: [{harms: [platform-lost], says: so, link: docs}]", `verbs.inspect.limits[0]: link: "docs" is not allowed: want an https URL`,
		},
		"limit of nothing":        {"yields: manifest", "limits: [{says: so, link: 'https://example.com/'}]", `verbs.inspect.limits[0]: harms is empty`},
		"option without a script": {"yields: manifest", "instead: {option: --all}", `verbs.inspect.instead: want option and run`},
		"unknown profile":         {"[full]", "[all]", `fake/toolchain.yaml:6: installs[0].profiles[0]: "all" is not allowed: want one of ci, full`},
		"no way":                  {", go: example.com/fake@v1.10.0", "", "fake/toolchain.yaml:6: installs[0]: has 0 ways to install"},
		"two ways":                {", go: example.com/fake@v1.10.0", ", go: example.com/fake@v1.10.0, npm: [fake@1]", "has 2 ways to install"},
		"go without version":      {"fake@v1.10.0", "fake", `installs[0].go: "example.com/fake" is not allowed: want PATH@VERSION`},
		"a flag for a package":    {"go: example.com/fake@v1.10.0", "debian: {packages: [--yes]}", `installs[0].debian.packages[0]: "--yes" is not allowed`},
		"unknown release":         {"go: example.com/fake@v1.10.0", "debian: {release: sarge, packages: [fake]}", `"sarge" is not allowed`},
		"unknown variable":        {"verbs:", "environment: {A: $HOEM/x}\nverbs:", "fake/toolchain.yaml:7: environment.A: $HOEM is unknown: want one of HOME, "},
		"unknown need":            {"verbs:", "needs: [windows]\nverbs:", "fake/toolchain.yaml:7: needs[0]: "},
		"not YAML":                {"title: Fake", "title: 'Fake", "fake/toolchain.yaml:"},
		"empty":                   {sound, "", "fake/toolchain.yaml: want one document"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			text := strings.Replace(sound, c.old, c.new, 1)
			g.Expect(text).NotTo(Equal(sound))
			_, err := load(text)
			g.Expect(err).To(MatchError(ContainSubstring(c.want)))
		})
	}
}

func TestEveryFaultIsNamed(t *testing.T) {
	g := NewWithT(t)
	_, err := load(strings.NewReplacer("title: Fake\n", "", "copy: fake copy", "kopy: fake copy").Replace(sound))
	g.Expect(err).To(MatchError(And(ContainSubstring("title: is missing"), ContainSubstring("verbs.kopy"))))
}

func TestUnknownTool(t *testing.T) {
	_, err := toolchains.Get("karne")
	NewWithT(t).Expect(err).To(MatchError(MatchRegexp(`no tool is called "karne": known are .*crane`)))
}
