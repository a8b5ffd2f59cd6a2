package drive

import (
	"context"
	"io"
	"testing"

	. "github.com/onsi/gomega"

	"assay/conformance/client/stage"
)

func called(t *testing.T, f func(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int) stage.Ended {
	t.Helper()
	return Function{Title: "function", Run: f}.Do(t.Context(), stage.Job{
		Verb: stage.Pull, Username: stage.Username, Password: stage.Password, Dir: t.TempDir(), Home: t.TempDir(), Timeout: soon,
	})
}

func TestAFunctionHasThePrivateDirectories(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	end := called(t, func(_ context.Context, getenv func(string) string, _, _ io.Writer) int {
		for _, name := range []string{"HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "DOCKER_CONFIG"} {
			g.Expect(getenv(name)).To(BeADirectory(), name)
		}
		return 0
	})
	g.Expect(end.Exit).To(Equal(0))
}

// A function that does not listen to its context cannot be ended; its step can.
func TestAFunctionThatHangs(t *testing.T) {
	t.Parallel()
	free := make(chan struct{})
	defer close(free)
	end := called(t, func(context.Context, func(string) string, io.Writer, io.Writer) int { <-free; return 0 })
	g := NewWithT(t)
	g.Expect(end.TimedOut).To(BeTrue())
	g.Expect(end.Exit).To(Equal(137))
}

func TestAFunctionThatPanics(t *testing.T) {
	t.Parallel()
	end := called(t, func(context.Context, func(string) string, io.Writer, io.Writer) int { panic("no layer") })
	g := NewWithT(t)
	g.Expect(end.Exit).To(Equal(2))
	g.Expect(end.Stderr).To(And(ContainSubstring("panic: no layer"), ContainSubstring("function_test.go")))
}

func TestTheOutputOfAFunctionIsCutAndHasNoPassword(t *testing.T) {
	t.Parallel()
	end := called(t, func(_ context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
		_, _ = stderr.Write([]byte(getenv("ASSAY_PASSWORD")))
		for range 1000 {
			_, _ = stdout.Write(make([]byte, 1000))
		}
		return 0
	})
	g := NewWithT(t)
	g.Expect(end.Stderr).To(Equal("REDACTED"))
	g.Expect(len(end.Stdout)).To(BeNumerically("<", 2*outputLimit+100))
}
