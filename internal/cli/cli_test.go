package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"assay":  func() { os.Exit(Main()) },
		"exits":  func() { os.Exit(exits()) },
		"tagger": func() { os.Exit(tagger()) },
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUp,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"start": start, "await": await},
	})
}

// exits is a program for scripts: "exits CODE [DURATION] COMMAND…" runs the
// command, hands signals on to it, and succeeds when it ends with the code
// within the duration.
func exits() int {
	want, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "exits:", err)
		return 2
	}
	args := os.Args[2:]
	longest, err := time.ParseDuration(args[0])
	if err == nil {
		args = args[1:]
	} else {
		longest = time.Hour
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	incoming := make(chan os.Signal, 4)
	signal.Notify(incoming, os.Interrupt, syscall.SIGTERM)
	started := time.Now()
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "exits:", err)
		return 2
	}
	go func() {
		for s := range incoming {
			_ = cmd.Process.Signal(s)
		}
	}()
	var ended *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &ended) {
		fmt.Fprintln(os.Stderr, "exits:", err)
		return 2
	}
	if code := cmd.ProcessState.ExitCode(); code != want {
		fmt.Fprintf(os.Stderr, "exits: the code is %d, not %d\n", code, want)
		return 1
	}
	if took := time.Since(started); took > longest {
		fmt.Fprintf(os.Stderr, "exits: it took %s, more than %s\n", took, longest)
		return 1
	}
	return 0
}
