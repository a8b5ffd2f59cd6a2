// Package spec has the words that specs are written with. When Ginkgo builds its
// tree, they stand for Ginkgo's own nodes: Ginkgo refuses what is wrong with the
// tree, selects by labels, orders by the seed and lists. A spec is carried out as
// an instance of its containers: their functions are called once more, which
// makes new variables, so that any number of specs can run at the same time.
package spec

import (
	"context"
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2"
)

// SpecContext is what the functions of a spec are given. It ends when the run
// does.
type SpecContext = context.Context

// Describe is a container of specs.
func Describe(text string, args ...any) bool { return container(ginkgo.Describe, text, args) }

// Context is Describe, for a container inside another.
func Context(text string, args ...any) bool { return container(ginkgo.Context, text, args) }

// Label gives labels to a container or a spec, for filters.
func Label(labels ...string) ginkgo.Labels { return ginkgo.Label(labels...) }

// BeforeEach is what happens before each spec of its container. The body is a
// func() or a func(SpecContext).
func BeforeEach(body any) bool {
	run := function(body)
	if building.active {
		building.before(run)
		return true
	}
	// An offset of 1 is the caller's line.
	return ginkgo.BeforeEach(unused, ginkgo.Offset(1))
}

// It is a spec. Besides labels and what the tree's rules want, its arguments are
// the body: a func() or a func(SpecContext).
func It(text string, args ...any) bool {
	run, rest := body(text, args)
	if building.active {
		building.spec(text, run)
		return true
	}
	return ginkgo.It(text, append(rest, ginkgo.Offset(1), unused)...)
}

// unused stands in Ginkgo's tree for the functions of specs, which are called for
// the instances.
func unused() {}

func container(node func(string, ...any) bool, text string, args []any) bool {
	i := slices.IndexFunc(args, func(arg any) bool { _, ok := arg.(func()); return ok })
	if i < 0 {
		panic(fmt.Sprintf("the container %q has no func()", text))
	}
	declare := args[i].(func())
	if building.active {
		building.container(text, declare)
		return true
	}
	if !building.inTree {
		tops = append(tops, top{text, declare})
	}
	rest := slices.Delete(slices.Clone(args), i, i+1)
	return node(text, append(rest, ginkgo.Offset(2), func() {
		was := building.inTree
		building.inTree = true
		defer func() { building.inTree = was }()
		declare()
	})...)
}

// body takes the function of a spec out of its arguments.
func body(text string, args []any) (run func(context.Context), rest []any) {
	for _, arg := range args {
		switch arg.(type) {
		case func(), func(context.Context):
			run = function(arg)
		default:
			rest = append(rest, arg)
		}
	}
	if run == nil {
		panic(fmt.Sprintf("the spec %q has no func() and no func(SpecContext)", text))
	}
	return run, rest
}

func function(body any) func(context.Context) {
	switch f := body.(type) {
	case func():
		return func(context.Context) { f() }
	case func(context.Context):
		return f
	}
	panic(fmt.Sprintf("a %T is neither a func() nor a func(SpecContext)", body))
}
