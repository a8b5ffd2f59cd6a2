package spec

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
)

// top is a container that stands in no other.
type top struct {
	text    string
	declare func()
}

var tops []top

// building is the tree that is being built. Containers are functions without
// arguments, so that the words find it here; lock is held while any is called.
var building struct {
	lock   sync.Mutex
	inTree bool // a container's function is called for Ginkgo
	active bool // one is called for an index or an instance
	*builder
}

// builder calls the functions of containers. Along a path it makes an instance of
// the spec at its end; without one it visits every spec.
type builder struct {
	path []int                         // what is entered at each depth; nil for everything
	here []level                       // the containers that are being called
	each func(path []int, text string) // visits the specs where there is no path
	made *Instance                     // where there is one
}

// level is a container on the way.
type level struct {
	text string
	at   int // its place in its parent
	next int // the place of the next thing in it
	keys int // how many were given out in it
}

// Instance is a spec with variables of its own.
type Instance struct {
	before []preparation
	run    func(context.Context)
}

// preparation is a BeforeEach, and how deep its container is.
type preparation struct {
	depth int
	run   func(context.Context)
}

// Run carries out the spec in this goroutine and says how it ended: with what
// was given to [End], or with a panic.
func (i *Instance) Run(ctx context.Context) (end Ending) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case ended:
			end.Value = p.value
		default:
			end.Panic = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	for _, before := range i.before {
		before.run(ctx)
	}
	i.run(ctx)
	return Ending{}
}

// Ending is how a spec ended; the zero value says that it came to its last line.
type Ending struct {
	Value any    // that End was called with
	Panic string // what went wrong, and where
}

type ended struct{ value any }

// End ends the spec that this goroutine carries out. It does not return.
func End(value any) { panic(ended{value}) }

// Catch calls f and returns the value with which it ended the spec, if it did; the
// spec goes on. Other panics pass.
func Catch(f func()) (value any, caught bool) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case ended:
			value, caught = p.value, true
		default:
			panic(p)
		}
	}()
	f()
	return nil, false
}

// begin enters a node and says whether it is on the path.
func (b *builder) begin() (at int, entered bool) {
	depth := len(b.here) - 1
	at = b.here[depth].next
	b.here[depth].next++
	return at, b.path == nil || depth+1 < len(b.path) && b.path[depth+1] == at
}

func (b *builder) container(text string, declare func()) {
	if at, entered := b.begin(); entered {
		b.enter(text, at, declare)
	}
}

func (b *builder) enter(text string, at int, declare func()) {
	b.here = append(b.here, level{text: text, at: at})
	declare()
	b.here = b.here[:len(b.here)-1]
}

func (b *builder) before(run func(context.Context)) {
	if b.made != nil {
		b.made.before = append(b.made.before, preparation{len(b.here), run})
	}
}

func (b *builder) spec(text string, run func(context.Context)) {
	at, entered := b.begin()
	if !entered {
		return
	}
	if b.made != nil {
		b.made.run = run
		return
	}
	path, words := []int{}, []string{}
	for _, l := range b.here {
		path, words = append(path, l.at), append(words, l.text)
	}
	b.each(append(path, at), strings.Join(append(words, text), " "))
}

// build calls the containers; lock is held.
func build(b *builder) {
	building.active, building.builder = true, b
	defer func() { building.active, building.builder = false, nil }()
	for at, t := range tops {
		if b.path == nil || b.path[0] == at {
			b.enter(t.text, at, t.declare)
		}
	}
}

// instance makes a new instance of the spec at the path.
func instance(path []int) *Instance {
	building.lock.Lock()
	defer building.lock.Unlock()
	made := &Instance{}
	build(&builder{path: path, made: made})
	slices.SortStableFunc(made.before, func(a, b preparation) int { return cmp.Compare(a.depth, b.depth) })
	return made
}

// Key is of something that containers declare, such as content that their specs
// share: it is the same for every instance, and no other declaration has it. A
// variable of a package has one, too.
func Key() string {
	switch {
	case building.active:
		var key strings.Builder
		for _, l := range building.here {
			fmt.Fprintf(&key, "%d/", l.at)
		}
		last := &building.here[len(building.here)-1]
		fmt.Fprintf(&key, "#%d", last.keys)
		last.keys++
		return key.String()
	case building.inTree:
		return "" // nobody runs what Ginkgo's tree holds
	}
	packageKeys++
	return fmt.Sprintf("package#%d", packageKeys)
}

var packageKeys int
