package behaviour

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
)

// ZeroDigest is a digest that nothing has.
const ZeroDigest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

// EmptyDigest is the digest of the empty descriptor's two bytes.
const EmptyDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

// DigestOf is the digest that an upload ends with; empty when it has none.
func DigestOf(req *http.Request) string { return req.URL.Query().Get("digest") }

// WellFormed matches uploads that end with a digest, be it the right one.
func WellFormed(req *http.Request) bool { return isDigest(DigestOf(req)) }

func isDigest(s string) bool {
	_, err := digest.Parse(s)
	return err == nil
}

// IsSHA512 says whether a digest is in SHA-512.
func IsSHA512(d string) bool { return strings.HasPrefix(d, "sha512:") }

// EndsInSHA512 matches uploads that end with a digest in SHA-512.
func EndsInSHA512(req *http.Request) bool { return IsSHA512(DigestOf(req)) }

// IsZeroBytes says whether a digest is that of no bytes.
func IsZeroBytes(d string) bool { return d == digest.FromString("").String() }

// OfZeroBytes matches uploads of no bytes.
func OfZeroBytes(req *http.Request) bool { return IsZeroBytes(DigestOf(req)) }

// UnknownAlgorithm matches requests with a digest of an algorithm that there is
// not.
func UnknownAlgorithm(req *http.Request) bool {
	return strings.HasPrefix(DigestOf(req), "nosuchalgorithm:") || strings.HasPrefix(PlaceOf(req).Name, "nosuchalgorithm:")
}

// Mismatched matches uploads that end with the digest of something else.
func Mismatched(req *http.Request) bool {
	d, err := digest.Parse(DigestOf(req))
	return err == nil && d.Algorithm().FromBytes(BodyOf(req)) != d
}

// ByValidDigest matches requests for something by a digest of a known
// algorithm.
func ByValidDigest(req *http.Request) bool {
	return isDigest(PlaceOf(req).Name) && !UnknownAlgorithm(req)
}

// BadDigest matches requests for sha256:baddigest.
var BadDigest = NameLike(`^sha256:baddigest$`)

// MalformedName matches names that are neither digests nor tags, but meant as
// digests.
func MalformedName(req *http.Request) bool {
	name := PlaceOf(req).Name
	return !isDigest(name) && strings.Contains(name, ":") && !UnknownAlgorithm(req) && !strings.Contains(name, "-")
}

// MalformedDigest matches uploads that do not end with a digest, but with
// something that is meant as one.
func MalformedDigest(req *http.Request) bool { return !WellFormed(req) && !UnknownAlgorithm(req) }

// PullMalformedDigest matches the pulls of blobs by what is no digest.
var PullMalformedDigest = PullBlob.And(func(req *http.Request) bool { return !isDigest(PlaceOf(req).Name) })

// FirstInSHA512 matches requests of which the first digest is in SHA-512, or is
// to be: the name, the digest, what is mounted, or the algorithm that an upload
// asks for.
func FirstInSHA512(req *http.Request) bool {
	q := req.URL.Query()
	return strings.HasPrefix(cmp.Or(PlaceOf(req).Name, q.Get("digest"), q.Get("mount"), q.Get("digest-algorithm")), "sha512")
}

// NamedInSHA512 matches requests whose name, or else whose digest, is in
// SHA-512.
func NamedInSHA512(req *http.Request) bool { return IsSHA512(cmp.Or(PlaceOf(req).Name, DigestOf(req))) }
