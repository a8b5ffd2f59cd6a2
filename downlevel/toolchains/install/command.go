package install

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"assay/downlevel/toolchains/process"
	"assay/wire"
)

// command is a program that the installer runs.
type command struct {
	args []string
	dir  string
	env  []string // in addition to the environment of this process
	// shown is shown to people instead of args; empty shows args.
	shown string
	// nice gives the program a low priority on the machine.
	nice bool
	// lock is held while the program runs. If this process is killed, the next process
	// waits for the programs that are still running.
	lock *os.File
	// answers says that run has to return the standard output.
	answers bool
	// gentle asks the program to end, and gives it time to finish its work. Other
	// programs are killed at once.
	gentle bool
}

// patience is the time that a program has after it was asked to end: apt-get finishes
// the packages that it unpacks.
const patience = 5 * time.Minute

// errorLines is the number of output lines that an error quotes.
const errorLines = 6

// need checks that a program is on PATH.
func need(program string) error {
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%s is needed, and not on PATH", program)
	}
	return nil
}

// run runs a command. If the command answers, run returns its standard output. All
// output is added to the file called log.
func (in *Installer) run(ctx context.Context, log string, c command) (string, error) {
	if err := context.Cause(ctx); err != nil {
		return "", err
	}
	if err := need(c.args[0]); err != nil {
		return "", err
	}
	args := c.args
	if _, err := exec.LookPath("nice"); err == nil && c.nice {
		args = append([]string{"nice", "-n", "10"}, args...)
	}
	logName := filepath.Join(in.Cache.Dir, "logs", log+".log")
	if err := os.MkdirAll(filepath.Dir(logName), 0o755); err != nil {
		return "", err
	}
	logFile, err := os.OpenFile(logName, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	defer logFile.Close()
	shown := wire.RedactText(cmp.Or(c.shown, strings.Join(c.args, " ")))
	fmt.Fprintf(logFile, "%s %s\n", time.Now().UTC().Format(time.RFC3339), shown)

	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), c.env...)
	if c.lock != nil {
		cmd.ExtraFiles = []*os.File{c.lock}
	}
	var stdout bytes.Buffer
	said := process.Buffer{Half: 1 << 14}
	both := io.MultiWriter(&said, logFile)
	cmd.Stdout, cmd.Stderr = both, both // one pipe for both keeps the order
	if c.answers {
		cmd.Stdout = io.MultiWriter(&stdout, both)
	}
	if c.gentle {
		err = runGently(ctx, cmd)
	} else {
		err = process.Run(ctx, cmd)
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return "", cause
	}
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) { // ErrWaitDelay: it ended well, but left a process running
		return stdout.String(), fmt.Errorf("%s: %w: %s (all of it is in %s)", shown, err, lastLines(said.String()), logName)
	}
	return stdout.String(), nil
}

// runGently asks the program to end when ctx ends.
func runGently(ctx context.Context, cmd *exec.Cmd) error {
	process.Group(cmd)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = patience
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// lastLines returns the last lines of a program's output.
func lastLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return "it said nothing"
	}
	return wire.RedactText(strings.Join(lines[max(0, len(lines)-errorLines):], "; "))
}
