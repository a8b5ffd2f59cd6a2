package install

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"assay/downlevel/toolchains"
)

// apart runs a command line in namespaces of its own. When the command line ends, all
// its processes end and its mounts disappear. With --mount, the mounts are not visible
// in the root directory of this machine.
var apart = []string{"unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"}

// inRoot is a script that runs its arguments in the root directory $1.
const inRoot = `mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --rbind /sys "$1/sys"
exec chroot "$@"`

// rootBin are the folders of a root directory that have programs.
var rootBin = []string{"usr/bin", "usr/sbin"}

// fromRelease installs packages of another release into its root directory.
func (in *Installer) fromRelease(ctx context.Context, release string, jobs []*job) {
	jobs = notWhole(jobs)
	if len(jobs) == 0 {
		return
	}
	if !in.machine.isRoot {
		finishAll(jobs, errNotRoot)
		return
	}
	lock, err := in.lock(ctx, "debian-"+release, func() { jobs[0].doing("waiting for another process that installs packages of " + release) })
	if err != nil {
		finishAll(jobs, err)
		return
	}
	defer lock.Close()
	if jobs = notWhole(jobs); len(jobs) == 0 { // the other process has installed the same items
		return
	}
	r := &root{in: in, lock: lock, release: release, dir: in.Cache.Root(release)}
	if err := r.prepare(ctx, jobs[0]); err != nil {
		finishAll(jobs, fmt.Errorf("the root directory of Debian %s: %w", release, err))
		return
	}
	for _, j := range jobs {
		j.result.Note = r.note
		j.doing(fmt.Sprintf("installing %s of %s", strings.Join(j.result.Item.Install.Debian.Packages, " "), release))
	}
	a := &apt{get: r.aptGet, updated: r.updated}
	for _, j := range a.installJobs(ctx, jobs) {
		j.finish(j.acceptInRoot(ctx, r))
	}
}

// notWhole returns the jobs that are still to do, and finishes the others.
func notWhole(jobs []*job) []*job {
	var left []*job
	for _, j := range jobs {
		if j.isWhole() {
			j.finish(nil)
		} else {
			left = append(left, j)
		}
	}
	return left
}

// root is the root directory of a release.
type root struct {
	in      *Installer
	lock    *os.File
	release string
	dir     string
	updated bool
	note    string
}

// prepare makes the root directory, or makes an existing one ready for more packages.
func (r *root) prepare(ctx context.Context, j *job) error {
	_, err := os.Stat(r.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		j.doing("making a root directory of Debian " + r.release)
		if err := r.make(ctx, j); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	if _, err := forbidServices(r.dir); err != nil {
		return err
	}
	if err := r.copyNetwork(); err != nil {
		return err
	}
	// This finishes an installation that was interrupted.
	if err := r.run(ctx, "dpkg", "--configure", "-a"); err != nil {
		return r.hopeless(err)
	}
	if err := r.aptGet(ctx, append([]string{"install", "--fix-broken"}, unattended...)...); err != nil {
		return r.hopeless(err)
	}
	return nil
}

func (r *root) hopeless(err error) error {
	return fmt.Errorf("%w; when that stays so, remove %s, and it is made anew", err, r.dir)
}

// make makes the root directory in another place, and then moves it to its place.
func (r *root) make(ctx context.Context, j *job) error {
	m, err := r.in.machine.mirrors()
	if err != nil {
		return err
	}
	if err := r.in.needDebootstrap(ctx, j); err != nil {
		return err
	}
	scratch := filepath.Join(r.in.Cache.Dir, "tmp", "debian-"+r.release)
	// Nothing is mounted there: mounts end with the processes that made them.
	if err := os.RemoveAll(scratch); err != nil {
		return err
	}
	for _, dir := range []string{filepath.Dir(scratch), filepath.Dir(r.dir)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	args := []string{"debootstrap", "--variant=minbase", "--include=ca-certificates", "--force-check-gpg"}
	if m.keyring != "" {
		args = append(args, "--keyring="+m.keyring)
	}
	args = append(args, r.release, scratch, m.main)
	_, err = r.in.run(ctx, "debian-"+r.release, command{args: append(slices.Clone(apart), args...), dir: "/", env: aptEnv, lock: r.lock,
		shown: strings.Join(args, " ")})
	if err != nil {
		return err
	}
	made := *r
	made.dir = scratch
	if err := made.addSources(ctx, m); err != nil {
		return err
	}
	r.note, r.updated = made.note, true
	return os.Rename(scratch, r.dir)
}

// needDebootstrap installs debootstrap if it is missing.
func (in *Installer) needDebootstrap(ctx context.Context, j *job) error {
	if need("debootstrap") == nil {
		return nil
	}
	release, err := in.prepareHost(ctx, j)
	if err != nil {
		return err
	}
	defer release()
	j.doing("installing debootstrap")
	return in.hostApt().install(ctx, []string{"debootstrap"})
}

// addSources adds the suites with corrections that this machine has. Suites that are no
// longer served for the release are left out.
func (r *root) addSources(ctx context.Context, m mirrors) error {
	if err := r.copyNetwork(); err != nil {
		return err
	}
	var without []string
	for _, s := range []struct{ url, suite string }{{m.security, r.release + "-security"}, {m.updates, r.release + "-updates"}} {
		if s.url == "" {
			continue
		}
		name := filepath.Join("etc", "apt", "sources.list.d", s.suite+".list")
		line := fmt.Sprintf("deb %s %s main\n", s.url, s.suite)
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(line), 0o644); err != nil {
			return err
		}
		err := r.aptGet(ctx, "update", "-q", "-o", "Dir::Etc::sourcelist=/"+name, "-o", "Dir::Etc::sourceparts=-", "-o", "APT::Get::List-Cleanup=0")
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if err != nil {
			without = append(without, s.suite)
			if err := os.Remove(filepath.Join(r.dir, name)); err != nil {
				return err
			}
		}
	}
	if len(without) > 0 {
		r.note = fmt.Sprintf("without %s, which the mirror does not serve", strings.Join(without, " and "))
	}
	return r.aptGet(ctx, "update", "-q")
}

// copyNetwork copies this machine's resolv.conf and hosts into the root directory, so
// that programs there reach the network.
func (r *root) copyNetwork() error {
	for _, name := range []string{"etc/resolv.conf", "etc/hosts"} {
		data, err := os.ReadFile(r.in.machine.path(name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		target := filepath.Join(r.dir, name)
		if err := os.Remove(target); err != nil && !errors.Is(err, fs.ErrNotExist) { // it may be a link to another place
			return err
		}
		if err := os.WriteFile(target, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// run runs a program in the root directory.
func (r *root) run(ctx context.Context, args ...string) error {
	inside := append([]string{"env", "-u", "TMPDIR", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, args...)
	line := append(slices.Clone(apart), "sh", "-eu", "-c", inRoot, "sh", r.dir)
	_, err := r.in.run(ctx, "debian-"+r.release, command{args: append(line, inside...), dir: "/", env: aptEnv, lock: r.lock,
		shown: strings.Join(args, " ") + " in " + r.dir})
	return err
}

func (r *root) aptGet(ctx context.Context, args ...string) error {
	return r.run(ctx, append([]string{"apt-get"}, args...)...)
}

// acceptInRoot looks for the programs of the tool in the root directory.
func (j *job) acceptInRoot(ctx context.Context, r *root) error {
	m := toolchains.Manifest{Release: r.release, Bin: rootBin}
	for _, program := range j.result.Item.Toolchain.Programs {
		i := slices.IndexFunc(rootBin, func(dir string) bool {
			info, err := os.Lstat(filepath.Join(r.dir, dir, program)) // a link may lead out of the root directory
			return err == nil && info.Mode().IsRegular()
		})
		if i < 0 {
			return fmt.Errorf("its packages are installed, but %s is not in %s of %s", program, strings.Join(rootBin, " or "), r.dir)
		}
		file, err := toolchains.DescribeFile(r.dir, filepath.Join(rootBin[i], program))
		if err != nil {
			return err
		}
		m.Files = append(m.Files, file)
	}
	if err := os.RemoveAll(j.folder()); err != nil {
		return err
	}
	if err := os.MkdirAll(j.folder(), 0o755); err != nil {
		return err
	}
	if err := j.makeWhole(ctx, m); err != nil {
		_ = os.RemoveAll(j.folder())
		return err
	}
	return nil
}
