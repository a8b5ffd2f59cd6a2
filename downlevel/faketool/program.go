package faketool

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
)

// Program is the main program of the fake tools. A test binary can be such a program.
// It is called as NAME --version, or as NAME VERB with its arguments in the
// environment. TestMain calls Program first. Program returns if the binary's name is
// not that of a fake tool.
func Program() {
	name := filepath.Base(os.Args[0])
	if _, ok := fakes[name]; !ok {
		return
	}
	if os.Args[1] == "--version" {
		fmt.Println("version 1.2.3")
		os.Exit(0)
	}
	client, err := connect(os.Getenv("REGISTRY"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
	call := newCall(context.Background(), NewWithT(exiting{}), client, os.Getenv("REGISTRY"), toolchains.Vars{
		Image: os.Getenv("IMAGE"), Target: os.Getenv("TARGET"), Tag: os.Getenv("TAG"), Digest: os.Getenv("DIGEST"),
		ArtifactType: os.Getenv("ARTIFACT_TYPE"),
	}, os.Getenv("OUT"))
	act(name, toolchains.Verb(os.Args[1]))(call)
	fmt.Print(call.Stdout)
	fmt.Fprint(os.Stderr, call.Stderr)
	os.Exit(call.Exit)
}

// exiting ends the program when an assertion fails.
type exiting struct{}

func (exiting) Helper() {}

func (exiting) Fatalf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "Error: "+format+"\n", args...)
	os.Exit(1)
}
