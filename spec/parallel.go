package spec

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"

	"assay/reports"
)

// A parallel run is three kinds of process, all of them this executable. This
// one plans and collects. It starts one that runs Ginkgo's own parallel
// machinery, which starts the workers. What a process is to be stands in its
// environment.
const (
	roleVariable  = "ASSAY_PROCESS"
	roleGinkgo    = "ginkgo"
	roleWorker    = "worker"
	suiteVariable = "ASSAY_PROCESS_SUITE" // name of the suite
	orderVariable = "ASSAY_PROCESS_ORDER" // path of the order as JSON
)

// order is what a worker is told.
type order struct {
	Work   json.RawMessage `json:"work"`
	Socket string          `json:"socket"` // where results go
}

// envelope is what a worker sends for each spec, and at the end.
type envelope struct {
	Process  int             `json:"process"`
	Requests int             `json:"requests"`
	Result   *reports.Result `json:"result,omitempty"`
	Ended    []string        `json:"ended,omitempty"`
}

// parallel runs the specs in r.Procs processes. A signal, or the end of ctx,
// reaches all of them, and the results so far are kept.
func (r Run) parallel(ctx context.Context, to *collector) error {
	dir, err := os.MkdirTemp("", "assay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	// Ginkgo takes a compiled suite only under such a name.
	binary := filepath.Join(dir, "assay.test")
	if err := os.Symlink(executable, binary); err != nil {
		return err
	}
	socket, path := filepath.Join(dir, "results"), filepath.Join(dir, "order.json")
	if err := r.writeOrder(path, socket); err != nil {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	received := receive(listener, to)

	var output bytes.Buffer
	cmd := exec.Command(executable, append(r.ginkgoFlags(), binary)...)
	cmd.Env = append(os.Environ(), roleVariable+"="+roleGinkgo, suiteVariable+"="+r.Suite, orderVariable+"="+path)
	cmd.Stdout, cmd.Stderr = &output, &output
	// A group of its own, so that a Ctrl-C reaches the children through us
	// alone, and once.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	stop := passSignals(ctx, cmd, to)
	err = cmd.Wait()
	stop()
	_ = listener.Close()
	received.Wait()

	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	if len(r.Planned) > 0 && to.silent() {
		return fmt.Errorf("the processes of the run ended without a result:\n%s", output.String())
	}
	return nil
}

func (r Run) ginkgoFlags() []string {
	flags := []string{
		"run",
		"--procs", strconv.Itoa(r.Procs),
		"--seed", strconv.FormatInt(r.Seed, 10),
		"--timeout", r.Timeout.String(),
		"--label-filter", r.Filter,
		"--keep-going",
	}
	if !r.InOrder {
		flags = append(flags, "--randomize-all")
	}
	return flags
}

func (r Run) writeOrder(path, socket string) error {
	work, err := json.Marshal(r.Work)
	if err != nil {
		return err
	}
	data, err := json.Marshal(order{work, socket})
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600) // it may hold a password
}

// receive reads what the workers send until the listener is closed and each of
// them has ended.
func receive(listener net.Listener, to *collector) *sync.WaitGroup {
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				decoder := json.NewDecoder(conn)
				for {
					var e envelope
					if err := decoder.Decode(&e); err != nil {
						return
					}
					if e.Result != nil {
						to.add(e.Process, *e.Result, e.Requests)
					}
					to.end(e.Ended)
				}
			})
		}
	})
	return &open
}

// passSignals hands interrupts on to all processes of the run: one that
// reached only this process would leave the others running. The function that
// it returns ends that.
func passSignals(ctx context.Context, cmd *exec.Cmd, to *collector) (stop func()) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		cancelled := ctx.Done()
		for {
			select {
			case <-signals:
				to.end([]string{interrupted}) // the processes may end too fast to say so
				_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
			case <-cancelled:
				cancelled = nil
				// A signal that ended ctx comes by the other channel too;
				// a second one would cut the cleaning up short.
				if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
					_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
				}
			case <-done:
				signal.Stop(signals)
				return
			}
		}
	}()
	return func() { close(done) }
}
