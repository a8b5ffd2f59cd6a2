package cli

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"assay/downlevel/toolchains"
	"assay/downlevel/toolchains/install"
	"assay/internal/cli/nearest"
)

func newToolchains() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "toolchains",
		Short: "List and install the tools that assay downlevel tries",
		Long: `List and install the tools that assay downlevel tries: the clients of registries
that people run, in several versions of each.

Tools are found on the PATH and in a cache, $XDG_CACHE_HOME/assay.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.AddCommand(newToolchainsList(), newToolchainsInstall())
	return cmd
}

// addCache adds the flag for the directory of the installed tools.
func addCache(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "cache", "", "keep tools in this `dir` (default $XDG_CACHE_HOME/assay)")
	_ = cmd.MarkFlagDirname("cache")
}

// openCache returns the cache in dir; without a dir, the default one.
func openCache(dir string) (toolchains.Cache, error) {
	if dir == "" {
		return toolchains.DefaultCache()
	}
	dir, err := filepath.Abs(dir)
	return toolchains.Cache{Dir: dir}, err
}

// installable returns all versions that can be installed, by tool and version.
func installable() ([]install.Item, error) {
	all, err := toolchains.All()
	if err != nil {
		return nil, err
	}
	var items []install.Item
	for i := range all {
		for _, in := range all[i].Installs {
			items = append(items, install.Item{Toolchain: &all[i], Install: in})
		}
	}
	slices.SortStableFunc(items, func(a, b install.Item) int {
		return cmp.Or(cmp.Compare(a.Toolchain.Name, b.Toolchain.Name), toolchains.CompareVersions(a.Install.Version, b.Install.Version))
	})
	return items, nil
}

// named returns the items that the arguments name: NAME means all versions of a tool,
// NAME@VERSION one version.
func named(items []install.Item, args []string) ([]install.Item, error) {
	var chosen []install.Item
	for _, arg := range args {
		name, version, one := strings.Cut(arg, "@")
		var versions []string
		for _, item := range items {
			if item.Toolchain.Name != name {
				continue
			}
			versions = append(versions, item.Install.Version)
			chosenAlready := slices.ContainsFunc(chosen, func(o install.Item) bool { return o.String() == item.String() })
			if (!one || item.Install.Version == version) && !chosenAlready {
				chosen = append(chosen, item)
			}
		}
		switch {
		case len(versions) == 0:
			names := toolNames(items)
			return nil, fmt.Errorf("unknown tool %q%s those that can be installed are %s", name, nearest.DidYouMean(name, names), strings.Join(names, ", "))
		case one && !slices.Contains(versions, version):
			return nil, fmt.Errorf("%q is not a version of %s that can be installed%s those are %s", version, name, nearest.DidYouMean(version, versions), strings.Join(versions, ", "))
		}
	}
	return chosen, nil
}

func toolNames(items []install.Item) []string {
	var names []string
	for _, item := range items {
		names = append(names, item.Toolchain.Name)
	}
	return slices.Compact(names)
}

func itemNames(items []install.Item) []string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = item.String()
	}
	return names
}

// completeItems completes arguments to names of tools and, after an @, to their
// versions.
func completeItems(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	items, err := installable()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	if !strings.Contains(typed, "@") {
		return toolNames(items), cobra.ShellCompDirectiveNoFileComp
	}
	return itemNames(items), cobra.ShellCompDirectiveNoFileComp
}
