package spec

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
)

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

// instance makes a new instance of the spec at the path.
func instance(path []int) *Instance {
	made := &Instance{}
	build(&builder{path: path, made: made})
	slices.SortStableFunc(made.before, func(a, b preparation) int { return cmp.Compare(a.depth, b.depth) })
	return made
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
