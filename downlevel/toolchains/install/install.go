// Package install installs versions of the tools into the cache, or, as packages of
// this machine's Debian, onto this machine. An item that was interrupted is never
// treated as whole. An item that is whole is left alone.
package install

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/module"

	"assay/downlevel/toolchains"
)

// Item is one version of a tool to install.
type Item struct {
	Toolchain *toolchains.Toolchain
	Install   toolchains.Install
}

// String is NAME@VERSION.
func (i Item) String() string { return i.Toolchain.Name + "@" + i.Install.Version }

// NeedsRoot says whether only root can install the item.
func (i Item) NeedsRoot() bool { return i.Install.Debian != nil }

// Way says in words how the item is installed.
func (i Item) Way() string {
	switch in := i.Install; {
	case in.Go != "":
		return "go install " + in.Go
	case in.Module != nil:
		return fmt.Sprintf("go build %s in %s@%s", strings.Join(in.Module.Packages, " "), in.Module.Path, in.Module.Version)
	case in.NPM != nil:
		return "npm install " + strings.Join(in.NPM, " ")
	case in.Debian != nil && in.Debian.Release != "":
		return fmt.Sprintf("apt-get install %s in Debian %s", strings.Join(in.Debian.Packages, " "), in.Debian.Release)
	case in.Debian != nil:
		return "apt-get install " + strings.Join(in.Debian.Packages, " ")
	}
	return "nothing"
}

// builds lists the programs that the item builds.
func (i Item) builds() []string {
	var packages []string
	if i.Install.Go != "" {
		name, _, _ := strings.Cut(i.Install.Go, "@")
		packages = append(packages, name)
	}
	if m := i.Install.Module; m != nil {
		for _, p := range m.Packages {
			packages = append(packages, path.Join(m.Path, p))
		}
	}
	var programs []string
	for _, p := range packages {
		if unversioned, _, ok := module.SplitPathVersion(p); ok {
			p = unversioned // Go names the program in the same way
		}
		programs = append(programs, path.Base(p))
	}
	return programs
}

// Result is the result of an item.
type Result struct {
	Item Item
	// Err is the reason why the item is not installed.
	Err error
	// Already says that the item was already installed.
	Already bool
	// Note is a hint for users when the item is installed.
	Note string
	// Size is the size of its files in the cache, in bytes.
	Size int64
	Took time.Duration
}

// Installer installs items.
type Installer struct {
	Cache toolchains.Cache
	// Doing is called with the index of an item and its current step. Done is called
	// with its result. The calls do not overlap.
	Doing func(index int, what string)
	Done  func(index int, r Result)

	machine machine
	// ask runs the tool of a manifest and returns the version that it prints.
	ask     func(ctx context.Context, t *toolchains.Toolchain, m toolchains.Manifest) string
	telling sync.Mutex
}

// New makes an installer for this machine.
func New(cache toolchains.Cache) *Installer {
	return &Installer{
		Cache: cache, Doing: func(int, string) {}, Done: func(int, Result) {},
		machine: thisMachine(), ask: cache.Ask,
	}
}

// Run installs the items and returns their results. If one item fails, the others are
// still installed. If ctx ends, they are not.
func (in *Installer) Run(ctx context.Context, items []Item) []Result {
	jobs := make([]*job, len(items))
	for i, item := range items {
		jobs[i] = &job{in: in, index: i, result: Result{Item: item}}
	}
	// Packages of this machine come first: other tools may need them.
	in.fromDebian(ctx, pick(jobs, func(i toolchains.Install) bool { return i.Debian != nil && i.Debian.Release == "" }))
	var lanes sync.WaitGroup // one lane waits for the network while the other computes
	lanes.Go(func() {
		for _, release := range releases(items) {
			in.fromRelease(ctx, release, pick(jobs, func(i toolchains.Install) bool {
				return i.Debian != nil && i.Debian.Release == release
			}))
		}
	})
	lanes.Go(func() {
		for _, j := range pick(jobs, func(i toolchains.Install) bool { return i.Debian == nil }) {
			j.finish(j.build(ctx))
		}
	})
	lanes.Wait()
	results := make([]Result, len(jobs))
	for i, j := range jobs {
		results[i] = j.result
	}
	return results
}

func pick(jobs []*job, wanted func(toolchains.Install) bool) []*job {
	return slices.DeleteFunc(slices.Clone(jobs), func(j *job) bool { return !wanted(j.result.Item.Install) })
}

// releases lists the Debian releases of items that need a root directory.
func releases(items []Item) []string {
	var names []string
	for _, i := range items {
		if d := i.Install.Debian; d != nil && d.Release != "" && !slices.Contains(names, d.Release) {
			names = append(names, d.Release)
		}
	}
	return names
}

// job is the work on one item.
type job struct {
	in      *Installer
	index   int
	started time.Time
	result  Result
	over    bool
	lock    *os.File
}

// doing reports the current step of the job.
func (j *job) doing(what string) {
	j.in.telling.Lock()
	defer j.in.telling.Unlock()
	if j.started.IsZero() {
		j.started = time.Now()
	}
	j.in.Doing(j.index, what)
}

// finish reports the result of the job. Only the first call counts.
func (j *job) finish(err error) {
	if j.over {
		return
	}
	j.over = true
	if err != nil {
		j.result.Err = fmt.Errorf("%s: %w", j.result.Item, err)
	}
	if !j.started.IsZero() {
		j.result.Took = time.Since(j.started)
	}
	j.in.telling.Lock()
	defer j.in.telling.Unlock()
	j.in.Done(j.index, j.result)
}
