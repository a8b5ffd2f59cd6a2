package behaviour

import (
	"net/http"
	"slices"
	"sync"
)

// Memory keeps values by name for later requests. The zero value is empty.
type Memory[V any] struct {
	mu     sync.Mutex
	values map[string]V
}

// Put stores a value.
func (m *Memory[V]) Put(name string, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string]V{}
	}
	m.values[name] = value
}

// Get returns the value that was stored last.
func (m *Memory[V]) Get(name string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, found := m.values[name]
	return value, found
}

// Drop removes a value.
func (m *Memory[V]) Drop(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, name)
}

// Marks is a set of words that requests share. The zero value is empty.
type Marks struct {
	mu    sync.Mutex
	words map[string]bool
}

// Add adds a word to the set. It says whether the word is new.
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

// List returns the words in order.
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

// atPath matches requests whose path is in the set.
func (m *Marks) atPath(req *http.Request) bool { return m.Has(req.URL.Path) }
