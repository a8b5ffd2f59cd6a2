package suite

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync/atomic"
)

// word is a word that no other process has, and number counts the nonces of this
// process.
var (
	word   = rand.Text()
	number atomic.Int64
)

// Nonce returns a word that nobody else uses: neither another spec, nor
// another run, nor an earlier call. It is lower-case letters and digits.
func Nonce() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d", word, number.Add(1)))
	return hex.EncodeToString(sum[:8])
}

// Tag returns a tag that nobody else uses.
func Tag() string { return "assay-" + Nonce() }

// MediaType returns a media type that was made up just now, so that no
// allow-list can hold it. The suffix is appended, such as "+json".
func MediaType(suffix string) string {
	return "application/vnd.example.assay." + Nonce() + ".v1" + suffix
}

// MissingDigest returns a well-formed digest that no content has.
func MissingDigest() string {
	sum := sha256.Sum256([]byte("missing " + Nonce()))
	return "sha256:" + hex.EncodeToString(sum[:])
}
