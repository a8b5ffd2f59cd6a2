package downlevel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
)

var errNothingInstalled = errors.New("no toolchain is installed: see assay toolchains list, and install some with assay toolchains install")

// selected returns the tools of a run: the named ones, or else all that are installed
// and can be used here. It also returns the tools that it leaves out, with the reason.
func selected(ctx context.Context, cfg Config) (tools []trial.Tool, leftOut []string, err error) {
	all, err := available(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	if len(cfg.Toolchains) > 0 {
		tools, err = byName(all, cfg)
		return tools, nil, err
	}
	tools, leftOut = usable(all, toolchains.Installed.Lacks)
	switch {
	case len(all) == 0:
		return nil, nil, &ConfigError{errNothingInstalled}
	case len(tools) == 0:
		return nil, nil, &ConfigError{fmt.Errorf("no installed toolchain can be used: %s", strings.Join(leftOut, ", "))}
	}
	return tools, leftOut, nil
}

// usable returns the tools that can be used here, and the others with the things that
// they need.
func usable(all []trial.Tool, lacks func(toolchains.Installed) []string) (tools []trial.Tool, leftOut []string) {
	for _, t := range all {
		if lacking := lacks(t.Installed); len(lacking) > 0 {
			leftOut = append(leftOut, fmt.Sprintf("%s (needs %s)", t, strings.Join(lacking, " and ")))
		} else {
			tools = append(tools, t)
		}
	}
	return tools, leftOut
}

// byName returns the tools that the configuration names.
func byName(all []trial.Tool, cfg Config) ([]trial.Tool, error) {
	names, err := Toolchains(cfg.Declarations)
	if err != nil {
		return nil, &ConfigError{err}
	}
	var chosen []trial.Tool
	for _, want := range cfg.Toolchains {
		name, _, _ := strings.Cut(want, "@")
		if !slices.Contains(names, name) {
			return nil, &ConfigError{fmt.Errorf("unknown toolchain %q: allowed: %s", name, strings.Join(names, ", "))}
		}
		found := false
		for _, t := range all {
			if t.Name() != want && t.String() != want {
				continue
			}
			found = true
			if _, leftOut := usable([]trial.Tool{t}, toolchains.Installed.Lacks); len(leftOut) > 0 {
				return nil, &ConfigError{fmt.Errorf("the toolchain %s cannot be used", leftOut[0])}
			}
			if !slices.ContainsFunc(chosen, func(o trial.Tool) bool { return o.String() == t.String() }) {
				chosen = append(chosen, t)
			}
		}
		if !found {
			return nil, &ConfigError{fmt.Errorf("the toolchain %s is not installed: installed are %s; see assay toolchains install, or put it on the PATH", want, cmp.Or(joined(all), "none"))}
		}
	}
	return chosen, nil
}

// available returns all tools that are installed.
func available(ctx context.Context, cfg Config) ([]trial.Tool, error) {
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
	further, err := declarations(cfg.Declarations)
	if err != nil {
		return nil, &ConfigError{err}
	}
	var all []trial.Tool
	for _, i := range override(ctx, installed, further) {
		if cfg.Profile != "" && !inProfile(i, cfg.Profile) {
			continue
		}
		all = append(all, trial.Tool{Installed: i})
	}
	return all, nil
}

// inProfile says whether the installed version belongs to the profile.
func inProfile(i toolchains.Installed, profile string) bool {
	return slices.ContainsFunc(i.Toolchain.Installs, func(way toolchains.Install) bool {
		return way.Version == i.Version && slices.Contains(way.Profiles, profile)
	})
}

// Toolchains lists the names of all toolchains that Assay knows, and of those
// that are declared in a folder, unless that is empty.
func Toolchains(folder string) ([]string, error) {
	all, err := toolchains.All()
	if err != nil {
		return nil, err
	}
	further, err := declarations(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range slices.Concat(all, further) {
		if !slices.Contains(names, t.Name) {
			names = append(names, t.Name)
		}
	}
	return names, nil
}
