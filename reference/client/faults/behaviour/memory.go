package behaviour

import (
	"sync"
	"sync/atomic"
)

// counter counts from 1 on.
type counter struct{ n atomic.Int64 }

func (c *counter) next() int { return int(c.n.Add(1)) }

// flag is set once.
type flag struct{ on atomic.Bool }

func (f *flag) set()     { f.on.Store(true) }
func (f *flag) is() bool { return f.on.Load() }

// noted remembers values by name.
type noted[T any] struct {
	mu     sync.Mutex
	values map[string]T
}

func (n *noted[T]) get(name string) (T, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	value, ok := n.values[name]
	return value, ok
}

func (n *noted[T]) put(name string, value T) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.values == nil {
		n.values = map[string]T{}
	}
	n.values[name] = value
}
