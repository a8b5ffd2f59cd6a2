package reference

import (
	"bytes"
	"io"
	"net/http"
)

// roomAtOnce bounds the room, in bytes, that is reserved for a body because of its
// Content-Length, before any of the body is received.
const roomAtOnce = 8 << 20

// readBody reads the body of a request, up to limit bytes.
func readBody(req *http.Request, limit int64) ([]byte, error) {
	// ReadFrom also needs some room after the end.
	room := min(max(req.ContentLength, 0), limit, roomAtOnce) + bytes.MinRead
	buffer := bytes.NewBuffer(make([]byte, 0, room))
	_, err := buffer.ReadFrom(io.LimitReader(req.Body, limit))
	return buffer.Bytes(), err
}
