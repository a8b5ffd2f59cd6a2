package drive

import (
	"fmt"
	"os"

	"assay/conformance/client/stage"
	"assay/downlevel/toolchains/process"
	"assay/wire/secrets"
)

// outputLimit is the number of bytes that are kept of the beginning, and of the end, of
// an output.
const outputLimit = 64 << 10

// output is what a client writes, cut.
type output struct{ stdout, stderr process.Buffer }

func newOutput() *output {
	return &output{process.Buffer{Half: outputLimit}, process.Buffer{Half: outputLimit}}
}

// note adds a line of Assay to standard error.
func (o *output) note(format string, args ...any) {
	_, _ = fmt.Fprintf(&o.stderr, "\n["+format+"]\n", args...) // it never fails
}

// into puts the output into the end of a step, without the passwords of the step and
// without the values of these variables of this process.
func (o *output) into(end *stage.Ended, j stage.Job, variables ...string) {
	var held secrets.Set
	held.AddLogin(j.Username, j.Password)
	held.Add(stage.UpstreamPassword)
	for _, name := range variables {
		held.Add(os.Getenv(name))
	}
	end.Stdout, end.Stderr = held.Scrub(o.stdout.String()), held.Scrub(o.stderr.String())
}
