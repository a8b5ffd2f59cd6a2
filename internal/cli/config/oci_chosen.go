package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

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
