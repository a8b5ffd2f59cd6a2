package wire

import (
	"bytes"
	"net/http"

	"github.com/opencontainers/go-digest"
)

// Sent is what the client sent.
type Sent struct {
	Header http.Header
	// Body is the body; nil when it was streamed. Of more than 64 KiB it is the
	// beginning, see [Sent.Cut].
	Body []byte
	Size int64 // of the body, in bytes; -1 when sent without a length
	// Auth is the scheme of the credential, "Basic" or "Bearer"; empty when
	// none was sent. Header never holds the credential itself.
	Auth string
	// Scopes are those that a token for the request was asked for with; nil when no
	// credential was sent.
	Scopes []string

	whole *wholeBody // what Body is the beginning of; nil when it is all
}

type wholeBody struct {
	size   int64
	digest digest.Digest
	tail   []byte
}

// sentBody is the longest request body, in bytes, that is kept whole.
const sentBody = 64 << 10

func sentOf(req *Request) Sent {
	sent := Sent{Header: req.Header.Clone(), Body: req.bytes, Size: req.Size}
	if req.Body == nil {
		sent.Size = 0
	}
	if len(req.bytes) > sentBody {
		sent.Body = head(req.bytes)
		sent.whole = &wholeBody{int64(len(req.bytes)), digest.FromBytes(req.bytes), bytes.Clone(req.bytes[len(req.bytes)-headSize:])}
	}
	return sent
}

// Cut says whether Body is only the beginning of what was sent.
func (s Sent) Cut() bool { return s.whole != nil }

// Tail is the end of what was sent, of which Body is only the beginning; nil if it is all.
func (s Sent) Tail() []byte {
	if s.whole == nil {
		return nil
	}
	return s.whole.tail
}

// Length is how many bytes were sent, also without a length in the header; -1
// when they were streamed and are not known.
func (s Sent) Length() int64 {
	switch {
	case s.whole != nil:
		return s.whole.size
	case s.Body != nil:
		return int64(len(s.Body))
	}
	return s.Size
}

// Digest is the sha256 of the whole body; empty when it was streamed.
func (s Sent) Digest() digest.Digest {
	switch {
	case s.whole != nil:
		return s.whole.digest
	case s.Body == nil && s.Size != 0:
		return ""
	}
	return digest.FromBytes(s.Body)
}
