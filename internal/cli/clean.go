package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"assay/conformance/clean"
	"assay/internal/cli/config"
	"assay/reports"
	"assay/wire"
	"assay/wire/access"
)

func newClean() *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "clean TARGET",
		Short: "Delete what earlier runs left in a registry",
		Long: `Delete what earlier runs left in a registry: runs that were killed, and runs with
--keep. Assay looks for the tags that it gives, assay- and 16 hexadecimal digits, in the
repositories of assay run and in REPOSITORY/assay-lists. With a tag go the manifest that
Assay pushed, its referrers, and their blobs. Nothing else is touched. Content that no tag
leads to cannot be found.

Exit codes:
  0  nothing of ours is left, or with --dry-run: everything is listed
  1  the registry refused to delete something
  2  wrong usage or configuration
  3  the target cannot be reached, is not a registry, or refuses the login`,
		Example: `  assay clean registry.example.com --repository team/one --repository2 team/two --dry-run
  assay clean localhost:5000`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("assay clean takes one target, but %d arguments were given", len(args))
			}
			c, err := load(cmd, args)
			if err != nil {
				return err
			}
			if err := c.CheckClean(cmd.InOrStdin()); err != nil {
				return err
			}
			return cleanUp(cmd, c, dryRun)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addSettings(cmd, config.OfClean())
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "list what would be deleted, and delete nothing")
	return cmd
}

func cleanUp(cmd *cobra.Command, c *config.Config, dryRun bool) error {
	client, err := access.Connect(c.Settings)
	if err != nil {
		return err
	}
	defer client.Close()
	settings := c.Settings
	settings.ReadOnly = true // it pushes nothing to find out whether the target is one
	if err := access.Reach(cmd.Context(), settings, client, c.Repository); err != nil {
		return &exit{exitUnfit, err}
	}
	out := cmd.OutOrStdout()
	var refused error
	tags, manifests, blobs := 0, 0, 0
	for _, name := range []string{c.Repository, c.Repository2, c.Repository + "/assay-lists"} {
		repo := client.Repository(name)
		for _, left := range clean.Find(cmd.Context(), repo) {
			tags, manifests, blobs = tags+1, manifests+len(left.Manifests), blobs+len(left.Blobs)
			if err := told(out, left); err != nil {
				return err
			}
			if dryRun {
				continue
			}
			if answer := left.Delete(cmd.Context(), repo); answer != nil && refused == nil {
				refused = fmt.Errorf("%s refused to delete something: %s %s: %s", name, answer.Method, wire.RedactURL(answer.URL), answer.StatusAndReason())
			}
		}
	}
	verb := "deleted"
	if dryRun {
		verb = "would be deleted"
	}
	_, err = fmt.Fprintf(out, "%d tags, %d manifests, %d blobs %s\n", tags, manifests, blobs, verb)
	if refused != nil {
		return &exit{exitFindings, errors.New(client.Scrub(refused.Error()))}
	}
	return err
}

// told says what was found.
func told(out io.Writer, left clean.Leftover) error {
	_, err := fmt.Fprintf(out, "%s:%s, with %d manifests and %d blobs\n", left.Repository, reports.Printable(left.Tag, 128), len(left.Manifests), len(left.Blobs))
	return err
}
