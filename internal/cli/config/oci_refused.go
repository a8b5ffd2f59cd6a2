package config

import "fmt"

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
