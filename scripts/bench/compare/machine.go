package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine lists everything that the figures depend on: hardware and versions.
type machine []string

// describe installs the registries, and lists the machine and the versions that are
// compared.
func describe(ctx context.Context, o options) (machine, error) {
	m := machine{
		time.Now().UTC().Format(time.DateOnly),
		fmt.Sprintf("%d cores (%s), %s of memory, %s/%s", runtime.NumCPU(), processor(), memory(), runtime.GOOS, runtime.GOARCH),
		runtime.Version(),
		"Assay " + printed(ctx, "git", "describe", "--always", "--dirty"),
		"official suite " + officialVersion,
	}
	for _, name := range o.registries {
		if err := install(ctx, name); err != nil {
			return nil, err
		}
		if v := version(ctx, name); v != "" {
			m = append(m, name+" "+v)
		}
	}
	return m, nil
}

// sentence is the line above the table.
func (m machine) sentence(runs int) string {
	how := fmt.Sprintf("medians of %d runs in turn; fastest and slowest in brackets", runs)
	if runs == 1 {
		how = "one run"
	}
	return strings.Join(m, "; ") + "; " + how + ".\n"
}

func processor() string {
	return entry("/proc/cpuinfo", `(?m)^model name\s*: (.*)$`)
}

func memory() string {
	kb, err := strconv.Atoi(entry("/proc/meminfo", `(?m)^MemTotal:\s*(\d+) kB$`))
	if err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%.0f GB", float64(kb)/(1<<20))
}

// entry returns the part of a file of the kernel that the pattern captures.
func entry(path, pattern string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	found := regexp.MustCompile(pattern).FindSubmatch(data)
	if found == nil {
		return "unknown"
	}
	return string(found[1])
}

// version returns the version that a registry prints. Some have no flag for that: the
// project has a go.mod for each of them, with its version.
func version(ctx context.Context, name string) string {
	if name != "distribution" && !strings.HasPrefix(name, "docker-registry") {
		return ""
	}
	program := printed(ctx, "bash", "-c", `. "$0"; program "$1"`, filepath.Join(scripts, "registries.sh"), name)
	fields := strings.Fields(printed(ctx, program, "--version"))
	if len(fields) == 0 {
		return ""
	}
	return fields[len(fields)-1]
}

// printed returns the output of a command, or nothing if it fails.
func printed(ctx context.Context, command ...string) string {
	text, err := process(ctx, "", os.Environ(), command...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
