package suite

import "slices"

// errorCodes are the codes of the distribution-spec, section "Error Codes".
var errorCodes = []string{
	"BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN",
	"MANIFEST_INVALID", "MANIFEST_UNKNOWN", "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED",
	"DENIED", "UNSUPPORTED", "TOOMANYREQUESTS",
}

// legacyCodes are those that older registries may send (distribution-spec,
// "Legacy Docker support error codes").
var legacyCodes = []string{"TAG_INVALID", "MANIFEST_UNVERIFIED"}

// IsErrorCode says whether the specification has the code of an error.
func IsErrorCode(code string) bool {
	return slices.Contains(errorCodes, code) || slices.Contains(legacyCodes, code)
}
