package install_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/downlevel/toolchains/install"
)

// fakeApt installs NAME.deb as the program NAME on PATH, unless FAILS is one of the
// packages. It notes whether services may be started.
const fakeApt = `[ -e "$W/usr/sbin/policy-rc.d" ] && echo no services >>"$NOTES"
[ "$1" = update ] && exit ${UPDATE:-0}
for p; do if [ "$p" = "$FAILS" ]; then echo "E: Unable to locate package $p"; exit 100; fi; done
for p; do case $p in
two.deb|three.deb) file=$W/bin/${p%.deb}
` // and the version

const aptInstall = "apt-get install --no-install-recommends -y -q -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=600 -- "

func newDebian(t *testing.T, version string) *world {
	w := newWorld(t)
	w.file("var/lib/apt/lists/mirror_Packages", "", 0o644)
	w.program("apt-get", fakeApt+says("file", version)+";; esac; done")
	return w
}

// All packages of this machine's release are installed together, and no service is
// started.
func TestPackages(t *testing.T) {
	w := newDebian(t, "4.0.0")
	w.Expect(w.install("two@4.0.0", "three@4.0.0")).To(Equal([]string{"installed", "installed"}))
	w.Expect(w.notes()).To(Equal([]string{aptInstall + "shared.deb three.deb two.deb", "no services"}))
	w.Expect(w.dir + "/usr/sbin/policy-rc.d").NotTo(BeAnExistingFile())
	w.Expect(w.install("two@4.0.0", "three@4.0.0")).To(Equal([]string{"already", "already"}))
	w.Expect(w.notes()).To(BeEmpty())
}

// The machine's own policy stays.
func TestPolicyStays(t *testing.T) {
	w := newDebian(t, "4.0.0")
	w.file("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
	w.Expect(w.install("two@4.0.0")).To(Equal([]string{"installed"}))
	w.Expect(w.dir + "/usr/sbin/policy-rc.d").To(BeAnExistingFile())
}

func TestAnotherVersionOfThisRelease(t *testing.T) {
	w := newDebian(t, "4.1.0+deb12u1")
	w.Expect(w.install("two@4.0.0")).To(Equal([]string{"installed: this machine's release has 4.1.0, not 4.0.0: it is two@4.1.0 that is there now"}))
}

// Package lists are fetched if there are none, and if a package is not found. Only that
// package fails.
func TestLists(t *testing.T) {
	t.Run("none", func(t *testing.T) {
		w := newWorld(t)
		w.program("apt-get", fakeApt+says("file", "4.0.0")+";; esac; done")
		w.Expect(w.install("two@4.0.0")).To(Equal([]string{"installed"}))
		w.Expect(w.notes()).To(ContainElements("apt-get update -q", aptInstall+"shared.deb two.deb"))
	})
	t.Run("old", func(t *testing.T) {
		w := newDebian(t, "4.0.0")
		t.Setenv("FAILS", "three.deb")
		outcomes := w.install("two@4.0.0", "three@4.0.0")
		w.Expect(outcomes[0]).To(Equal("installed"))
		w.Expect(outcomes[1]).To(HavePrefix("three@4.0.0: " + aptInstall + "shared.deb three.deb: exit status 100: E: Unable to locate package three.deb (all"))
		w.Expect(w.notes()).To(Equal([]string{
			aptInstall + "shared.deb three.deb two.deb", "no services", "apt-get update -q", "no services",
			aptInstall + "shared.deb three.deb two.deb", "no services",
			aptInstall + "shared.deb two.deb", "no services", aptInstall + "shared.deb three.deb", "no services",
		}))
	})
	t.Run("no network", func(t *testing.T) {
		w := newDebian(t, "4.0.0")
		t.Setenv("FAILS", "two.deb")
		t.Setenv("UPDATE", "100")
		w.Expect(w.install("two@4.0.0")[0]).To(And(ContainSubstring("Unable to locate package two.deb"), ContainSubstring("and before that, apt-get update -q: exit status 100")))
	})
}

func TestNotRoot(t *testing.T) {
	w := newDebian(t, "4.0.0")
	w.in = install.NewOn(w.dir, false, w.cache)
	w.Expect(w.install("two@4.0.0", "two@5.0.0")).To(Equal([]string{
		"two@4.0.0: packages of Debian can be installed by root alone", "two@5.0.0: packages of Debian can be installed by root alone"}))
	w.Expect(w.notes()).To(BeEmpty())
}

func TestNoDebian(t *testing.T) {
	w := newWorld(t)
	w.Expect(w.install("two@4.0.0")).To(Equal([]string{"two@4.0.0: apt-get is needed, and not on PATH"}))
	w.file("etc/os-release", "ID=arch\n", 0o644)
	w.Expect(w.install("two@5.0.0")).To(Equal([]string{"two@5.0.0: the root directory of Debian trixie: other releases of Debian come from where this machine has its own, " +
		`and this is no Debian: its ID in /etc/os-release is "arch"`}))
}

// fakeUnshare runs the command. debootstrap makes a root directory, in which apt-get
// puts programs into usr/bin.
const fakeUnshare = `while [ "${1#--}" != "$1" ]; do shift; done
if [ "$1" = debootstrap ]; then
	while [ $# -gt 2 ]; do shift; done
	mkdir -p "$1/etc/apt/sources.list.d"
	exit
fi
root=$6; shift 6
while [ "$1" != apt-get ] && [ "$1" != dpkg ]; do shift; done
echo "in the root: $*" >>"$NOTES"
case "$*" in *"$REFUSED"*) echo "E: 404"; exit 100 ;; esac
for p; do case $p in
two.deb|three.deb) file=$root/usr/bin/${p%.deb}
`

func newRelease(t *testing.T) *world {
	w := newWorld(t)
	w.file("etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\n", 0o644)
	w.file("etc/apt/sources.list", "deb http://mirror.example/debian bookworm main\ndeb http://mirror.example/security bookworm-security main\n", 0o644)
	w.file("etc/resolv.conf", "nameserver 192.0.2.1\n", 0o644)
	w.program("debootstrap", "exit 1")
	w.program("unshare", fakeUnshare+says("file", "5.0.0")+";; esac; done")
	t.Setenv("REFUSED", "nothing")
	w.in.Asks("5.0.0")
	return w
}

const fixBroken = "in the root: apt-get install --fix-broken -y -q -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=600"

// Packages of another release are installed into its root directory, which is made
// once.
func TestRelease(t *testing.T) {
	w := newRelease(t)
	w.Expect(w.install("two@5.0.0")).To(Equal([]string{"installed"}))
	notes := w.notes()
	w.Expect(notes[0]).To(HaveSuffix(" debootstrap --variant=minbase --include=ca-certificates --force-check-gpg trixie W/cache/tmp/debian-trixie http://mirror.example/debian"))
	w.Expect(notes).To(ContainElements("in the root: apt-get update -q", fixBroken, "in the root: "+aptInstall+"two.deb"))
	w.Expect(w.leftovers()).To(BeEmpty())
	m, err := toolchains.ReadManifest(w.cache.Folder("two", "5.0.0"))
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(w.cache.Check(m)).To(Succeed())
	w.Expect(m.Release).To(Equal("trixie"))
	w.Expect(m.Files[0].Path).To(Equal("usr/bin/two"))
	w.Expect(w.cache.Root("trixie") + "/usr/sbin/policy-rc.d").To(BeAnExistingFile())
	w.Expect(w.cache.Root("trixie") + "/etc/resolv.conf").To(BeAnExistingFile())

	w.Expect(w.install("two@5.0.0", "three@5.0.0")).To(Equal([]string{"already", "installed"}))
	w.Expect(w.notes()).NotTo(ContainElement(ContainSubstring("debootstrap")))
	w.Expect(w.whole()).To(ConsistOf("two@5.0.0", "three@5.0.0"))
}

// Suites that are no longer served for a release are left out.
func TestNoSecurity(t *testing.T) {
	w := newRelease(t)
	t.Setenv("REFUSED", "trixie-security")
	w.Expect(w.install("two@5.0.0")).To(Equal([]string{"installed: without trixie-security, which the mirror does not serve"}))
	w.Expect(w.cache.Root("trixie") + "/etc/apt/sources.list.d/trixie-security.list").NotTo(BeAnExistingFile())
}

func TestAnotherVersionOfARelease(t *testing.T) {
	w := newRelease(t)
	w.in.Asks("5.1.0")
	w.Expect(w.install("two@5.0.0")).To(Equal([]string{`two@5.0.0: "two --version" says that it is version 5.1.0: it is not installed`}))
	w.Expect(w.whole()).To(BeEmpty())
}

func TestMirrors(t *testing.T) {
	want := []string{"http://mirror.example/debian", "https://mirror.example/security", "http://mirror.example/debian", "/usr/share/keyrings/debian.gpg"}
	for name, file := range map[string]struct{ name, text string }{
		"lines": {"etc/apt/sources.list.d/debian.list", `# deb http://commented.example bookworm main
deb-src http://source.example bookworm main
deb http://other.example stable/ # no Debian
deb cdrom:[Debian]/ bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian bookworm main contrib
deb http://mirror.example/debian bookworm-updates main
deb https://mirror.example/security bookworm-security main
`},
		"stanzas": {"etc/apt/sources.list.d/debian.sources", `Types: deb
# as it was
URIs: http://disabled.example
Suites: bookworm
Enabled: no

Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: https://mirror.example/security
Suites: bookworm-security
`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.file("etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\n", 0o644)
			w.file(file.name, file.text, 0o644)
			got, err := install.Mirrors(w.dir)
			w.Expect(err).NotTo(HaveOccurred())
			w.Expect(got).To(Equal(want))
		})
	}
	t.Run("none", func(t *testing.T) {
		w := newWorld(t)
		w.file("etc/os-release", "ID=debian\nVERSION_CODENAME=\"bookworm\"\n", 0o644)
		_, err := install.Mirrors(w.dir)
		w.Expect(err).To(MatchError("the sources in " + w.dir + "/etc/apt name no mirror of Debian bookworm"))
	})
}
