// Package faketool has fake tools for tests of the matrix. A fake tool is a set of
// functions. Each function does to a registry what a real tool would do, or something
// wrong on purpose.
package faketool

import (
	"context"
	"strings"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/wire"
)

// Call is one call of a tool: its arguments and its output. If an assertion of the call
// fails, the tool fails.
type Call struct {
	*WithT
	Ctx context.Context
	// Source and Target are $IMAGE and $TARGET. Other is a repository beside them.
	Source, Target, Other *wire.Repository
	Vars                  toolchains.Vars
	Out                   string // the path of $OUT

	Exit           int
	Stdout, Stderr string
	Hung           bool // it did not end in time
}

// newCall makes a call for the registry with this name. client sends its requests.
func newCall(ctx context.Context, g *WithT, client *wire.Client, registry string, vars toolchains.Vars, out string) *Call {
	source := strings.TrimPrefix(vars.Image, registry+"/")
	return &Call{
		WithT: g, Ctx: ctx, Vars: vars, Out: out,
		Source: client.Repository(source), Target: client.Repository(strings.TrimPrefix(vars.Target, registry+"/")),
		Other: client.Repository(strings.TrimSuffix(source, mechanisms.ChartName) + "other/" + mechanisms.ChartName),
	}
}
