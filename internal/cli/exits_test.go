package cli

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
)

// exits is a program for scripts: "exits [-signal NAME] [-twice] CODE COMMAND…"
// runs the command, and succeeds when it ends with the code. It forwards an
// interrupt as the signal NAME; with -twice it forwards it again when the command
// has said that it is cleaning up.
func exits() int {
	name := flag.String("signal", "INT", "INT, TERM or HUP")
	twice := flag.Bool("twice", false, "send the signal twice")
	flag.Parse()
	kind, known := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}[*name]
	want, err := strconv.Atoi(flag.Arg(0))
	if err != nil || !known {
		fmt.Fprintln(os.Stderr, "exits: wrong usage:", err)
		return 2
	}
	args := flag.Args()[1:]
	cmd := exec.Command(args[0], args[1:]...)
	errs := &watched{to: os.Stderr, text: "press Ctrl-C again", seen: make(chan struct{})}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, errs
	incoming := make(chan os.Signal, 1)
	signal.Notify(incoming, os.Interrupt)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "exits:", err)
		return 2
	}
	go func() {
		<-incoming
		_ = cmd.Process.Signal(kind)
		if *twice {
			<-errs.seen
			_ = cmd.Process.Signal(kind)
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
	return 0
}

// watched hands on what is written to it, and closes seen when that holds text.
type watched struct {
	to   io.Writer
	text string
	seen chan struct{}
	all  bytes.Buffer
	once sync.Once
}

func (w *watched) Write(p []byte) (int, error) {
	w.all.Write(p)
	if bytes.Contains(w.all.Bytes(), []byte(w.text)) {
		w.once.Do(func() { close(w.seen) })
	}
	return w.to.Write(p)
}
