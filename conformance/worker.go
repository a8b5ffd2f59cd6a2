package conformance

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

	"assay/conformance/suite"
	"assay/reports"
)

// Process runs this process as a part of somebody else's parallel run, when
// that is what it was started for, and does not return then. Every program
// that calls [Execute] with more than one process calls it first.
func Process() {
	switch os.Getenv(roleVariable) {
	case roleGinkgo:
		_ = os.Setenv(roleVariable, roleWorker) // for the processes that Ginkgo starts
		// Built here and not before: building it takes over the signals.
		runCommand := run.BuildRunCommand()
		command.Program{Name: "assay", DefaultCommand: runCommand, Commands: []command.Command{runCommand}}.RunAndExit(os.Args)
	case roleWorker:
		if err := worker(os.Getenv(workVariable)); err != nil {
			fmt.Fprintln(os.Stderr, "assay:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

func worker(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var w work
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	testing.Init() // Ginkgo passes flags of the testing package
	flag.Parse()
	conn, err := net.Dial("unix", w.Socket)
	if err != nil {
		return err
	}
	defer conn.Close()
	client, err := connect(w.Config)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	encoder := json.NewEncoder(conn)
	send := func(e envelope) {
		mu.Lock()
		defer mu.Unlock()
		e.Process = ginkgo.GinkgoParallelProcess()
		_ = encoder.Encode(e) // a collector that is gone misses the spec, and says so
	}
	w.configure(client,
		func(res reports.Result, requests int) { send(envelope{Result: &res, Requests: requests}) },
		func(reasons []string) { send(envelope{Ended: reasons, Requests: client.Requests()}) })
	suite.Hook()
	ginkgo.RunSpecs(judge{}, "Assay")
	return nil
}
