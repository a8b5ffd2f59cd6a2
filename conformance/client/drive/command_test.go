package drive

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"assay/conformance/client/stage"
)

// soon is a time limit for scripts that do not end.
const soon = 2 * time.Second

// long is a time limit for scripts that end by themselves.
const long = 5 * time.Minute

// do runs a script as a client. It fails the test if a process of the script is left.
func do(t *testing.T, script string, timeout time.Duration) stage.Ended {
	t.Helper()
	g := NewWithT(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	mkfifo, err := exec.LookPath("mkfifo")
	if err != nil {
		t.Skip("there is no mkfifo")
	}
	g.Expect(exec.Command(mkfifo, pipe).Run()).To(Succeed())
	command := &Command{Args: []string{"sh", "-c", `exec 3>"$1"; eval "$2"`, "sh", pipe, script}}
	g.Expect(command.Check()).To(Succeed())
	reader, writer := open(g, pipe)
	defer reader.Close()
	home := t.TempDir()
	end := command.Do(t.Context(), stage.Job{
		Verb: stage.Pull, Username: stage.Username, Password: stage.Password, Dir: t.TempDir(), Home: home, Timeout: timeout,
	})
	g.Expect(writer.Close()).To(Succeed())
	g.Expect(reader.SetReadDeadline(time.Now().Add(long))).To(Succeed())
	_, err = io.ReadAll(reader) // the end comes when no process has the pipe open
	g.Expect(err).NotTo(HaveOccurred(), "a process of the client is left")
	return end
}

// open opens both ends of a pipe; neither waits for the other one.
func open(g *WithT, pipe string) (reader, writer *os.File) {
	both, err := os.OpenFile(pipe, os.O_RDWR, 0)
	g.Expect(err).NotTo(HaveOccurred())
	reader, err = os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	g.Expect(err).NotTo(HaveOccurred())
	return reader, both
}

func TestAClientThatHangs(t *testing.T) {
	t.Parallel()
	end := do(t, `sleep 1000 & sleep 1000`, soon)
	g := NewWithT(t)
	g.Expect(end.TimedOut).To(BeTrue())
	g.Expect(end.Exit).To(Equal(137))
	g.Expect(end.Stderr).To(ContainSubstring("it was ended after 2s"))
}

// One that ignores the signals that it can ignore.
func TestAClientThatDoesNotWantToEnd(t *testing.T) {
	t.Parallel()
	NewWithT(t).Expect(do(t, `trap "" TERM INT HUP; while :; do sleep 1000; done`, soon).TimedOut).To(BeTrue())
}

func TestAClientThatForks(t *testing.T) {
	t.Parallel()
	NewWithT(t).Expect(do(t, `for i in 1 2 3 4 5 6 7 8 9; do (sleep 1000 & sleep 1000) & done; wait`, soon).TimedOut).To(BeTrue())
}

// A daemon has a session of its own. The client itself has done what it was asked for.
func TestAClientThatLeavesADaemon(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("there is no setsid")
	}
	t.Parallel()
	end := do(t, `setsid sleep 1000 >/dev/null 2>&1 & until ps -o sid= -p $! | grep -q "$!"; do :; done`, long)
	g := NewWithT(t)
	g.Expect(end.Exit).To(BeZero())
	g.Expect(end.TimedOut).To(BeFalse())
	g.Expect(end.Stderr).To(Equal("\n[processes that it left behind, and that were ended: 1]\n"))
}

func TestAClientThatFloodsItsOutput(t *testing.T) {
	t.Parallel()
	end := do(t, `head -c 30000000 /dev/zero | tr "\0" x; echo end`, long)
	g := NewWithT(t)
	g.Expect(len(end.Stdout)).To(BeNumerically("<", 2*outputLimit+100))
	g.Expect(end.Stdout).To(HavePrefix("xxx"))
	g.Expect(end.Stdout).To(ContainSubstring("bytes are left out]"))
	g.Expect(end.Stdout).To(HaveSuffix("xend\n"))
}

func TestAClientThatFloodsItsOutputForEver(t *testing.T) {
	t.Parallel()
	end := do(t, `yes`, soon)
	g := NewWithT(t)
	g.Expect(end.TimedOut).To(BeTrue())
	g.Expect(len(end.Stdout)).To(BeNumerically("<", 2*outputLimit+100))
}

func TestAClientThatReadsStandardInput(t *testing.T) {
	t.Parallel()
	end := do(t, `cat; echo end`, long)
	NewWithT(t).Expect(end.Stdout).To(Equal("end\n"))
}

// The program is the leader of a session, and no session has a terminal before it opens
// one.
func TestAClientThatAsksForAPassword(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	end := do(t, `ps -o sid= -p $$ | tr -d " "; echo $$; read -r password </dev/tty`, long)
	lines := strings.Fields(end.Stdout)
	g.Expect(lines).To(HaveLen(2))
	g.Expect(lines[0]).To(Equal(lines[1]))
	g.Expect(end.Exit).NotTo(BeZero())
	g.Expect(end.TimedOut).To(BeFalse())
}

func TestTheOutputHasNoPassword(t *testing.T) {
	t.Parallel()
	end := do(t, `echo "$ASSAY_PASSWORD"; printf %s "$ASSAY_USERNAME:$ASSAY_PASSWORD" | base64 >&2`, long)
	g := NewWithT(t)
	g.Expect(end.Stdout).To(Equal("REDACTED\n"))
	g.Expect(end.Stderr).To(ContainSubstring("REDACTED"))
	g.Expect(end.Stderr).NotTo(ContainSubstring("Y2xpZW50LXBhc3N3"))
}

// What ends by a signal of its own has the exit code of a shell.
func TestAClientThatASignalEnds(t *testing.T) {
	t.Parallel()
	NewWithT(t).Expect(do(t, `kill -TERM $$`, long).Exit).To(Equal(143))
}
