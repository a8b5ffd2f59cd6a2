package toolchains

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"assay/downlevel/toolchains/process"
)

const (
	// readyTakes is the time that a daemon has to become ready.
	readyTakes = 90 * time.Second
	// readyEvery is the time between two checks whether it is ready.
	readyEvery = 100 * time.Millisecond
	// endTakes is the time that it has to end after a signal.
	endTakes = 20 * time.Second
	// socketLimit is the longest path of a session with daemons, in bytes. The path of
	// a socket may have 107 bytes, and the rest is for its name.
	socketLimit = 60
)

// daemon is a running daemon.
type daemon struct {
	cmd   *exec.Cmd
	log   string
	ended chan struct{} // closed when it has
}

func (s *Session) startDaemon(ctx context.Context, d Daemon) error {
	if len(s.dir) > socketLimit {
		return fmt.Errorf("the directory %s is too long for the sockets of daemons: want %d bytes at most", s.dir, socketLimit)
	}
	state := filepath.Join(s.dir, "state")
	name := filepath.Join(state, "daemon-"+strconv.Itoa(len(s.daemons)+1)+".log")
	log, err := os.Create(name)
	if err != nil {
		return err
	}
	defer log.Close()
	// It ends with the session, not with the context that started it.
	running := &daemon{cmd: s.command(context.WithoutCancel(ctx), d.Run, state, nil), log: name, ended: make(chan struct{})}
	process.Group(running.cmd)
	running.cmd.Stdout, running.cmd.Stderr = log, log
	if err := running.cmd.Start(); err != nil {
		return err
	}
	go func() {
		_ = running.cmd.Wait()
		close(running.ended)
	}()
	s.daemons = append(s.daemons, running)
	if err := s.await(ctx, running, d); err != nil {
		return s.failed(running, err)
	}
	return nil
}

// failed returns the error of a daemon, with the end of its log.
func (s *Session) failed(d *daemon, err error) error {
	data, _ := os.ReadFile(d.log)
	return fmt.Errorf("its daemon %w; the end of its log: %s", err, s.redact(tail(string(data))))
}

// daemonsRun returns an error if one of the daemons has ended.
func (s *Session) daemonsRun() error {
	for _, d := range s.daemons {
		select {
		case <-d.ended:
			return s.failed(d, fmt.Errorf("has ended (%s)", d.cmd.ProcessState))
		default:
		}
	}
	return nil
}

// await waits until the daemon is ready.
func (s *Session) await(ctx context.Context, running *daemon, d Daemon) error {
	ctx, cancel := context.WithTimeoutCause(ctx, readyTakes, fmt.Errorf("is not ready after %s", readyTakes))
	defer cancel()
	tick := time.NewTicker(readyEvery)
	defer tick.Stop()
	for {
		out, err := s.run(ctx, d.Ready, filepath.Join(s.dir, "state"), nil)
		if err == nil && out.Exit == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-running.ended:
			return fmt.Errorf("has ended (%s)", running.cmd.ProcessState)
		case <-tick.C:
		}
	}
}

// stop sends the daemon a signal to end, and kills its group if it does not end.
func (d *daemon) stop() {
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	late := time.NewTimer(endTakes)
	defer late.Stop()
	select {
	case <-d.ended:
	case <-late.C:
	}
	_ = process.Kill(d.cmd.Process.Pid)
	<-d.ended
}
