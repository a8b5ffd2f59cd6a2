// Compare runs Assay and the official conformance suite in turn on the same registries,
// at several delays, and writes time, requests and memory of each as a table. The
// script scripts/bench/run builds the programs that it needs, and starts it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"assay/scripts/between"
)

// document is the file with the table.
const document = "docs/performance.md"

// options are the values of the flags.
type options struct {
	work       string // directory with the programs, and for temporary files
	runs       int
	delays     []time.Duration
	registries []string
	write      bool
}

func main() {
	log.SetFlags(0)
	o, err := parse(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		log.Print("run: ", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := compare(ctx, o); err != nil {
		log.Print("run: ", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	var o options
	var delays, registries string
	flags.StringVar(&o.work, "work", "", "directory with the programs; given by the script run")
	flags.IntVar(&o.runs, "runs", 3, "how often each suite is run at each place; the table has the medians")
	flags.StringVar(&delays, "delay", "0,20,50", "milliseconds that each answer is held back, with commas between")
	flags.StringVar(&registries, "registry", "embedded,docker-registry,distribution", "embedded, or what scripts/registries knows, with commas between")
	flags.BoolVar(&o.write, "write", false, "write the table into "+document+", too")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q: there are only flags, see --help", flags.Arg(0))
	}
	if o.work == "" {
		return o, fmt.Errorf("--work is missing: start scripts/bench/run, which sets it")
	}
	if o.runs < 1 {
		return o, fmt.Errorf("--runs %d: want at least 1", o.runs)
	}
	for _, delay := range strings.Split(delays, ",") {
		ms, err := strconv.Atoi(strings.TrimSpace(delay))
		if err != nil || ms < 0 {
			return o, fmt.Errorf("--delay %q: want whole milliseconds with commas between, such as 0,20,50", delays)
		}
		o.delays = append(o.delays, time.Duration(ms)*time.Millisecond)
	}
	for _, name := range strings.Split(registries, ",") {
		if name = strings.TrimSpace(name); name == "" {
			return o, fmt.Errorf("--registry %q: want names with commas between", registries)
		}
		o.registries = append(o.registries, name)
	}
	return o, nil
}

// compare measures everything that o names and writes the table.
func compare(ctx context.Context, o options) error {
	m, err := describe(ctx, o)
	if err != nil {
		return err
	}
	places, err := measureAll(ctx, o)
	if err != nil {
		return err
	}
	text := m.sentence(o.runs) + "\n" + table(places)
	fmt.Print(text)
	if o.write {
		return between.Replace(document, "bench", text)
	}
	return nil
}
