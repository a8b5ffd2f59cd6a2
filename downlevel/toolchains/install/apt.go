package install

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// apt installs packages, on this machine or in a root directory.
type apt struct {
	// get runs apt-get.
	get func(ctx context.Context, args ...string) error
	// empty says that there are no package lists yet. updated says that they were
	// fetched, as far as possible.
	empty, updated bool
	// broken is the reason why the lists could not be fetched.
	broken error
}

// unattended are the flags for an apt-get that asks no questions.
var unattended = []string{"-y", "-q", "-o", "Dpkg::Use-Pty=0", "-o", "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=600"}

// install installs packages. It fetches new package lists if it cannot install with the
// present ones.
func (a *apt) install(ctx context.Context, packages []string) error {
	args := append([]string{"install", "--no-install-recommends"}, unattended...)
	args = append(append(args, "--"), packages...)
	if a.empty {
		a.update(ctx)
	}
	err := a.get(ctx, args...)
	if err != nil && !a.updated && context.Cause(ctx) == nil {
		a.update(ctx)
		err = a.get(ctx, args...)
	}
	if err != nil && a.broken != nil {
		return fmt.Errorf("%w; and before that, %w", err, a.broken)
	}
	return err
}

// update fetches the package lists, once. An error is only kept, because a missing list
// may not matter.
func (a *apt) update(ctx context.Context) {
	if !a.updated {
		a.updated = true
		a.broken = a.get(ctx, "update", "-q")
	}
}

// installJobs installs the packages of all jobs at once. If that fails, it installs the
// packages of each job alone, so that one failure does not stop the others. It returns
// the jobs whose packages are installed, and finishes the others.
func (a *apt) installJobs(ctx context.Context, jobs []*job) []*job {
	err := a.install(ctx, packagesOf(jobs))
	if err == nil {
		return jobs
	}
	if len(jobs) == 1 || a.broken != nil || context.Cause(ctx) != nil {
		finishAll(jobs, err)
		return nil
	}
	var there []*job
	for _, j := range jobs {
		there = append(there, a.installJobs(ctx, []*job{j})...)
	}
	return there
}

func packagesOf(jobs []*job) []string {
	var packages []string
	for _, j := range jobs {
		packages = append(packages, j.result.Item.Install.Debian.Packages...)
	}
	slices.Sort(packages)
	return slices.Compact(packages)
}

func finishAll(jobs []*job, err error) {
	for _, j := range jobs {
		j.finish(err)
	}
}

// aptEnv is the environment of every apt-get.
var aptEnv = []string{"DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"}

// hostApt is the apt of this machine.
func (in *Installer) hostApt() *apt {
	lists, _ := filepath.Glob(in.machine.path("var", "lib", "apt", "lists", "*_Packages*")) // the pattern is valid
	return &apt{empty: len(lists) == 0, get: func(ctx context.Context, args ...string) error {
		_, err := in.run(ctx, "apt-get", command{args: append([]string{"apt-get"}, args...), dir: "/", env: aptEnv, gentle: true})
		return err
	}}
}

// fromDebian installs packages of this machine's release in the normal way. Their tools
// are on PATH afterwards.
func (in *Installer) fromDebian(ctx context.Context, jobs []*job) {
	var missing []*job
	for _, j := range jobs {
		if slices.Contains(j.versionsOnPath(ctx), j.result.Item.Install.Version) {
			j.result.Already = true
			j.finish(nil)
		} else {
			missing = append(missing, j)
		}
	}
	if len(missing) == 0 {
		return
	}
	unlock, err := in.prepareHost(ctx, missing[0])
	if err != nil {
		finishAll(missing, err)
		return
	}
	defer unlock()
	for _, j := range missing {
		j.doing(fmt.Sprintf("installing %s", strings.Join(j.result.Item.Install.Debian.Packages, " ")))
	}
	for _, j := range in.hostApt().installJobs(ctx, missing) {
		j.finish(j.acceptOnPath(ctx))
	}
}

// prepareHost makes sure that packages can be installed on this machine.
func (in *Installer) prepareHost(ctx context.Context, j *job) (release func(), err error) {
	if !in.machine.isRoot {
		return nil, errNotRoot
	}
	if err := need("apt-get"); err != nil {
		return nil, err
	}
	lock, err := in.lock(ctx, "apt-get", func() { j.doing("waiting for another process that installs packages") })
	if err != nil {
		return nil, err
	}
	takeBack, err := forbidServices(in.machine.dir)
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	return func() {
		takeBack()
		_ = lock.Close()
	}, nil
}

// acceptOnPath checks the tool that the machine's release has installed.
func (j *job) acceptOnPath(ctx context.Context) error {
	versions := j.versionsOnPath(ctx)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	item := j.result.Item
	switch {
	case len(versions) == 0:
		return fmt.Errorf("its packages are installed, but %s is not on PATH, or does not say its version to %q",
			strings.Join(item.Toolchain.Programs, ", "), strings.TrimSpace(item.Toolchain.Version.Run))
	case !slices.Contains(versions, item.Install.Version):
		j.result.Note = fmt.Sprintf("this machine's release has %s, not %s: it is %s@%s that is there now",
			strings.Join(versions, ", "), item.Install.Version, item.Toolchain.Name, versions[0])
	}
	return nil
}

func (j *job) versionsOnPath(ctx context.Context) []string {
	var versions []string
	for _, i := range j.result.Item.Toolchain.OnPath(ctx) {
		versions = append(versions, i.Version)
	}
	return versions
}
