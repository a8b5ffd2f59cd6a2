package install

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// machine is the machine onto which packages are installed.
type machine struct {
	dir    string // the root directory
	isRoot bool
}

func thisMachine() machine { return machine{dir: "/", isRoot: os.Geteuid() == 0} }

func (m machine) path(elements ...string) string {
	return filepath.Join(append([]string{m.dir}, elements...)...)
}

// errNotRoot is the error for users who are not root and so cannot install packages.
var errNotRoot = errors.New("packages of Debian can be installed by root alone")

// mirrors are the mirrors from which the machine gets Debian.
type mirrors struct {
	main, security, updates string // URLs; the last two may be empty
	keyring                 string // the keyring for the main mirror, or empty
}

// mirrors reads the mirrors from the machine's own package sources.
func (m machine) mirrors() (mirrors, error) {
	system := readAssignments(m.path("etc", "os-release"))
	if system["ID"] != "debian" {
		return mirrors{}, fmt.Errorf("other releases of Debian come from where this machine has its own, and this is no Debian: its ID in /etc/os-release is %q", system["ID"])
	}
	sources, err := m.sources()
	if err != nil {
		return mirrors{}, err
	}
	codename := system["VERSION_CODENAME"]
	var found mirrors
	for _, s := range sources {
		switch {
		case found.security == "" && (s.suite == codename+"-security" || s.suite == "stable-security"):
			found.security = s.url
		case found.updates == "" && (s.suite == codename+"-updates" || s.suite == "stable-updates"):
			found.updates = s.url
		case found.main == "" && (s.suite == codename || s.suite == "stable"):
			found.main, found.keyring = s.url, s.keyring
		}
	}
	if found.main == "" {
		return mirrors{}, fmt.Errorf("the sources in %s name no mirror of Debian %s", m.path("etc", "apt"), codename)
	}
	return found, nil
}

// source is one suite of one mirror.
type source struct{ url, suite, keyring string }

// sources lists the sources of binary packages, in both forms that apt reads.
func (m machine) sources() ([]source, error) {
	lists, err := filepath.Glob(m.path("etc", "apt", "sources.list.d", "*"))
	if err != nil {
		return nil, err
	}
	var found []source
	for _, name := range append([]string{m.path("etc", "apt", "sources.list")}, lists...) {
		data, err := os.ReadFile(name)
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			return nil, err
		case strings.HasSuffix(name, ".list"):
			found = append(found, linesOf(string(data))...)
		case strings.HasSuffix(name, ".sources"):
			found = append(found, stanzasOf(string(data))...)
		}
	}
	return slices.DeleteFunc(found, func(s source) bool {
		scheme, _, _ := strings.Cut(s.url, ":")
		return !slices.Contains([]string{"http", "https", "file"}, scheme)
	}), nil
}

// linesOf reads sources in lines of the form "deb [signed-by=…] URL SUITE main".
func linesOf(text string) []source {
	var found []source
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		rest, ok := strings.CutPrefix(line, "deb ")
		if !ok {
			continue
		}
		rest = strings.TrimSpace(rest)
		keyring := ""
		if options, after, ok := strings.Cut(rest, "]"); ok && strings.HasPrefix(options, "[") {
			rest = after
			for _, option := range strings.Fields(options[1:]) {
				if value, ok := strings.CutPrefix(option, "signed-by="); ok {
					keyring = value
				}
			}
		}
		if words := strings.Fields(rest); len(words) >= 2 {
			found = append(found, source{words[0], words[1], keyring})
		}
	}
	return found
}

// stanzasOf reads sources in stanzas of the form "Field: words".
func stanzasOf(text string) []source {
	var found []source
	fields, last := map[string][]string{}, ""
	end := func() {
		keyring := ""
		if k := fields["signed-by"]; len(k) == 1 && filepath.IsAbs(k[0]) {
			keyring = k[0]
		}
		if slices.Contains(fields["types"], "deb") && !slices.Equal(fields["enabled"], []string{"no"}) {
			for _, url := range fields["uris"] {
				for _, suite := range fields["suites"] {
					found = append(found, source{url, suite, keyring})
				}
			}
		}
		fields, last = map[string][]string{}, ""
	}
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "":
			end()
		case line[0] == ' ' || line[0] == '\t':
			fields[last] = append(fields[last], strings.Fields(line)...)
		default:
			name, words, _ := strings.Cut(line, ":")
			last = strings.ToLower(strings.TrimSpace(name))
			fields[last] = strings.Fields(words)
		}
	}
	end()
	return found
}

// readAssignments reads lines of the form NAME="value". It returns none if the file
// does not exist.
func readAssignments(name string) map[string]string {
	found := map[string]string{}
	file, err := os.Open(name)
	if err != nil {
		return found
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), "="); ok {
			found[key] = strings.Trim(value, `"'`)
		}
	}
	return found
}
