package behaviour

import (
	"net/http"
	"slices"
	"sync"
)

// Memory is what requests tell those that come later, by name. The zero value
// is an empty one.
type Memory[V any] struct {
	mu     sync.Mutex
	values map[string]V
}

// Put remembers a value.
func (m *Memory[V]) Put(name string, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string]V{}
	}
	m.values[name] = value
}

// Get returns what was put there last.
func (m *Memory[V]) Get(name string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, found := m.values[name]
	return value, found
}

// Drop forgets a value.
func (m *Memory[V]) Drop(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, name)
}

// Marks is a set of words that requests share. The zero value is an empty one.
type Marks struct {
	mu    sync.Mutex
	words map[string]bool
}

// Add puts a word into the set and says whether it is new.
func (m *Marks) Add(word string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.words == nil {
		m.words = map[string]bool{}
	}
	isNew := !m.words[word]
	m.words[word] = true
	return isNew
}

// Has says whether the word is in the set.
func (m *Marks) Has(word string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.words[word]
}

// List is the words in their order.
func (m *Marks) List() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var words []string
	for w := range m.words {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

// atPath matches requests for a path that is in the set.
func (m *Marks) atPath(req *http.Request) bool { return m.Has(req.URL.Path) }
