package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"assay/internal/cli/config"
)

// scripts/release/build gives the version and the commit to a release, with
// -ldflags "-X assay/internal/cli.linked=v1.2.3 -X assay/internal/cli.linkedCommit=…".
var linked, linkedCommit string

// build is what this binary was made from.
type build struct {
	number string // of the version
	commit string
}

// version is read from what the Go tool wrote into the binary.
func version() build {
	b := build{number: linked, commit: linkedCommit}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		b.number = cmp.Or(b.number, "devel")
		return b
	}
	main := info.Main.Version
	if main == "(devel)" {
		main = ""
	}
	b.number = cmp.Or(b.number, main, "devel")
	dirty := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && linkedCommit == "":
			b.commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true" && linkedCommit == "":
			dirty = ", with changes"
		}
	}
	if b.commit != "" {
		b.commit += dirty
	}
	return b
}

// String is the version in one paragraph, as --version shows it.
func (b build) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "assay %s\n", b.number)
	if b.commit != "" {
		fmt.Fprintf(&text, "commit: %s\n", b.commit)
	}
	fmt.Fprintf(&text, "go: %s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(&text, "distribution-spec: %s", strings.Join(config.VersionNames(), ", "))
	return text.String()
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of Assay, and the versions of the specification that it covers",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version())
			return err
		},
	}
}
