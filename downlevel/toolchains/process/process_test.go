package process_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains/process"
)

// held is a pipe that what runs as cmd and its children keep open. The channel
// is closed when none of them is left.
func held(g *WithT, cmd *exec.Cmd) (gone <-chan struct{}, started func()) {
	r, w, err := os.Pipe()
	g.Expect(err).NotTo(HaveOccurred())
	cmd.ExtraFiles = []*os.File{w}
	done := make(chan struct{})
	go func() {
		_, _ = r.Read(make([]byte, 1))
		_ = r.Close()
		close(done)
	}()
	return done, func() { _ = w.Close() }
}

// A child that the program leaves behind ends with it.
func TestNothingIsLeftOfTheGroup(t *testing.T) {
	g := NewWithT(t)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "sleep 1000 &")
	gone, started := held(g, cmd)
	g.Expect(process.Run(t.Context(), cmd)).To(Succeed())
	started()
	g.Eventually(gone).WithTimeout(5 * time.Minute).Should(BeClosed())
}

func TestTheGroupEndsWithTheContext(t *testing.T) {
	g := NewWithT(t)
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	out := process.Buffer{Half: 100}
	cmd := exec.CommandContext(ctx, "sh", "-c", "sleep 1000 & echo up; wait")
	cmd.Stdout = &out
	gone, started := held(g, cmd)
	go func() {
		NewWithT(t).Eventually(out.String).WithTimeout(5 * time.Minute).Should(Equal("up\n"))
		cancel(why)
	}()
	g.Expect(process.Run(ctx, cmd)).To(MatchError(why))
	started()
	g.Eventually(gone).WithTimeout(5 * time.Minute).Should(BeClosed())
}

func TestBufferKeepsBothEnds(t *testing.T) {
	g := NewWithT(t)
	b := process.Buffer{Half: 4}
	for _, piece := range []string{"ab", "cdef", "gh"} {
		n, err := b.Write([]byte(piece))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(n).To(Equal(len(piece)))
	}
	g.Expect(b.String()).To(Equal("abcdefgh"))
	for range 100 {
		_, _ = b.Write([]byte("0123456789"))
	}
	g.Expect(b.String()).To(Equal("abcd\n[1000 bytes are left out]\n6789"))
}
