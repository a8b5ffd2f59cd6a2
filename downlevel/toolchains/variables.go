package toolchains

import (
	"cmp"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Vars are the values of the variables of an action.
type Vars struct {
	Image        string // host:port/repository
	Tag          string
	Digest       string // the digest that Tag names
	Target       string // host:port/repository to copy to
	File         string // a small text file
	Greeting     string // the line that the image prints
	ArtifactType string
}

// sessionVariables do not change during a session. The environment of a declaration may
// refer to them.
var sessionVariables = []string{"HOME", "TMPDIR", "STATE", "TOOL", "REGISTRY", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
	"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"}

// variable is a name and a value of a script's environment.
type variable struct{ name, value string }

func (v variable) String() string { return v.name + "=" + v.value }

// list returns the variables in the order in which they are shown.
func (v Vars) list() []variable {
	return []variable{
		{"IMAGE", v.Image}, {"TAG", v.Tag}, {"DIGEST", v.Digest}, {"TARGET", v.Target},
		{"FILE", v.File}, {"GREETING", v.Greeting}, {"ARTIFACT_TYPE", v.ArtifactType},
	}
}

// environ returns the list in the form of os/exec.
func environ(list []variable) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.String()
	}
	return out
}

// expand expands the environment of a declaration. The result is sorted by name.
func expand(declared map[string]string, known []variable) []variable {
	var out []variable
	for name, value := range declared {
		out = append(out, variable{name, os.Expand(value, func(name string) string {
			i := slices.IndexFunc(known, func(v variable) bool { return v.name == name })
			if i < 0 {
				return "" // the declaration was checked
			}
			return known[i].value
		})})
	}
	slices.SortFunc(out, func(a, b variable) int { return cmp.Compare(a.name, b.name) })
	return out
}

// references returns the names of the variables that value refers to, each once.
func references(value string) []string {
	var names []string
	os.Expand(value, func(name string) string {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		return ""
	})
	return names
}

// mentions says whether one of the scripts uses the variable called name.
func mentions(name string, scripts ...string) bool {
	return regexp.MustCompile(`\$\{?` + name + `\b`).MatchString(strings.Join(scripts, "\n"))
}

var harmless = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote returns text as one word for a shell.
func quote(text string) string {
	if harmless.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
