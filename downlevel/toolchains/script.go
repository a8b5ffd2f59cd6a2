package toolchains

import (
	"fmt"
	"strings"

	"assay/wire"
	"assay/wire/secrets"
)

// private has variables whose values are directories of the session. The session is
// gone when a person reads a script, so a printed script gives them these values. The
// scripts of a tool share $STATE.
var private = []variable{
	{"STATE", `${STATE:-$(mktemp -d)}`},
	{"WORK", `$(mktemp -d)`},
	{"OUT", `$(mktemp -d)/out`},
}

// Setup returns the commands that ran before any action, as a person would type them:
// they start the daemons and log in. It is empty if the tool needs neither.
func (s *Session) Setup() string {
	var scripts []string
	t := s.installed.Toolchain
	for i, d := range t.Daemons {
		if holds(d.Versions, s.installed.Version) {
			scripts = append(scripts, fmt.Sprintf("(\n%s\n) >\"$STATE/daemon-%d.log\" 2>&1 &", strings.TrimSpace(d.Run), i+1),
				fmt.Sprintf("until (\n%s\n) >/dev/null 2>&1; do sleep 0.1; done", strings.TrimSpace(d.Ready)))
		}
	}
	if t.Login != "" && s.place.Username != "" {
		scripts = append(scripts, fmt.Sprintf("export USERNAME=%s PASSWORD=%s", quote(s.place.Username), wire.Redacted), t.Login)
	}
	if len(scripts) == 0 {
		return ""
	}
	return s.readable(Vars{}, scripts...)
}

// readable returns scripts as a person would type them: first the variables that they
// use, then the scripts. Directories of the session are replaced by new ones.
func (s *Session) readable(v Vars, scripts ...string) string {
	var (
		text strings.Builder
		t    = s.installed.Toolchain
		used = append([]string{}, scripts...)
	)
	for _, value := range t.Environment {
		used = append(used, value)
	}
	fmt.Fprintf(&text, "# %s %s", t.Title, s.installed.Version)
	if s.installed.release != "" {
		fmt.Fprintf(&text, ", as root in Debian %s", s.installed.release)
	}
	text.WriteByte('\n')
	if s.installed.root == "" && !s.installed.isFirstOnPath() {
		fmt.Fprintf(&text, "export PATH=%s:$PATH\n", quote(strings.Join(s.installed.bin, ":")))
	}
	if s.installed.modules != "" {
		fmt.Fprintf(&text, "export NODE_PATH=%s\n", quote(s.installed.modules))
	}
	for _, p := range private {
		if mentions(p.name, used...) {
			fmt.Fprintf(&text, "export %s=\"%s\"\n", p.name, p.value)
		}
	}
	if mentions("TOOL", used...) {
		fmt.Fprintf(&text, "export TOOL=downlevel/toolchains/%s # of Assay\n", t.Name)
	}
	if mentions("FILE", scripts...) {
		text.WriteString("export FILE=\"$(mktemp)\"; echo file >\"$FILE\"\n")
	}
	place := []variable{{"REGISTRY", s.place.Registry}, {"PLAIN_HTTP", s.place.plainHTTP()}}
	for _, e := range append(place, v.list()...) {
		if e.name != "FILE" && mentions(e.name, used...) {
			fmt.Fprintf(&text, "export %s=%s\n", e.name, quote(e.value))
		}
	}
	for _, e := range expandReadable(t.Environment) {
		fmt.Fprintf(&text, "export %s=\"%s\"\n", e.name, e.value)
	}
	for _, script := range scripts {
		if script = strings.TrimSpace(script); script != "" {
			text.WriteString(script + "\n")
		}
	}
	return s.redact(text.String())
}

// expandReadable returns the variables of the declaration as they are written there,
// sorted by name and escaped for double quotes.
func expandReadable(declared map[string]string) []variable {
	list := expand(declared, nil)
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`")
	for i := range list {
		list[i].value = escape.Replace(declared[list[i].name])
	}
	return list
}

// redact removes the password, see [secrets.Set.Scrub].
func (s *Session) redact(text string) string {
	var held secrets.Set
	held.AddLogin(s.place.Username, s.place.Password)
	return held.Scrub(text)
}
