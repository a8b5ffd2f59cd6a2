package submission

import (
	"bytes"
	"encoding/xml"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"assay/reports"
)

// results looks at results.yaml.
func (r *review) results(data []byte, run *reports.Run) {
	var got official
	if err := yaml.Unmarshal(data, &got); err != nil {
		r.add(resultsFile, "is no YAML of the official form: %v", err)
		return
	}
	r.config = &got.Config
	if strings.HasPrefix(got.Config.Commit, maker) {
		r.add(resultsFile, "is of Assay, not of the official suite: ask the program whether it takes that")
	}
	for name, value := range map[string]string{"registry": got.Config.Registry, "version": got.Config.Version, "commit": got.Config.Commit} {
		if value == "" {
			r.add(resultsFile, "config.%s is missing", name)
		}
	}
	if got.Config.FilterTest != "" {
		r.add(resultsFile, "only a part of the tests ran: filterTest is %q", got.Config.FilterTest)
	}
	if p := got.Config.Password; p != "" && strings.Trim(p, "*") != "" {
		r.add(resultsFile, "holds a password that is not redacted")
	}
	r.folder(got.Config.Version)
	r.statuses("apis", got.APIs, got.Config.Version)
	r.statuses("data", got.Data, got.Config.Version)
	names, err := Names()
	if err != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(names.APIs)) {
		if _, ok := got.APIs[name]; !ok {
			r.add(resultsFile, "apis has no %q", name)
		}
	}
	r.match(got, run)
}

// folder compares the version with the name of the folder, which is VERSION/PRODUCT.
func (r *review) folder(version string) {
	abs, err := filepath.Abs(r.dir)
	if err != nil {
		return
	}
	parent := filepath.Base(filepath.Dir(abs))
	if folderVersion.MatchString(parent) && parent != "v"+version {
		r.add(resultsFile, "is for version %s of the distribution-spec, but the folder is %s", version, parent)
	}
}

var folderVersion = regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)

// notIn has the names that the official suite does not test in a version, unless it is
// told to.
var notIn = map[string][]string{
	"1.0": {"Blob upload cancel", "Manifest put with tag params", "Tag Param", "Tag Param sha512", "Blob anonymous mount", "Referrers"},
	"1.1": {"Blob upload cancel", "Manifest put with tag params", "Tag Param", "Tag Param sha512"},
}

func (r *review) statuses(section string, got map[string]string, version string) {
	if len(got) == 0 {
		r.add(resultsFile, "%s is missing", section)
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		switch got[name] {
		case passed, skipped:
		case disabled:
			if !slices.Contains(notIn[version], name) {
				r.add(resultsFile, "%s: %q was not tested", section, name)
			}
		case failed, failure:
			r.add(resultsFile, "%s: %q is %s", section, name, got[name])
		default:
			r.add(resultsFile, "%s: %q has an unknown status, %q", section, name, got[name])
		}
	}
}

// match compares results.yaml with the run that it should show.
func (r *review) match(got official, run *reports.Run) {
	if run == nil {
		return
	}
	want, err := convert(run)
	if err != nil {
		return
	}
	for _, each := range []struct{ what, got, want string }{
		{"the registry", got.Config.Registry, want.Config.Registry},
		{"the version of the distribution-spec", got.Config.Version, want.Config.Version},
	} {
		if each.got != each.want {
			r.add(resultsFile, "does not match the results: %s is %s, not %s", each.what, each.got, each.want)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.APIs)) {
		if status, ok := got.APIs[name]; ok && status != want.APIs[name] {
			r.add(resultsFile, "does not match the results: %q is %s, not %s", name, status, want.APIs[name])
		}
	}
}

// junit looks at junit.xml.
func (r *review) junit(data []byte) {
	type suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}
	var got struct {
		XMLName xml.Name
		suite
		Suites []suite `xml:"testsuite"`
	}
	if err := xml.Unmarshal(data, &got); err != nil || !strings.HasPrefix(got.XMLName.Local, "testsuite") {
		r.add(junitFile, "is no JUnit XML")
		return
	}
	sum := got.suite
	if sum.Tests == 0 {
		for _, s := range got.Suites {
			sum.Tests, sum.Failures, sum.Errors = sum.Tests+s.Tests, sum.Failures+s.Failures, sum.Errors+s.Errors
		}
	}
	if sum.Tests == 0 {
		r.add(junitFile, "has no tests")
	}
	if sum.Failures+sum.Errors > 0 {
		r.add(junitFile, "has %s and %s", reports.Count(sum.Failures, "failure"), reports.Count(sum.Errors, "error"))
	}
}

// html looks at report.html.
func (r *review) html(data []byte) {
	if !bytes.Contains(bytes.ToLower(data), []byte("<html")) {
		r.add(htmlFile, "is no HTML page")
	}
	if c := r.config; c != nil && c.Registry != "" && !bytes.Contains(data, []byte(c.Registry)) {
		r.add(htmlFile, "does not name the registry of results.yaml, %s", c.Registry)
	}
}

// readme looks at README.md.
func (r *review) readme(data []byte) {
	text := string(data)
	if strings.Contains(text, todo) {
		r.add(readmeFile, "still has the placeholder "+todo)
	}
	if !strings.Contains(text, "```") && !strings.Contains(text, "\n    ") {
		r.add(readmeFile, "has no command that repeats the results")
	}
}
