package downlevel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/downlevel/toolchains"
)

var errNothingInstalled = errors.New("no toolchain is installed: see assay toolchains list, and install some with assay toolchains install")

// selected are the tools of a run: those that are installed and, when some are
// named, named. The registry itself is always there to be named.
func selected(ctx context.Context, cfg Config) ([]tool, error) {
	cache, err := toolchains.DefaultCache()
	if cfg.Cache != "" {
		cache, err = toolchains.Cache{Dir: cfg.Cache}, nil
	}
	if err != nil {
		return nil, err
	}
	installed, err := toolchains.Find(ctx, cache)
	if err != nil {
		return nil, fmt.Errorf("the toolchains: %w", err)
	}
	all := []tool{{registry: true}}
	for _, i := range installed {
		all = append(all, tool{installed: i})
	}
	if len(cfg.Toolchains) == 0 {
		if len(installed) == 0 {
			return nil, &ConfigError{errNothingInstalled}
		}
		return all, nil
	}
	var chosen []tool
	for _, want := range cfg.Toolchains {
		if err := CheckToolchain(want, cfg.Declarations); err != nil {
			return nil, &ConfigError{err}
		}
		found := false
		for _, t := range all {
			if t.name() == want || t.String() == want {
				found = true
				if !slices.ContainsFunc(chosen, func(o tool) bool { return o.String() == t.String() }) {
					chosen = append(chosen, t)
				}
			}
		}
		if !found {
			return nil, &ConfigError{fmt.Errorf("the toolchain %s is not installed: installed are %s; see assay toolchains install", want, joined(all))}
		}
	}
	return chosen, nil
}

// CheckToolchain says whether NAME or NAME@VERSION names a toolchain that Assay
// knows, installed or not; declarations is a folder with further ones, or empty.
func CheckToolchain(text, declarations string) error {
	names, err := Toolchains(declarations)
	if err != nil {
		return err
	}
	if name, _, _ := strings.Cut(text, "@"); !slices.Contains(names, name) {
		return fmt.Errorf("unknown toolchain %q: allowed: %s", name, strings.Join(names, ", "))
	}
	return nil
}

// Toolchains lists the names of all toolchains that Assay knows, and of those
// that are declared in a folder, unless that is empty.
func Toolchains(declarations string) ([]string, error) {
	all, err := toolchains.All()
	if err != nil {
		return nil, err
	}
	names := []string{RegistryTool}
	for _, t := range all {
		names = append(names, t.Name)
	}
	return names, nil
}
