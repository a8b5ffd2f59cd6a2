package downlevel

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"

	"assay/downlevel/toolchains"
)

// toolName matches the names that a folder with a declaration may have, as they become
// a part of the names of cells.
var toolName = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)

// declarations reads the declarations in a folder of the user. If folder is empty,
// there are none.
func declarations(folder string) ([]toolchains.Toolchain, error) {
	if folder == "" {
		return nil, nil
	}
	info, err := os.Stat(folder)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a folder", folder)
	}
	if err != nil {
		return nil, fmt.Errorf("the declarations: %w", err)
	}
	all, err := toolchains.Load(os.DirFS(folder))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the declarations in %s: %w", folder, err)
	case len(all) == 0:
		return nil, fmt.Errorf("the folder %s has no declarations: want files NAME/toolchain.yaml", folder)
	}
	for _, t := range all {
		switch {
		case !toolName.MatchString(t.Name):
			return nil, fmt.Errorf("the declarations in %s: no tool can be called %q: want lower-case letters and digits, with . _ or - between them", folder, t.Name)
		}
	}
	return all, nil
}

// override replaces Assay's declarations by those of the user with the same name, for
// the tools in the cache and on the PATH.
func override(ctx context.Context, installed []toolchains.Installed, by []toolchains.Toolchain) []toolchains.Installed {
	for k := range by {
		t := &by[k]
		installed = slices.DeleteFunc(installed, func(i toolchains.Installed) bool {
			return i.Toolchain.Name == t.Name && i.Source == toolchains.FromPath
		})
		for k, i := range installed {
			if i.Toolchain.Name == t.Name {
				installed[k].Toolchain = t
			}
		}
		for _, i := range t.OnPath(ctx) {
			if !slices.ContainsFunc(installed, func(o toolchains.Installed) bool { return o.String() == i.String() }) {
				installed = append(installed, i)
			}
		}
	}
	slices.SortStableFunc(installed, func(a, b toolchains.Installed) int {
		return cmp.Or(cmp.Compare(a.Toolchain.Name, b.Toolchain.Name), toolchains.CompareVersions(a.Version, b.Version))
	})
	return installed
}
