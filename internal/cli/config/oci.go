package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"assay/conformance/requirements"
)

// ociValue is a value of the official suite, and where it was given.
type ociValue struct{ text, where string }

// ociValues are the values of the official suite by the names of their variables.
type ociValues map[string]ociValue

// ociEntries returns the entries of the official suite's configuration: its variables,
// which come first, and its YAML file. The names of its main branch come before those of
// v1.1.1. An empty variable counts as not set. What Assay cannot do as the official suite
// would is an error that names it; [ociWithoutEffect] has the exceptions.
func ociEntries(environ []string) ([]entry, error) {
	env := map[string]string{}
	for _, assignment := range environ {
		name, text, _ := strings.Cut(assignment, "=")
		env[name] = text
	}
	values, err := ociFile(env[ociFileVariable])
	if err != nil {
		return nil, err
	}
	for name, text := range env {
		if text != "" {
			values[name] = ociValue{text, name}
		}
	}
	o := &ociTaken{values: values}
	for _, take := range []func() error{
		o.target, o.refuse, o.features, o.workflows, o.content,
	} {
		if err := take(); err != nil {
			return nil, err
		}
	}
	o.first("repository", "OCI_REPO1", "OCI_NAMESPACE")
	o.first("repository2", "OCI_REPO2", "OCI_CROSSMOUNT_NAMESPACE")
	o.first("username", "OCI_USERNAME")
	o.first("password", "OCI_PASSWORD")
	o.first("out", "OCI_RESULTS_DIR", "OCI_REPORT_DIR")
	if v, given := values["OCI_VERSION"]; given {
		version, err := ociVersion(v.text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.where, err)
		}
		o.add("spec", string(version), v.where)
	}
	return o.entries, nil
}

// ociTaken turns values of the official suite into entries of ours.
type ociTaken struct {
	values  ociValues
	entries []entry
}

// add adds an entry with one value.
func (o *ociTaken) add(setting, text, where string) {
	o.addAll(setting, []string{text}, where)
}

// addAll adds an entry with several values.
func (o *ociTaken) addAll(setting string, texts []string, where string) {
	e := entry{setting: must(setting)}
	for _, text := range texts {
		e.values = append(e.values, given{text, origin{fromOCI, where, where}})
	}
	o.entries = append(o.entries, e)
}

// first adds the first of the variables that is given.
func (o *ociTaken) first(setting string, names ...string) {
	for _, name := range names {
		if v, given := o.values[name]; given {
			o.add(setting, v.text, v.where)
			return
		}
	}
}

// truth returns a value that is true or false, or whether there is none.
func (o *ociTaken) truth(name string) (value, given bool, err error) {
	v, given := o.values[name]
	if !given {
		return false, false, nil
	}
	value, err = strconv.ParseBool(v.text)
	if err != nil {
		return false, false, fmt.Errorf("%s: %q is not allowed: want true or false", v.where, v.text)
	}
	return value, true, nil
}

func (o *ociTaken) target() error {
	scheme := ""
	if mode, given := o.values["OCI_TLS"]; given {
		plain, insecure := "false", "false"
		switch mode.text {
		case "enabled":
			scheme = "https://"
		case "insecure":
			scheme, insecure = "https://", "true"
		case "disabled":
			scheme, plain = "http://", "true"
		default:
			return fmt.Errorf("%s: %q is not allowed: want enabled, disabled or insecure", mode.where, mode.text)
		}
		o.add("plain-http", plain, mode.where)
		if scheme == "https://" {
			o.add("insecure", insecure, mode.where)
		}
	}
	host, given := o.values["OCI_REGISTRY"]
	if !given {
		o.first("target", "OCI_ROOT_URL")
		return nil
	}
	if !strings.Contains(host.text, "://") {
		host.text = scheme + host.text
	}
	o.add("target", host.text, host.where)
	return nil
}

// ociFeatures are the variables that declare an optional feature.
var ociFeatures = []struct{ name, feature string }{
	{"OCI_API_BLOBS_DELETE", "blob-delete"},
	{"OCI_API_BLOB_DELETE", "blob-delete"},
	{"OCI_API_BLOBS_UPLOAD_CANCEL", "upload-cancel"},
	{"OCI_API_MANIFESTS_DELETE", "manifest-delete"},
	{"OCI_API_MANIFEST_DELETE", "manifest-delete"},
	{"OCI_API_MANIFESTS_TAG_PARAM", "tag-parameters"},
	{"OCI_API_REFERRER", "referrers"},
	{"OCI_API_TAGS_DELETE", "tag-delete"},
	{"OCI_API_TAG_DELETE", "tag-delete"},
	{"OCI_DATA_SHA512", "sha512"},
}

func (o *ociTaken) features() error {
	for _, f := range ociFeatures {
		value, given, err := o.truth(f.name)
		if err != nil {
			return err
		}
		if given {
			o.add("feature", f.feature+"="+strconv.FormatBool(value), o.values[f.name].where)
		}
	}
	return nil
}

// ociWorkflows are the variables that choose workflows. Those of v1.1.1 choose the ones
// that run; those of the main branch leave out some.
var (
	ociChosen = []struct {
		name      string
		workflows []string
	}{
		{"OCI_TEST_PULL", []string{"pull"}},
		{"OCI_TEST_PUSH", []string{"push"}},
		{"OCI_TEST_CONTENT_DISCOVERY", []string{"discovery", "references"}},
		{"OCI_TEST_CONTENT_MANAGEMENT", []string{"management"}},
	}
	ociLeftOut = []struct{ name, workflow string }{
		{"OCI_API_PULL", "pull"},
		{"OCI_API_TAGS_LIST", "discovery"},
		{"OCI_API_TAG_LIST", "discovery"},
	}
)

func (o *ociTaken) workflows() error {
	var chosen []string
	where := ""
	for _, c := range ociChosen {
		value, given, err := o.truth(c.name)
		switch {
		case err != nil:
			return err
		case given && where == "":
			where = o.values[c.name].where
		}
		if value {
			chosen = append(chosen, c.workflows...)
		}
	}
	if where == "" {
		chosen = workflowNames()
	}
	for _, l := range ociLeftOut {
		value, given, err := o.truth(l.name)
		if err != nil {
			return err
		}
		if given && !value {
			where = o.values[l.name].where
			chosen = slices.DeleteFunc(chosen, func(workflow string) bool { return workflow == l.workflow })
		}
	}
	if where == "" {
		return nil
	}
	if len(chosen) == 0 {
		return fmt.Errorf("%s: no workflow is left to run", where)
	}
	o.addAll("workflow", chosen, where)
	return nil
}

// content takes what a run that pushes nothing needs.
func (o *ociTaken) content() error {
	before := len(o.entries)
	for _, c := range []struct {
		setting string
		names   []string
	}{
		{"tag", []string{"OCI_RO_DATA_TAGS", "OCI_TAG_NAME"}},
		{"manifest", []string{"OCI_RO_DATA_MANIFESTS", "OCI_MANIFEST_DIGEST"}},
		{"blob", []string{"OCI_RO_DATA_BLOBS", "OCI_BLOB_DIGEST"}},
		{"subject", []string{"OCI_RO_DATA_REFERRERS"}},
	} {
		for _, name := range c.names {
			if v, given := o.values[name]; given {
				if len(strings.Fields(v.text)) != 1 {
					return fmt.Errorf("%s: %q is not allowed: Assay reads one of each kind, so want one", v.where, v.text)
				}
				o.add(c.setting, v.text, v.where)
				break
			}
		}
	}
	named := len(o.entries) > before
	push, given, err := o.truth("OCI_API_PUSH")
	if err != nil {
		return err
	}
	if given && !push {
		o.add("read-only", "true", o.values["OCI_API_PUSH"].where)
		return nil
	}
	pull, _, err := o.truth("OCI_TEST_PULL")
	if err != nil || !pull || !named {
		return err
	}
	for _, name := range []string{"OCI_TEST_PUSH", "OCI_TEST_CONTENT_DISCOVERY", "OCI_TEST_CONTENT_MANAGEMENT"} {
		if value, _, _ := o.truth(name); value {
			return nil
		}
	}
	o.add("read-only", "true", o.values["OCI_TEST_PULL"].where) // as v1.1.1 pulls what is named and pushes nothing
	return nil
}

// ociWithoutEffect are the variables that Assay accepts and does not need: they change
// what the official suite prints, in which order it cleans up, or what it takes for
// granted and Assay finds out.
var ociWithoutEffect = []string{
	"OCI_LOG", "OCI_DEBUG", "OCI_HIDE_SKIPPED_WORKFLOWS", "OCI_DELETE_MANIFEST_BEFORE_BLOBS",
	"OCI_AUTOMATIC_CROSSMOUNT", "OCI_API_BLOBS_MOUNT_ANONYMOUS",
}

// ociFixed are the variables of which Assay can do only one value, with what to do
// instead of the other.
var ociFixed = []struct {
	name    string
	value   bool
	instead string
}{
	{"OCI_API_PING", true, "Assay always sends GET /v2/"},
	{"OCI_API_BLOBS_ATOMIC", true, ociByRequirement},
	{"OCI_API_MANIFESTS_ATOMIC", true, ociByRequirement},
	{"OCI_API_TAGS_ATOMIC", true, ociByRequirement},
	{"OCI_API_BLOBS_DIGEST_HEADER", false, ociByStrict},
	{"OCI_API_MANIFESTS_DIGEST_HEADER", false, ociByStrict},
	{"OCI_CACHE_AUTH", true, "Assay always uses a token again"},
	{"OCI_DATA_IMAGE", true, ociByRequirement},
	{"OCI_DATA_INDEX", true, ociByRequirement},
	{"OCI_DATA_INDEX_LIST", true, ociByRequirement},
	{"OCI_DATA_SPARSE", true, ociByRequirement},
	{"OCI_DATA_ARTIFACT", true, ociByRequirement},
	{"OCI_DATA_SUBJECT", true, ociByRequirement},
	{"OCI_DATA_SUBJECT_MISSING", true, ociByRequirement},
	{"OCI_DATA_ARTIFACT_LIST", true, ociByRequirement},
	{"OCI_DATA_SUBJECT_LIST", true, ociByRequirement},
	{"OCI_DATA_DATA_FIELD", true, ociByRequirement},
	{"OCI_DATA_NONDISTRIBUTABLE", true, ociByRequirement},
	{"OCI_DATA_CUSTOM_FIELDS", true, ociByRequirement},
	{"OCI_DATA_NO_LAYERS", true, ociByRequirement},
	{"OCI_DATA_EMPTY_BLOB", true, ociByRequirement},
}

const (
	ociByRequirement = "choose what to judge with --requirement or --workflow"
	ociByStrict      = "the header is a SHOULD, which --strict makes count"
)

// ociRefused are the variables that Assay cannot do at all.
var ociRefused = []struct{ name, instead string }{
	{"OCI_FILTER_TEST", "it names tests of the official suite; choose what to judge with --requirement or --workflow"},
	{"OCI_AUTH_SCOPE", "Assay asks for the scope that each request needs"},
}

// refuse returns an error for what Assay cannot do.
func (o *ociTaken) refuse() error {
	for _, r := range ociRefused {
		if v, given := o.values[r.name]; given {
			return fmt.Errorf("%s: Assay cannot do this: %s", v.where, r.instead)
		}
	}
	for _, f := range ociFixed {
		value, given, err := o.truth(f.name)
		if err != nil {
			return err
		}
		if given && value != f.value {
			return fmt.Errorf("%s: %s is not allowed: %s", o.values[f.name].where, o.values[f.name].text, f.instead)
		}
	}
	if v := o.values["OCI_REPORT_DIR"]; v.text == "none" {
		return fmt.Errorf("%s: Assay always writes its reports: want a directory", v.where)
	}
	return nil
}

var ociVersionPattern = regexp.MustCompile(`^v?(1\.[01])(\.[0-9]+)?$`)

// ociVersion returns the version of the specification that the official suite calls
// text.
func ociVersion(text string) (requirements.Version, error) {
	switch text {
	case "dev", "1.1+dev":
		return requirements.Draft, nil
	case "stable":
		return requirements.V1_1, nil
	}
	match := ociVersionPattern.FindStringSubmatch(text)
	if match == nil {
		return "", fmt.Errorf("%q is not allowed: want 1.0, 1.1, stable or dev", text)
	}
	return requirements.Version(match[1]), nil
}
