package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/downlevel/toolchains"
	"assay/downlevel/toolchains/install"
	"assay/internal/cli/nearest"
)

func newToolchainsInstall() *cobra.Command {
	var cacheDir, profile string
	cmd := &cobra.Command{
		Use:   "install NAME[@VERSION]… | --profile PROFILE",
		Short: "Install versions of tools into the cache",
		Long: `Install versions of tools: those that are named, or those of a profile. NAME
alone stands for all versions of the tool that assay toolchains list shows.

Commands in Go are built into the cache, and packages of npm are unpacked there.
Packages of this machine's release of Debian are installed as usual, but no service
is started; those of other releases go into a root directory in the cache. Packages
need root. For other users a profile leaves out what only root can install or use.

The command can be run again at any time: it leaves alone what is installed, and
starts again what was interrupted.

Exit codes:
  0  all of them are installed
  1  some are not
  2  wrong usage
  4  interrupted`,
		Example: `  assay toolchains install --profile ci
  assay toolchains install crane regctl@0.11.7`,
		RunE: func(cmd *cobra.Command, args []string) error {
			items, err := wanted(cmd.OutOrStdout(), args, profile, os.Geteuid() == 0)
			if err != nil {
				return err
			}
			cache, err := openCache(cacheDir)
			if err != nil {
				return err
			}
			return installAll(cmd, install.New(cache), items)
		},
		ValidArgsFunction: completeItems,
	}
	cmd.Flags().StringVar(&profile, "profile", "", "install all versions of this `profile`: "+strings.Join(toolchains.Profiles(), ", "))
	addCache(cmd, &cacheDir)
	cmd.Flags().SortFlags = false
	completeWords(cmd, "profile", toolchains.Profiles)
	return cmd
}

// wanted returns the items that the command line asks for. If the user is not root, it
// leaves out the items of a profile that need root, and prints them.
func wanted(out io.Writer, args []string, profile string, isRoot bool) ([]install.Item, error) {
	items, err := installable()
	if err != nil {
		return nil, err
	}
	switch {
	case profile != "" && len(args) > 0:
		return nil, fmt.Errorf("--profile and %q: want a profile or names, not both", args[0])
	case profile != "" && !slices.Contains(toolchains.Profiles(), profile):
		return nil, fmt.Errorf("--profile: %q is not allowed%s want one of %s", profile, nearest.DidYouMean(profile, toolchains.Profiles()), strings.Join(toolchains.Profiles(), ", "))
	case profile == "" && len(args) == 0:
		return nil, fmt.Errorf("want --profile %s, or names of tools: %s", strings.Join(toolchains.Profiles(), " or "), strings.Join(toolNames(items), ", "))
	case profile == "":
		chosen, err := named(items, args)
		if err != nil {
			return nil, err
		}
		if kept, needRoot := withoutRoot(chosen, install.Item.NeedsRoot); !isRoot && len(needRoot) > 0 {
			return nil, fmt.Errorf("only root can install %s%s", strings.Join(itemNames(needRoot), ", "), others(kept))
		}
		return chosen, nil
	}
	chosen := slices.DeleteFunc(items, func(i install.Item) bool { return !slices.Contains(i.Install.Profiles, profile) })
	if isRoot {
		return chosen, nil
	}
	kept, needRoot := withoutRoot(chosen, func(i install.Item) bool {
		return i.NeedsRoot() || slices.Contains(i.Toolchain.Needs, "root")
	})
	if len(needRoot) > 0 {
		_, err = fmt.Fprintf(out, "left out, as only root can install or use them: %s\n", strings.Join(itemNames(needRoot), ", "))
	}
	return kept, err
}

func withoutRoot(items []install.Item, needs func(install.Item) bool) (kept, needRoot []install.Item) {
	for _, i := range items {
		if needs(i) {
			needRoot = append(needRoot, i)
		} else {
			kept = append(kept, i)
		}
	}
	return kept, needRoot
}

func others(items []install.Item) string {
	if len(items) == 0 {
		return ""
	}
	return "; everybody can install " + strings.Join(itemNames(items), ", ")
}

// installAll installs the items, shows each step, and sums up.
func installAll(cmd *cobra.Command, in *install.Installer, items []install.Item) error {
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	out, started := cmd.OutOrStdout(), time.Now()
	shown := watchInstaller(ctx, out, in, items)
	results := in.Run(ctx, items)
	shown.close()
	var missing []string
	for _, r := range results {
		if r.Err != nil {
			missing = append(missing, r.Item.String())
		}
	}
	fmt.Fprintf(out, "%d of %s installed, in %s\n", len(items)-len(missing), count(len(items), "version"), time.Since(started).Round(time.Second))
	switch {
	case ctx.Err() != nil && len(missing) > 0:
		return &exit{exitInterrupted, errors.New("interrupted: run the same command again to go on")}
	case len(missing) > 0:
		return &exit{exitFindings, fmt.Errorf("not installed: %s", strings.Join(missing, ", "))}
	}
	return nil
}
