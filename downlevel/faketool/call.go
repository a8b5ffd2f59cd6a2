// Package faketool has tools that are functions, for tests of the matrix: each
// does to a registry what a real tool would, or something wrong on purpose.
package faketool

import (
	"context"
	"strings"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/wire"
)

// Call is a tool that is called once: what it is called with, and what it says.
// An assertion of it that fails is a tool that fails.
type Call struct {
	*WithT
	Ctx context.Context
	// Source and Target are $IMAGE and $TARGET; Other is their neighbour.
	Source, Target, Other *wire.Repository
	Vars                  toolchains.Vars
	Out                   string // the path of $OUT

	Exit           int
	Stdout, Stderr string
	Hung           bool // it did not end in time
}

// newCall is a call at the registry called so, which the client talks to.
func newCall(ctx context.Context, g *WithT, client *wire.Client, registry string, vars toolchains.Vars, out string) *Call {
	source := strings.TrimPrefix(vars.Image, registry+"/")
	return &Call{
		WithT: g, Ctx: ctx, Vars: vars, Out: out,
		Source: client.Repository(source), Target: client.Repository(strings.TrimPrefix(vars.Target, registry+"/")),
		Other: client.Repository(strings.TrimSuffix(source, mechanisms.ChartName) + "other/" + mechanisms.ChartName),
	}
}
