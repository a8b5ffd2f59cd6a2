package reference

import (
	"bytes"
	"io"
	"net/http"
)

// roomAtOnce bounds the room, in bytes, that a body gets because its Content-Length
// says so, before any of it has come.
const roomAtOnce = 8 << 20

// readBody reads the body of a request, up to limit bytes.
func readBody(req *http.Request, limit int64) ([]byte, error) {
	// ReadFrom wants some room behind the end, too.
	room := min(max(req.ContentLength, 0), limit, roomAtOnce) + bytes.MinRead
	buffer := bytes.NewBuffer(make([]byte, 0, room))
	_, err := buffer.ReadFrom(io.LimitReader(req.Body, limit))
	return buffer.Bytes(), err
}
