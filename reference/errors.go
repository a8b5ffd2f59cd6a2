package reference

import (
	"encoding/json"
	"net/http"
)

// code is one of the codes of the distribution-spec, section "Error Codes".
type code string

const (
	blobUnknown       code = "BLOB_UNKNOWN"
	blobUploadInvalid code = "BLOB_UPLOAD_INVALID"
	blobUploadUnknown code = "BLOB_UPLOAD_UNKNOWN"
	denied            code = "DENIED"
	digestInvalid     code = "DIGEST_INVALID"
	manifestInvalid   code = "MANIFEST_INVALID"
	manifestUnknown   code = "MANIFEST_UNKNOWN"
	nameInvalid       code = "NAME_INVALID"
	nameUnknown       code = "NAME_UNKNOWN"
	sizeInvalid       code = "SIZE_INVALID"
	unauthorized      code = "UNAUTHORIZED"
	unsupported       code = "UNSUPPORTED"
)

// refuse answers with an error in the form of the distribution-spec, section "Error
// Codes".
func refuse(w http.ResponseWriter, status int, c code, message string) {
	type entry struct {
		Code    code   `json:"code"`
		Message string `json:"message"`
	}
	body, _ := json.Marshal(map[string][]entry{"errors": {{c, message}}}) // strings can always be encoded
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone
}
