package toolchains_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
)

// withDaemon adds daemons to the fake tool.
func withDaemon(t *testing.T, daemons string) toolchains.Installed {
	t.Helper()
	return fake(t, "verbs:\n", "daemons:\n"+daemons+"verbs:\n")
}

// The daemon of the version is started, waited for, used and stopped, with the
// child that left its group.
func TestDaemon(t *testing.T) {
	g := NewWithT(t)
	ended := filepath.Join(t.TempDir(), "ended")
	i := withDaemon(t, `  - {versions: '<1', run: exit 9, ready: 'true'}
  - run: |
      echo $$ >"$STATE/pid"
      setsid sh -c 'echo $$ >"$STATE/stray"; exec sleep 1000' &
      trap 'echo terminated >`+ended+`; exit' TERM
      echo up >"$FAKE_SOCKET"
      while :; do sleep 0.1; done
    ready: test -s "$FAKE_SOCKET" && test -s "$STATE/stray"
`)
	p := place(t)
	s := start(t, i, p)
	state := filepath.Join(only(g, p.Dir), "state")
	daemon, stray := pid(g, filepath.Join(state, "pid")), pid(g, filepath.Join(state, "stray"))
	g.Expect(alive(daemon)).To(BeTrue())
	g.Expect(alive(stray)).To(BeTrue())
	g.Expect(do(t.Context(), t, s, i, toolchains.Copy, toolchains.Vars{}).Exit).To(BeZero())
	g.Expect(s.Setup()).To(And(ContainSubstring(`>"$STATE/daemon-2.log" 2>&1 &`), ContainSubstring("until (\ntest -s"), Not(ContainSubstring("exit 9"))))
	s.Stop()
	g.Expect(os.ReadFile(ended)).To(BeEquivalentTo("terminated\n"))
	g.Expect(alive(daemon)).To(BeFalse())
	g.Eventually(alive).WithArguments(stray).WithTimeout(5 * time.Minute).Should(BeFalse())
	g.Expect(os.ReadDir(p.Dir)).To(BeEmpty())
}

func TestDaemonThatEnds(t *testing.T) {
	g := NewWithT(t)
	p := place(t)
	_, err := withDaemon(t, "  - {run: 'echo no such option; exit 5', ready: 'false'}\n").Start(t.Context(), p)
	g.Expect(err).To(MatchError("fake@1.2.3: its daemon has ended (exit status 5); the end of its log: no such option"))
	g.Expect(os.ReadDir(p.Dir)).To(BeEmpty())

	i := withDaemon(t, `  - {run: 'echo $$ >$STATE/pid; exec sleep 1000', ready: 'test -s $STATE/pid'}`+"\n")
	s := start(t, i, p)
	kill := action(t, i, toolchains.Copy)
	kill.Run = `kill -KILL "$(cat "$STATE/pid")"; while kill -0 "$(cat "$STATE/pid")" 2>/dev/null; do :; done`
	_, err = s.Do(t.Context(), kill, toolchains.Vars{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Eventually(func() error {
		_, err := s.Do(t.Context(), action(t, i, toolchains.Copy), toolchains.Vars{})
		return err
	}).WithTimeout(5 * time.Minute).Should(MatchError("fake@1.2.3: its daemon has ended (signal: killed); the end of its log: "))
}

func TestDaemonWithALongPath(t *testing.T) {
	p := place(t)
	p.Dir = filepath.Join(p.Dir, strings.Repeat("long", 20))
	_, err := withDaemon(t, "  - {run: exec sleep 1000, ready: 'true'}\n").Start(t.Context(), p)
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("is too long for the sockets of daemons")))
}

// only is the one entry of a directory.
func only(g *WithT, dir string) string {
	entries, err := os.ReadDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(entries).To(HaveLen(1))
	return filepath.Join(dir, entries[0].Name())
}

func pid(g *WithT, name string) int {
	data, err := os.ReadFile(name)
	g.Expect(err).NotTo(HaveOccurred())
	n, err := strconv.Atoi(strings.TrimSpace(string(data)))
	g.Expect(err).NotTo(HaveOccurred())
	return n
}

// alive says whether a process runs: one that has ended and waits for its
// parent does not.
func alive(pid int) bool {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(data), ") ")
	return !strings.HasPrefix(state, "Z")
}
