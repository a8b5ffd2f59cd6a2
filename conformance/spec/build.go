package spec

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// tops are the outermost containers, in the order in which they were declared.
var tops []node

// building is the tree that is being built. It is a variable, because containers are
// functions without arguments, and Context and It need it. The lock is held while a
// container is called.
var building struct {
	lock sync.Mutex
	*builder
}

// builder calls the functions of containers. With a path, it makes an instance of the
// spec at the end of the path. Without a path, it visits every spec.
type builder struct {
	path []int                            // index of the container or spec at each depth; nil for all
	here []level                          // the containers that are being called
	each func(in []level, at int, n node) // visits the specs, if there is no path
	made *Instance                        // the instance, if there is a path
}

// level is a container on the path.
type level struct {
	node
	labels Labels
	at     int // its place in its parent
	next   int // the place of the next thing in it
	keys   int // number of keys that were given out in it
}

// build calls the containers.
func build(b *builder) {
	building.lock.Lock()
	defer building.lock.Unlock()
	building.builder = b
	defer func() { building.builder = nil }()
	for at, t := range tops {
		if b.path == nil || b.path[0] == at {
			b.enter(t, at)
		}
	}
}

func (b *builder) enter(n node, at int) {
	body, labels, rest := n.parts()
	declare, ok := body.(func())
	if !ok || len(rest) > 0 {
		panic(fmt.Sprintf("the container %q: want labels and a func()", n.text))
	}
	b.here = append(b.here, level{node: n, labels: labels, at: at})
	declare()
	b.here = b.here[:len(b.here)-1]
}

// begin returns the index of the next node in the innermost container, and whether the
// node is on the path.
func (b *builder) begin() (at int, entered bool) {
	depth := len(b.here) - 1
	at = b.here[depth].next
	b.here[depth].next++
	return at, b.path == nil || depth+1 < len(b.path) && b.path[depth+1] == at
}

func (b *builder) container(n node) {
	if at, entered := b.begin(); entered {
		b.enter(n, at)
	}
}

func (b *builder) before(run func(context.Context)) {
	if b.made != nil {
		b.made.before = append(b.made.before, preparation{len(b.here), run})
	}
}

func (b *builder) spec(n node) {
	at, entered := b.begin()
	switch {
	case !entered:
	case b.made != nil:
		body, _, _ := n.parts()
		b.made.run = function(body)
	default:
		b.each(slices.Clone(b.here), at, n)
	}
}

// packageKeys is the number of keys that were given out outside of containers.
var packageKeys int

// Key returns a key for a declaration in a container, such as content that specs share.
// The key is the same for every instance, and no other declaration has it. It can also
// be called for a variable of a package.
func Key() string {
	if building.builder == nil {
		packageKeys++
		return fmt.Sprintf("package#%d", packageKeys)
	}
	var key strings.Builder
	for _, l := range building.here {
		fmt.Fprintf(&key, "%d/", l.at)
	}
	last := &building.here[len(building.here)-1]
	fmt.Fprintf(&key, "#%d", last.keys)
	last.keys++
	return key.String()
}
