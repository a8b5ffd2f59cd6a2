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

// preparation is a BeforeEach, with the depth of its container.
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

// Run runs the spec in this goroutine and returns how it ended: with a call of [End],
// with a panic, or at its last line.
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

// Ending says how a spec ended. The zero value means that it reached its last line.
type Ending struct {
	Value any    // the argument of End
	Panic string // the text of the panic, with its stack
}

type ended struct{ value any }

// End ends the spec that this goroutine runs. It does not return.
func End(value any) { panic(ended{value}) }

// Catch calls f. If f calls [End], Catch returns the value, and the spec goes on. It
// does not catch other panics.
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
