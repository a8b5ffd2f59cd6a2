package config

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

const (
	// ociFileVariable names the official suite's file.
	ociFileVariable = "OCI_CONFIGURATION"
	// ociDefaultFile is read if the variable is not set and the working directory has it.
	ociDefaultFile = "oci-conformance.yaml"
)

// ociFile returns the values of the official suite's file by the names of their
// variables, such as OCI_API_BLOBS_DELETE for the key delete of blobs of apis.
func ociFile(name string) (ociValues, error) {
	values := ociValues{}
	if name == "" {
		if _, err := os.Stat(ociDefaultFile); err != nil {
			return values, nil
		}
		name = ociDefaultFile
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ociFileVariable, err)
	}
	f := configFile{name}
	body, err := f.parse(data)
	if body == nil || err != nil {
		return values, err
	}
	if _, ok := body.(ast.MapNode); !ok {
		return nil, f.errorf(body.GetToken(), "want keys and values, as the official suite writes them")
	}
	return values, values.read(f, "OCI", body)
}

// read takes the values of a node whose variables begin with prefix.
func (v ociValues) read(f configFile, prefix string, node ast.Node) error {
	switch n := node.(type) {
	case ast.MapNode:
		for each := n.MapRange(); each.Next(); {
			key := each.Key().GetToken()
			variable := prefix + "_" + ociName(key.Value)
			if !isOCIVariable(variable) {
				return f.errorf(key, "the official suite has no %s here", key.Value)
			}
			if err := v.read(f, variable, each.Value()); err != nil {
				return err
			}
		}
		return nil
	case *ast.SequenceNode:
		var texts []string
		for _, each := range n.Values {
			texts = append(texts, each.GetToken().Value)
		}
		v.set(prefix, strings.Join(texts, " "), f.at(node.GetToken()))
		return nil
	case *ast.NullNode:
		return nil
	case ast.ScalarNode:
		v.set(prefix, node.GetToken().Value, f.at(node.GetToken()))
		return nil
	}
	return f.errorf(node.GetToken(), "want a value")
}

func (v ociValues) set(variable, text, where string) {
	if text != "" {
		v[variable] = ociValue{text, where}
	}
}

var (
	ociKeys  = map[string]string{"apis": "API", "logging": "LOG"}
	ociHumps = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

// ociName returns the name that the official suite gives a key in a variable.
func ociName(key string) string {
	if name, found := ociKeys[key]; found {
		return name
	}
	return strings.ToUpper(ociHumps.ReplaceAllString(key, "${1}_${2}"))
}

// isOCIVariable says whether the official suite has a variable of this name, or
// variables that begin with it.
func isOCIVariable(name string) bool {
	return slices.ContainsFunc(ociVariables(), func(v string) bool { return v == name || strings.HasPrefix(v, name+"_") })
}

// ociVariables are the variables of the official suite's main branch, and what it writes
// into the file itself.
func ociVariables() []string {
	names := []string{
		"OCI_REGISTRY", "OCI_TLS", "OCI_REPO1", "OCI_REPO2", "OCI_USERNAME", "OCI_PASSWORD", "OCI_RESULTS_DIR", "OCI_VERSION",
		"OCI_API_PUSH", "OCI_RO_DATA_TAGS", "OCI_RO_DATA_MANIFESTS", "OCI_RO_DATA_BLOBS", "OCI_RO_DATA_REFERRERS",
		"OCI_COMMIT", "OCI_LEGACY",
	}
	names = append(names, ociWithoutEffect...)
	for _, v := range ociFeatures {
		names = append(names, v.name)
	}
	for _, v := range ociLeftOut {
		names = append(names, v.name)
	}
	for _, v := range ociFixed {
		names = append(names, v.name)
	}
	for _, v := range ociRefused {
		names = append(names, v.name)
	}
	return names
}
