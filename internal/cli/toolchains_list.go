package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"assay/downlevel/toolchains"
	"assay/downlevel/toolchains/install"
)

func newToolchainsList() *cobra.Command {
	var cacheDir, output string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the versions of tools that are installed, and those that can be",
		Example: `  assay toolchains list
  assay toolchains list --output json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(outputs, output) {
				return fmt.Errorf("--output: %q is not allowed: want %s", output, strings.Join(outputs, " or "))
			}
			cache, err := openCache(cacheDir)
			if err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			found, err := toolchains.Find(ctx, cache)
			if ctx.Err() != nil {
				return &exit{exitInterrupted, nil}
			}
			if err != nil {
				return err
			}
			items, err := installable()
			if err != nil {
				return err
			}
			return listToolchains(cmd.OutOrStdout(), cache, listed(cache, found, items), output)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringVar(&output, "output", "table", "`form` of the list: "+strings.Join(outputs, " or "))
	addCache(cmd, &cacheDir)
	completeWords(cmd, "output", func() []string { return outputs })
	return cmd
}

// listedTool is one version of a tool as the list shows it.
type listedTool struct {
	Tool    string `json:"tool"`
	Title   string `json:"title"`
	Version string `json:"version"`
	// Installed is PATH or cache; empty if the tool is not installed.
	Installed string `json:"installed"`
	Bytes     int64  `json:"bytes,omitempty"`
	// Install is the way to install it; empty if Assay cannot install it.
	Install  string   `json:"install"`
	Profiles []string `json:"profiles"`
	// InstallNeedsRoot and Needs say what the installation, and the tool, need: root,
	// linux.
	InstallNeedsRoot bool     `json:"installNeedsRoot"`
	Needs            []string `json:"needs"`
	Verbs            []string `json:"verbs"`
}

// listed returns the versions that are installed or can be installed.
func listed(cache toolchains.Cache, found []toolchains.Installed, items []install.Item) []listedTool {
	list := []listedTool{}
	add := func(i toolchains.Installed, item *install.Item) {
		l := listedTool{Tool: i.Toolchain.Name, Title: i.Toolchain.Title, Version: i.Version, Installed: i.Source,
			Profiles: []string{}, Needs: append([]string{}, i.Toolchain.Needs...), Verbs: []string{}}
		if m, err := toolchains.ReadManifest(cache.Folder(l.Tool, l.Version)); err == nil && i.Source == toolchains.FromCache {
			l.Bytes = m.Size()
		}
		if item != nil {
			l.Install, l.InstallNeedsRoot = item.Way(), item.NeedsRoot()
			l.Profiles = append(l.Profiles, item.Install.Profiles...)
		}
		for _, v := range toolchains.Verbs() {
			if _, ok := i.Action(v); ok {
				l.Verbs = append(l.Verbs, string(v))
			}
		}
		list = append(list, l)
	}
	for _, i := range found {
		add(i, itemOf(items, i))
	}
	for _, item := range items {
		there := slices.ContainsFunc(found, func(i toolchains.Installed) bool { return itemOf([]install.Item{item}, i) != nil })
		if !there {
			add(toolchains.Installed{Toolchain: item.Toolchain, Version: item.Install.Version}, &item)
		}
	}
	slices.SortStableFunc(list, func(a, b listedTool) int {
		return cmp.Or(cmp.Compare(a.Tool, b.Tool), toolchains.CompareVersions(a.Version, b.Version))
	})
	return list
}

// itemOf returns the item that installs this version; nil if there is none.
func itemOf(items []install.Item, there toolchains.Installed) *install.Item {
	for i := range items {
		if items[i].Toolchain.Name == there.Toolchain.Name && toolchains.CompareVersions(items[i].Install.Version, there.Version) == 0 {
			return &items[i]
		}
	}
	return nil
}

func listToolchains(to io.Writer, cache toolchains.Cache, list []listedTool, output string) error {
	if output == "json" {
		return printJSON(to, list)
	}
	t := newTable(to, "tool", "version", "state", "verbs", "profiles", "root", "way to install")
	there := 0
	for _, l := range list {
		state := "can be installed"
		switch l.Installed {
		case toolchains.FromPath:
			state = "on PATH"
		case toolchains.FromCache:
			state = "in the cache, " + megabytes(l.Bytes)
		}
		if l.Installed != "" {
			there++
		}
		t.AppendRow(table.Row{l.Tool, l.Version, state, len(l.Verbs), strings.Join(l.Profiles, ","), l.root(), l.Install})
	}
	t.Render()
	_, err := fmt.Fprintf(to, "%d of %s installed; the cache is %s\n", there, count(len(list), "version"), cache.Dir)
	return err
}

// root says in words for what the tool needs root.
func (l listedTool) root() string {
	var what []string
	if l.InstallNeedsRoot {
		what = append(what, "install")
	}
	if slices.Contains(l.Needs, "root") {
		what = append(what, "use")
	}
	return strings.Join(what, ", ")
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", max(1, float64(n)/1e6)) }
