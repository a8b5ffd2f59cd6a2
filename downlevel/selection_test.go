package downlevel

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/faketool"
	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/reference"
	"assay/wire/access"
)

// What a run cannot begin with.
func TestConfigurationsThatAreWrong(t *testing.T) {
	folder := faketool.Install(t, "honest")
	empty, broken := t.TempDir(), t.TempDir()
	shouting := t.TempDir()
	faketool.Declare(t, shouting, "Loud")
	g := NewWithT(t)
	g.Expect(os.MkdirAll(filepath.Join(broken, "tool"), 0o755)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(broken, "tool/toolchain.yaml"), []byte("title: Tool\nverb: {}\n"), 0o600)).To(Succeed())
	server, err := reference.Start(t.Context(), "", reference.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	defer server.Close()
	for name, c := range map[string]struct {
		cfg  Config
		want string
	}{
		"nothing is installed":     {Config{}, "no toolchain is installed: see assay toolchains list"},
		"an unknown tool":          {Config{Toolchains: []string{"hnest"}}, `unknown toolchain "hnest": allowed: `},
		"another version":          {Config{Declarations: folder, Toolchains: []string{"honest@2.0.0"}}, "the toolchain honest@2.0.0 is not installed: installed are honest@1.2.3;"},
		"no folder":                {Config{Declarations: filepath.Join(empty, "missing")}, "no such file or directory"},
		"a file":                   {Config{Declarations: filepath.Join(broken, "tool/toolchain.yaml")}, "is not a folder"},
		"a folder without any":     {Config{Declarations: empty}, "has no declarations: want files NAME/toolchain.yaml"},
		"a declaration with fault": {Config{Declarations: broken}, "tool/toolchain.yaml:2: "},
		"a name that is none":      {Config{Declarations: shouting}, `no tool can be called "Loud"`},
		"a verb that it has not":   {Config{Declarations: folder, Toolchains: []string{"honest"}, Verbs: []string{"run"}}, "no cell is selected: honest@1.2.3 cannot do run"},
		"a path":                   {Config{Settings: access.Settings{Target: "http://" + server.Addr() + "/path"}}, "has a path, which no tool can name"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			if c.cfg.Target == "" {
				c.cfg.Target = server.Addr()
			}
			c.cfg.Embedded = true
			_, err := Execute(t.Context(), c.cfg, nil)
			g.Expect(err).To(MatchError(ContainSubstring(c.want)))
			var wrong *ConfigError
			g.Expect(errors.As(err, &wrong)).To(BeTrue())
		})
	}
}

// A declaration of the user's takes the place of Assay's own.
func TestDeclarationInPlaceOfOurs(t *testing.T) {
	g := NewWithT(t)
	folder := faketool.Install(t, "crane")
	found, err := available(t.Context(), Config{Declarations: folder})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(found).To(HaveLen(1))
	g.Expect(found[0].Installed.Toolchain.Title).To(Equal("crane"))
	names, err := Toolchains(folder)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(strings.Join(names, " ")).To(ContainSubstring("crane"))
	g.Expect(strings.Count(strings.Join(names, " ")+" ", "crane ")).To(Equal(1))
}

func TestToolsThatCannotBeUsedAreLeftOut(t *testing.T) {
	g := NewWithT(t)
	engine := trial.Tool{Installed: toolchains.Installed{Toolchain: &toolchains.Toolchain{Name: "engine"}, Version: "1.0.0"}}
	client := trial.Tool{Installed: toolchains.Installed{Toolchain: &toolchains.Toolchain{Name: "client"}, Version: "2.0.0"}}
	tools, leftOut := usable([]trial.Tool{engine, client}, func(i toolchains.Installed) []string {
		if i.Toolchain.Name == "engine" {
			return []string{"root", "linux"}
		}
		return nil
	})
	g.Expect(tools).To(Equal([]trial.Tool{client}))
	g.Expect(leftOut).To(Equal([]string{"engine@1.0.0 (needs root and linux)"}))
}
