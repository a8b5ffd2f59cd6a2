// Package spec has the functions that specs are written with. They have the names and
// the meaning of Ginkgo's. Ginkgo runs one suite once in a process, and one spec after
// another, because the specs of a container share its variables. But the body of a
// container is a function, and each call makes new variables. So each spec runs as an
// instance of its containers, and any number of specs, of any number of runs, go on at
// the same time.
package spec

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
)

// SpecContext is the context that the functions of a spec get. It ends with the run.
type SpecContext = context.Context //nolint:revive // the name that specs know from Ginkgo

// Labels are given to a container or a spec, for filters.
type Labels []string

// Label gives labels to a container or a spec.
func Label(labels ...string) Labels { return labels }

// Describe is a container of specs. Its arguments are labels and its body, a
// func().
func Describe(text string, args ...any) bool {
	c := node{text: text, args: args}
	if building.builder == nil {
		tops = append(tops, c)
		return true
	}
	building.container(c)
	return true
}

// Context is Describe, for a container inside another.
func Context(text string, args ...any) bool { return Describe(text, args...) }

// BeforeEach has a body that is called before each spec of its container. The body is a
// func() or a func(SpecContext).
func BeforeEach(body any) bool {
	building.before(function(body))
	return true
}

// It is a spec. Its arguments are labels, the arguments for the rule of the tree (see
// [Rule]), and the body: a func() or a func(SpecContext).
func It(text string, args ...any) bool {
	_, file, line, _ := runtime.Caller(1)
	building.spec(node{text: text, args: args, file: filepath.ToSlash(file), line: line})
	return true
}

// node is a declared container or spec.
type node struct {
	text string
	args []any
	file string
	line int
}

// parts splits the arguments of a node: its body, its labels, and the rest, which is
// for the rule of the tree.
func (n node) parts() (body any, labels Labels, rest []any) {
	for _, arg := range n.args {
		switch arg := arg.(type) {
		case func(), func(context.Context):
			body = arg
		case Labels:
			labels = append(labels, arg...)
		default:
			rest = append(rest, arg)
		}
	}
	return body, labels, rest
}

// function returns a body as a function with a context.
func function(body any) func(context.Context) {
	switch f := body.(type) {
	case func():
		return func(context.Context) { f() }
	case func(context.Context):
		return f
	}
	panic(fmt.Sprintf("a body of the type %T: want a func() or a func(SpecContext)", body))
}
