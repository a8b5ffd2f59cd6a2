package install_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/downlevel/toolchains/install"
)

// declarations are for tools that are shell scripts.
var declarations = fstest.MapFS{
	"one/toolchain.yaml": {Data: []byte(`title: One
home: https://example.com/one
programs: [one]
version: {run: one --version}
installs:
  - {version: 1.2.3, profiles: [ci], go: example.com/one@v1.2.3}
  - version: 2.0.0
    module:
      path: example.com/one/v2
      version: v2.0.0+incompatible
      packages: [./cmd/one]
      flags: [-mod=mod]
      tags: [a, b]
      vendored: true
  - {version: 3.0.0, npm: [one@3.0.0, more@1.0.0]}
verbs: {copy: one}
`)},
	"two/toolchain.yaml": {Data: []byte(`title: Two
home: https://example.com/two
programs: [two]
version: {run: two --version}
needs: [root]
installs:
  - {version: 4.0.0, debian: {packages: [two.deb, shared.deb]}}
  - {version: 5.0.0, debian: {release: trixie, packages: [two.deb]}}
verbs: {copy: two}
`)},
	"three/toolchain.yaml": {Data: []byte(`title: Three
home: https://example.com/three
programs: [three]
version: {run: three --version}
installs:
  - {version: 4.0.0, debian: {packages: [three.deb, shared.deb]}}
  - {version: 5.0.0, debian: {release: trixie, packages: [three.deb]}}
verbs: {copy: three}
`)},
}

// world is a machine with only fake programs.
type world struct {
	*WithT
	t     *testing.T
	dir   string
	cache toolchains.Cache
	in    *install.Installer
}

// newWorld makes a world with only the programs of the shell.
func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	cache := toolchains.Cache{Dir: filepath.Join(dir, "cache")}
	w := &world{WithT: NewWithT(t), t: t, dir: dir, cache: cache, in: install.NewOn(dir, true, cache)}
	t.Setenv("PATH", filepath.Join(dir, "bin")+":"+w.shell())
	t.Setenv("NOTES", filepath.Join(dir, "notes"))
	t.Setenv("W", dir)
	t.Setenv("GOFLAGS", "-mod=vendor")
	return w
}

// shell is a directory with the programs that scripts need, and none that installs.
func (w *world) shell() string {
	w.t.Helper()
	dir := filepath.Join(w.dir, "shell")
	w.Expect(os.MkdirAll(dir, 0o755)).To(Succeed())
	for _, name := range []string{"sh", "cat", "chmod", "mkdir", "rm", "sleep", "nice", "ls", "test"} {
		for _, from := range []string{"/usr/bin", "/bin"} {
			if _, err := os.Stat(filepath.Join(from, name)); err == nil {
				w.Expect(os.Symlink(filepath.Join(from, name), filepath.Join(dir, name))).To(Succeed())
				break
			}
		}
	}
	return dir
}

// program puts a script on PATH. The script first notes its name and arguments.
func (w *world) program(name, script string) {
	w.t.Helper()
	w.file("bin/"+name, "#!/bin/sh\necho "+name+` "$@" >>"$NOTES"`+"\n"+script, 0o755)
}

// file writes a file below the world's directory.
func (w *world) file(name, text string, mode os.FileMode) {
	w.t.Helper()
	name = filepath.Join(w.dir, name)
	w.Expect(os.MkdirAll(filepath.Dir(name), 0o755)).To(Succeed())
	w.Expect(os.WriteFile(name, []byte(text), mode)).To(Succeed())
}

// notes returns the notes of programs since the last call. W stands for the world's
// directory.
func (w *world) notes() []string {
	w.t.Helper()
	name := filepath.Join(w.dir, "notes")
	data, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil
	}
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(os.Remove(name)).To(Succeed())
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(string(data), w.dir, "W")), "\n")
}

// items returns the items with these names.
func (w *world) items(names ...string) []install.Item {
	w.t.Helper()
	all, err := toolchains.Load(declarations)
	w.Expect(err).NotTo(HaveOccurred())
	var items []install.Item
	for _, name := range names {
		for i := range all {
			for _, in := range all[i].Installs {
				if item := (install.Item{Toolchain: &all[i], Install: in}); item.String() == name {
					items = append(items, item)
				}
			}
		}
	}
	w.Expect(items).To(HaveLen(len(names)))
	return items
}

// install installs the items with these names. It returns the result of each as one
// word, and the message.
func (w *world) install(names ...string) []string {
	w.t.Helper()
	var out []string
	for _, r := range w.in.Run(w.t.Context(), w.items(names...)) {
		out = append(out, word(r))
	}
	return out
}

func word(r install.Result) string {
	switch {
	case r.Err != nil:
		return r.Err.Error()
	case r.Already:
		return "already"
	case r.Note != "":
		return "installed: " + r.Note
	}
	return "installed"
}

// says is a script that writes a program to a file. The program prints its version.
func says(file, version string) string {
	return fmt.Sprintf("mkdir -p \"${%[1]s%%/*}\"; printf '#!/bin/sh\\necho %[2]s\\n' >\"$%[1]s\"; chmod +x \"$%[1]s\"\n", file, version)
}

// whole lists the versions in the cache.
func (w *world) whole() []string {
	w.t.Helper()
	manifests, err := filepath.Glob(w.cache.Folder("*", "*") + "/installed.json")
	w.Expect(err).NotTo(HaveOccurred())
	var names []string
	for _, m := range manifests {
		names = append(names, filepath.Base(filepath.Dir(m)))
	}
	return names
}

// leftovers lists the files in the cache's folder for unfinished work.
func (w *world) leftovers() []string {
	w.t.Helper()
	names, err := filepath.Glob(filepath.Join(w.cache.Dir, "tmp", "*"))
	w.Expect(err).NotTo(HaveOccurred())
	return names
}
