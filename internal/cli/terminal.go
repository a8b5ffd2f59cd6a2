package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// isTerminal says whether a person watches w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// wantsColour follows no-color.org.
func wantsColour() bool { return os.Getenv("NO_COLOR") == "" }
