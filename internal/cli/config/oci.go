package config

import (
	"fmt"
	"regexp"
	"strings"

	"assay/conformance/requirements"
)

// ociEntries returns the entries of the official suite's variables. Those of its main
// branch come before those of v1.1.1. An empty variable counts as not set. Variables
// that Assay has no setting for are ignored.
func ociEntries(environ []string) ([]entry, error) {
	env := map[string]string{}
	for _, assignment := range environ {
		name, text, _ := strings.Cut(assignment, "=")
		env[name] = text
	}
	var entries []entry
	add := func(name, setting, text string) {
		entries = append(entries, entry{setting: must(setting), values: []given{{text, origin{fromOCI, name, name}}}})
	}
	// first adds the first of the variables that is set.
	first := func(setting string, names ...string) {
		for _, name := range names {
			if env[name] != "" {
				add(name, setting, env[name])
				return
			}
		}
	}

	scheme := ""
	switch mode := env["OCI_TLS"]; mode {
	case "":
	case "enabled":
		scheme = "https://"
		add("OCI_TLS", "plain-http", "false")
		add("OCI_TLS", "insecure", "false")
	case "insecure":
		scheme = "https://"
		add("OCI_TLS", "plain-http", "false")
		add("OCI_TLS", "insecure", "true")
	case "disabled":
		scheme = "http://"
		add("OCI_TLS", "plain-http", "true")
	default:
		return nil, fmt.Errorf("OCI_TLS: %q is not allowed: want enabled, disabled or insecure", mode)
	}
	if host := env["OCI_REGISTRY"]; host != "" {
		if !strings.Contains(host, "://") {
			host = scheme + host
		}
		add("OCI_REGISTRY", "target", host)
	} else {
		first("target", "OCI_ROOT_URL")
	}
	first("repository", "OCI_REPO1", "OCI_NAMESPACE")
	first("repository2", "OCI_REPO2", "OCI_CROSSMOUNT_NAMESPACE")
	first("username", "OCI_USERNAME")
	first("password", "OCI_PASSWORD")
	first("out", "OCI_RESULTS_DIR")
	if text := env["OCI_VERSION"]; text != "" {
		version, err := ociVersion(text)
		if err != nil {
			return nil, fmt.Errorf("OCI_VERSION: %w", err)
		}
		add("OCI_VERSION", "spec", string(version))
	}
	return entries, nil
}

var ociVersionPattern = regexp.MustCompile(`^v?(1\.[01])(\.[0-9]+)?$`)

// ociVersion returns the version of the specification that the official suite calls
// text.
func ociVersion(text string) (requirements.Version, error) {
	if text == "dev" {
		return requirements.Draft, nil
	}
	match := ociVersionPattern.FindStringSubmatch(text)
	if match == nil {
		return "", fmt.Errorf("%q is not allowed: want 1.0, 1.1 or dev", text)
	}
	return requirements.Version(match[1]), nil
}
