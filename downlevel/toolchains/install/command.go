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

// command is a program that installing needs.
type command struct {
	args []string
	dir  string
	env  []string // added to this process's
	// shown stands for args where people read them; empty for args as they are.
	shown string
	// nice lets others on the machine go first.
	nice bool
	// lock is held for as long as the program runs: should this process be
	// killed, the next one waits for what it left running.
	lock *os.File
	// answers says that its standard output is wanted.
	answers bool
	// gentle asks the program to end, and gives it time to leave things in
	// order, where others are ended at once.
	gentle bool
}

// patience is how long a program that is asked to end may take: apt-get finishes
// what it unpacks.
const patience = 5 * time.Minute

// errorLines are quoted of what a program said that failed.
const errorLines = 6

// need wants a program to be there.
func need(program string) error {
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%s is needed, and not on PATH", program)
	}
	return nil
}

// run runs a command and returns what it answers, if it is to. All it says is
// added to the file called log.
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
	cmd.Stdout, cmd.Stderr = both, both // one pipe, which keeps the order
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
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) { // that one: it ended well, and left something running
		return stdout.String(), fmt.Errorf("%s: %w: %s (all of it is in %s)", shown, err, lastLines(said.String()), logName)
	}
	return stdout.String(), nil
}

// runGently lets the program end in its own way when ctx ends.
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

// lastLines are the last lines of what a program said.
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
