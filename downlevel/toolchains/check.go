package toolchains

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"golang.org/x/mod/module"

	"assay/fixtures/mechanisms"
)

// Profiles lists the names of the profiles: sets of versions that are installed
// together.
func Profiles() []string { return []string{"ci", "full"} }

var (
	needs    = []string{"root", "linux"}
	releases = []string{"bullseye", "bookworm", "trixie"}
	// oneWord matches text that can be passed to another program as an argument that is
	// not a flag.
	oneWord = regexp.MustCompile(`^[A-Za-z0-9@.][^\s]*$`)
	upper   = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
)

// checker collects the faults of one declaration.
type checker struct {
	name   string
	body   ast.Node
	faults []error
}

// wrong adds a fault of the value that the keys lead to.
func (c *checker) wrong(keys []any, format string, args ...any) {
	var where strings.Builder
	for _, key := range keys {
		switch key := key.(type) {
		case int:
			fmt.Fprintf(&where, "[%d]", key)
		default:
			if where.Len() > 0 {
				where.WriteByte('.')
			}
			fmt.Fprint(&where, key)
		}
	}
	c.faults = append(c.faults, fmt.Errorf("%s:%d: %s: %s", c.name, line(locate(c.body, keys...)), where.String(), fmt.Sprintf(format, args...)))
}

func at(keys ...any) []any { return keys }

func (c *checker) toolchain(t *Toolchain) {
	if t.Title == "" {
		c.wrong(at("title"), "is missing: want the name that people know")
	}
	if u, err := url.Parse(t.Home); err != nil || u.Host == "" || u.Scheme != "https" {
		c.wrong(at("home"), "%q is not allowed: want an https URL", t.Home)
	}
	if len(t.Programs) == 0 {
		c.wrong(at("programs"), "is empty: want the programs that have to be there")
	}
	for i, p := range t.Programs {
		if !oneWord.MatchString(p) || strings.Contains(p, "/") {
			c.wrong(at("programs", i), "%q is not allowed: want the name of a program", p)
		}
	}
	c.version(t)
	if t.Subject != Image {
		c.oneOf(at("subject"), string(t.Subject), []string{string(Chart)})
	}
	for i, n := range t.Needs {
		c.oneOf(at("needs", i), n, needs)
	}
	for name := range maps.Keys(t.Environment) {
		if !upper.MatchString(name) {
			c.wrong(at("environment", name), "want a name in capitals")
		}
		c.variables(at("environment", name), t.Environment[name])
	}
	c.installs(t.Installs)
	for i, d := range t.Daemons {
		c.versions(at("daemons", i, "versions"), d.Versions)
		c.script(at("daemons", i, "run"), d.Run)
		c.script(at("daemons", i, "ready"), d.Ready)
	}
	if len(t.Verbs) == 0 {
		c.wrong(at("verbs"), "is empty: want what the tool can do")
	}
	for verb := range t.Verbs {
		c.verb(verb, t.Verbs[verb])
	}
}

func (c *checker) version(t *Toolchain) {
	c.script(at("version", "run"), t.Version.Run)
	if t.Version.Pattern == "" {
		return
	}
	if pattern, err := regexp.Compile(t.Version.Pattern); err != nil {
		c.wrong(at("version", "pattern"), "%q is no regular expression: %v", t.Version.Pattern, err)
	} else if pattern.NumSubexp() > 1 {
		c.wrong(at("version", "pattern"), "%q has several groups: want one or none", t.Version.Pattern)
	}
}

func (c *checker) verb(verb Verb, actions Actions) {
	if !slices.Contains(Verbs(), verb) {
		c.wrong(at("verbs", string(verb)), "unknown verb: want one of %s", words(Verbs()))
	}
	if len(actions) == 0 {
		c.wrong(at("verbs", string(verb)), "is empty: want a script")
	}
	for i, a := range actions {
		where := at("verbs", string(verb))
		if len(actions) > 1 {
			where = append(where, i)
		}
		c.versions(append(where, "versions"), a.Versions)
		c.script(append(where, "run"), a.Run)
		for j, kind := range a.Brings {
			c.oneOf(append(where, "brings", j), string(kind), []string{string(mechanisms.Referrer), string(mechanisms.Tag)})
		}
		for j, l := range a.Limits {
			c.limit(append(slices.Clone(where), "limits", j), l)
		}
		if (a.Instead.Option == "") != (a.Instead.Run == "") {
			c.wrong(append(slices.Clone(where), "instead"), "want option and run: the option as it is typed, and the script with it")
		}
		if a.Yields != YieldsNothing && !slices.Contains(yields, a.Yields) {
			c.wrong(append(where, "yields"), "%q is not allowed: want one of %s", a.Yields, words(yields))
		}
	}
}

// limit checks a loss that the documentation of the tool announces.
func (c *checker) limit(where []any, l Limit) {
	if len(l.Harms) == 0 {
		c.wrong(where, "harms is empty: want the kinds of harm, such as platform-lost")
	}
	if l.Says == "" {
		c.wrong(where, "says is missing: want the sentence of the documentation")
	}
	if u, err := url.Parse(l.Link); err != nil || u.Host == "" || u.Scheme != "https" {
		c.wrong(where, "link: %q is not allowed: want an https URL", l.Link)
	}
}

var yields = []Yield{YieldsImage, YieldsFiles, YieldsID, YieldsDigest, YieldsManifest, YieldsMentions, YieldsTags,
	YieldsReferrers, YieldsGreeting}

func (c *checker) installs(installs []Install) {
	seen := map[string]bool{}
	for i, in := range installs {
		where := at("installs", i)
		if _, err := parseVersion(in.Version); err != nil {
			c.wrong(append(where, "version"), "%q is no version: want one such as 1.2.3", in.Version)
		}
		if _, ok := locate(c.body, append(where, "version")...).(*ast.FloatNode); ok {
			c.wrong(append(where, "version"), "%s is read as a number, in which 1.10 is 1.1: put it in quotes", in.Version)
		}
		if seen[in.Version] {
			c.wrong(append(where, "version"), "%s is there twice", in.Version)
		}
		seen[in.Version] = true
		for j, p := range in.Profiles {
			c.oneOf(append(where, "profiles", j), p, Profiles())
		}
		ways := 0
		if in.Go != "" {
			ways++
			c.versioned(append(where, "go"), in.Go)
		}
		if in.Module != nil {
			ways++
			c.module(append(where, "module"), in.Module)
		}
		if in.Debian != nil {
			ways++
			if in.Debian.Release != "" {
				c.oneOf(append(where, "debian", "release"), in.Debian.Release, releases)
			}
			c.arguments(append(where, "debian", "packages"), in.Debian.Packages)
		}
		if in.NPM != nil {
			ways++
			c.arguments(append(where, "npm"), in.NPM)
			for j, p := range in.NPM {
				if strings.LastIndex(p, "@") < 1 {
					c.wrong(append(where, "npm", j), "%q is not allowed: want NAME@VERSION", p)
				}
			}
		}
		if ways != 1 {
			c.wrong(where, "has %d ways to install: want one of go, module, debian, npm", ways)
		}
	}
}

func (c *checker) module(where []any, m *Module) {
	if err := module.CheckPath(m.Path); err != nil {
		c.wrong(append(where, "path"), "%v", err)
	}
	if !oneWord.MatchString(m.Version) {
		c.wrong(append(where, "version"), "%q is not allowed: want the version of the module, such as v1.2.3", m.Version)
	}
	c.arguments(append(where, "packages"), m.Packages)
}

// versioned checks that text is PATH@VERSION.
func (c *checker) versioned(where []any, text string) {
	path, version, _ := strings.Cut(text, "@")
	if module.CheckImportPath(path) != nil || !oneWord.MatchString(version) {
		c.wrong(where, "%q is not allowed: want PATH@VERSION", text)
	}
}

// arguments checks that none of the words is a flag.
func (c *checker) arguments(where []any, list []string) {
	if len(list) == 0 {
		c.wrong(where, "is empty")
	}
	for i, text := range list {
		if !oneWord.MatchString(text) {
			c.wrong(append(slices.Clone(where), i), "%q is not allowed: want a name", text)
		}
	}
}

func (c *checker) versions(where []any, text string) {
	if _, err := parseRange(text); err != nil {
		c.wrong(where, "%q is no range of versions: want one such as %q", text, ">=0.4 <1.0")
	}
}

func (c *checker) script(where []any, text string) {
	if strings.TrimSpace(text) == "" {
		c.wrong(where, "is missing: want a script")
	}
}

// variables checks that value refers only to variables of a session.
func (c *checker) variables(where []any, value string) {
	for _, name := range references(value) {
		if !slices.Contains(sessionVariables, name) {
			c.wrong(where, "$%s is unknown: want one of %s", name, strings.Join(sessionVariables, ", "))
		}
	}
}

func (c *checker) oneOf(where []any, text string, allowed []string) {
	if !slices.Contains(allowed, text) {
		c.wrong(where, "%q is not allowed: want one of %s", text, strings.Join(allowed, ", "))
	}
}

func words[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = string(item)
	}
	return strings.Join(out, ", ")
}
