package spec

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"sync"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/ginkgo/command"
	"github.com/onsi/ginkgo/v2/ginkgo/run"

	"assay/reports"
)

// Process runs this process as a part of somebody else's parallel run of the
// suite, when that is what it was started for, and does not return then.
// Ready makes a worker ready, from the work that the [Run] holds.
func Process(suite string, ready func(work []byte) Ready) {
	if os.Getenv(suiteVariable) != suite {
		return
	}
	switch os.Getenv(roleVariable) {
	case roleGinkgo:
		_ = os.Setenv(roleVariable, roleWorker) // for the processes that Ginkgo starts
		// Built here and not before: building it takes over the signals.
		runCommand := run.BuildRunCommand()
		command.Program{Name: "assay", DefaultCommand: runCommand, Commands: []command.Command{runCommand}}.RunAndExit(os.Args)
	case roleWorker:
		if err := worker(os.Getenv(orderVariable), ready); err != nil {
			fmt.Fprintln(os.Stderr, "assay:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

func worker(path string, ready func([]byte) Ready) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var o order
	if err := json.Unmarshal(data, &o); err != nil {
		return err
	}
	testing.Init() // Ginkgo passes flags of the testing package
	flag.Parse()
	conn, err := net.Dial("unix", o.Socket)
	if err != nil {
		return err
	}
	defer conn.Close()
	var mu sync.Mutex
	encoder := json.NewEncoder(conn)
	send := func(e envelope) {
		mu.Lock()
		defer mu.Unlock()
		e.Process = ginkgo.GinkgoParallelProcess()
		_ = encoder.Encode(e) // a collector that is gone misses the spec, and says so
	}
	return ready(o.Work).run(Reporter{
		Result: func(res reports.Result, requests int) { send(envelope{Result: &res, Requests: requests}) },
		Ended:  func(reasons []string) { send(envelope{Ended: reasons}) },
	})
}
