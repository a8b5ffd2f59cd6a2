package behaviour

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
)

// ZeroDigest is a digest that no content has.
const ZeroDigest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

// EmptyDigest is the digest of the empty descriptor's two bytes.
const EmptyDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

// DigestOf is the digest at the end of an upload. It is empty when there is none.
func DigestOf(req *http.Request) string { return req.URL.Query().Get("digest") }

// WellFormed matches uploads that end with a well-formed digest, right or wrong.
func WellFormed(req *http.Request) bool { return isDigest(DigestOf(req)) }

func isDigest(s string) bool {
	_, err := digest.Parse(s)
	return err == nil
}

// IsSHA512 says whether a digest uses SHA-512.
func IsSHA512(d string) bool { return strings.HasPrefix(d, "sha512:") }

// EndsInSHA512 matches uploads that end with a SHA-512 digest.
func EndsInSHA512(req *http.Request) bool { return IsSHA512(DigestOf(req)) }

// ZeroBytesDigest is the digest of zero bytes.
var ZeroBytesDigest = digest.FromString("").String()

// IsZeroBytes says whether a digest is the digest of zero bytes.
func IsZeroBytes(d string) bool { return d == ZeroBytesDigest }

// OfZeroBytes matches uploads of zero bytes.
func OfZeroBytes(req *http.Request) bool { return IsZeroBytes(DigestOf(req)) }

// UnknownAlgorithm matches requests with a digest of an algorithm that does not exist.
func UnknownAlgorithm(req *http.Request) bool {
	return strings.HasPrefix(DigestOf(req), "nosuchalgorithm:") || strings.HasPrefix(PlaceOf(req).Name, "nosuchalgorithm:")
}

// Mismatched matches uploads that end with the digest of other content.
func Mismatched(req *http.Request) bool {
	d, err := digest.Parse(DigestOf(req))
	return err == nil && d.Algorithm().FromBytes(BodyOf(req)) != d
}

// ByValidDigest matches requests that name content by a digest of a known algorithm.
func ByValidDigest(req *http.Request) bool {
	return isDigest(PlaceOf(req).Name) && !UnknownAlgorithm(req)
}

// BadDigest matches requests for sha256:baddigest.
var BadDigest = NameLike(`^sha256:baddigest$`)

// MalformedName matches names that are neither digests nor tags, but look like digests.
func MalformedName(req *http.Request) bool {
	name := PlaceOf(req).Name
	return !isDigest(name) && strings.Contains(name, ":") && !UnknownAlgorithm(req) && !strings.Contains(name, "-")
}

// MalformedDigest matches uploads that end with a text that looks like a digest but is
// malformed.
func MalformedDigest(req *http.Request) bool { return !WellFormed(req) && !UnknownAlgorithm(req) }

// PullMalformedDigest matches the pulls of blobs by a malformed digest.
var PullMalformedDigest = PullBlob.And(func(req *http.Request) bool { return !isDigest(PlaceOf(req).Name) })

// FirstInSHA512 matches requests whose first digest uses SHA-512. The first digest is
// the name, the parameter digest, the digest to mount, or the algorithm of a new
// upload.
func FirstInSHA512(req *http.Request) bool {
	q := req.URL.Query()
	return strings.HasPrefix(cmp.Or(PlaceOf(req).Name, q.Get("digest"), q.Get("mount"), q.Get("digest-algorithm")), "sha512")
}

// NamedInSHA512 matches requests whose name uses SHA-512 or, when the name is no
// digest, whose parameter digest does.
func NamedInSHA512(req *http.Request) bool { return IsSHA512(cmp.Or(PlaceOf(req).Name, DigestOf(req))) }
