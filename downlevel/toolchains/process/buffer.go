package process

import (
	"bytes"
	"fmt"
	"sync"
)

// Buffer keeps the first and the last Half bytes that are written to it.
type Buffer struct {
	Half int

	mu         sync.Mutex
	head, tail []byte
	dropped    int
}

// Write never fails.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(p)
	if room := b.Half - len(b.head); room > 0 {
		room = min(room, len(p))
		b.head = append(b.head, p[:room]...)
		p = p[room:]
	}
	b.tail = append(b.tail, p...)
	if over := len(b.tail) - b.Half; over > 0 {
		b.dropped += over
		b.tail = append(b.tail[:0], b.tail[over:]...)
	}
	return n, nil
}

// String returns the kept bytes. A line between them says how many are left out.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var text bytes.Buffer
	text.Write(b.head)
	if b.dropped > 0 {
		fmt.Fprintf(&text, "\n[%d bytes are left out]\n", b.dropped)
	}
	text.Write(b.tail)
	return text.String()
}
