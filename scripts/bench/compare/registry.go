package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	embedded = "embedded"
	scripts  = "scripts/registries"
)

// start starts an empty registry on a free port of loopback. The function stop ends it.
func start(ctx context.Context, work, name string) (address string, stop func() error, err error) {
	if name == embedded {
		s, err := startServer(ctx, filepath.Join(work, "assay"), "serve", "--addr", "127.0.0.1:0")
		if err != nil {
			return "", nil, err
		}
		return strings.TrimPrefix(s.address, "http://"), func() error { _, err := s.end(); return err }, nil
	}
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	state := append(os.Environ(), "REGISTRIES_STATE="+filepath.Join(work, "registries"))
	if err := script(ctx, state, "start", name, port); err != nil {
		return "", nil, err
	}
	return "127.0.0.1:" + port, func() error { return script(context.WithoutCancel(ctx), state, "stop", name) }, nil
}

// install installs a registry, unless it is installed already.
func install(ctx context.Context, name string) error {
	if name == embedded {
		return nil
	}
	return script(ctx, os.Environ(), "install", name)
}

func script(ctx context.Context, env []string, name string, args ...string) error {
	output, err := process(ctx, "", env, append([]string{filepath.Join(scripts, name)}, args...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Join(scripts, name), strings.Join(args, " "), err, tail(string(output)))
	}
	return nil
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = listener.Close() }()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
}

// seen has the counts of the program delay.
type seen struct {
	Requests     int      `json:"requests"`
	MostInFlight int      `json:"most_in_flight"`
	Failed       int      `json:"failed"`
	Strays       []string `json:"strays"`
}

// startDelay puts a delay before the registry at the address to.
func startDelay(ctx context.Context, work, to string, delay time.Duration) (*server, error) {
	return startServer(ctx, filepath.Join(work, "delay"), "--to", to, "--delay", delay.String())
}

// count ends a delay and returns its counts. It is an error if a request did not go
// through the delay, or if the registry left more than a few without an answer: then the
// figures cannot be compared. Real registries break off some answers.
func count(s *server) (seen, error) {
	var all seen
	rest, err := s.end()
	if err != nil {
		return all, err
	}
	if err := json.Unmarshal(rest, &all); err != nil {
		return all, fmt.Errorf("delay wrote %q: %w", rest, err)
	}
	if len(all.Strays) > 0 {
		return all, fmt.Errorf("the registry sent clients past the delay %d times: %s", len(all.Strays), all.Strays[0])
	}
	if 100*all.Failed > all.Requests {
		return all, fmt.Errorf("the registry left %d of %d requests without an answer", all.Failed, all.Requests)
	}
	return all, nil
}

// server is a program that runs until it gets a signal.
type server struct {
	cmd     *exec.Cmd
	address string // the first line of its output
	output  *bufio.Reader
}

func startServer(ctx context.Context, command ...string) (*server, error) {
	cmd := process(context.WithoutCancel(ctx), "", neutral(os.Environ()), command...)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, output: bufio.NewReader(pipe)}
	line, err := s.output.ReadString('\n')
	if err != nil {
		_, _ = s.end()
		return nil, fmt.Errorf("%s did not start", strings.Join(command, " "))
	}
	s.address = strings.TrimSpace(line)
	return s, nil
}

// end ends the program and returns the rest of its output.
func (s *server) end() ([]byte, error) {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	rest, err := io.ReadAll(s.output)
	if waited := s.cmd.Wait(); err == nil {
		err = waited
	}
	return rest, err
}
