package config

import (
	"fmt"
	"regexp"
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
