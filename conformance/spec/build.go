package spec

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// tops are the containers that stand in no other, in the order in which they were
// declared.
var tops []node

// building is the tree that is being built. Containers are functions without
// arguments, so that the words find it here; lock is held while any is called.
var building struct {
	lock sync.Mutex
	*builder
}

// builder calls the functions of containers. Along a path it makes an instance of
// the spec at its end; without one it visits every spec.
type builder struct {
	path []int                            // what is entered at each depth; nil for everything
	here []level                          // the containers that are being called
	each func(in []level, at int, n node) // visits the specs where there is no path
	made *Instance                        // where there is one
}

// level is a container on the way.
type level struct {
	node
	labels Labels
	at     int // its place in its parent
	next   int // the place of the next thing in it
	keys   int // how many were given out in it
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

// begin is the place of the next thing in the innermost container, and whether it
// is on the path.
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

// packageKeys is how many keys were given out outside of containers.
var packageKeys int

// Key is of something that containers declare, such as content that their specs
// share: it is the same for every instance, and no other declaration has it. A
// variable of a package has one, too.
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
