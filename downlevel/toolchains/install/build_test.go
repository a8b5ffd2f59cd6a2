package install_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/downlevel/toolchains/install"
)

// fakeGo builds a program that prints its version. A module is in $W/module.
func fakeGo(version string) string {
	return `echo "flags=$GOFLAGS cgo=$CGO_ENABLED work=$GOWORK" >>"$NOTES"
case $1 in
install) file=$GOBIN/one ;;
mod) echo "go: downloading" >&2; echo "{\"Dir\": \"$W/module\"}"; exit ;;
build)
	cat go.mod go.sum >>"$NOTES"
	test ! -e vendor && test -w go.mod
	for last; do if [ "$previous" = -o ]; then file=$last/one; fi; previous=$last; done ;;
esac
` + says("file", version)
}

func TestGoInstall(t *testing.T) {
	w := newWorld(t)
	w.program("go", fakeGo("v1.2.3"))
	w.Expect(w.install("one@1.2.3")).To(Equal([]string{"installed"}))
	w.Expect(w.notes()).To(Equal([]string{"go install -trimpath example.com/one@v1.2.3", "flags= cgo=0 work=off"}))
	w.Expect(w.whole()).To(Equal([]string{"one@1.2.3"}))
	w.Expect(w.leftovers()).To(BeEmpty())
	m, err := toolchains.ReadManifest(w.cache.Folder("one", "1.2.3"))
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(w.cache.Check(m)).To(Succeed())
	w.Expect(m.How).To(Equal("go install example.com/one@v1.2.3"))
	w.Expect(m.Bin).To(Equal([]string{"bin"}))

	// Items that are whole are left alone. Items that are no longer whole are made
	// again.
	w.Expect(w.install("one@1.2.3")).To(Equal([]string{"already"}))
	w.Expect(w.notes()).To(BeEmpty())
	program := filepath.Join(w.cache.Folder("one", "1.2.3"), "bin", "one")
	w.Expect(os.WriteFile(program, []byte("#!/bin/sh\nexit 1\n"), 0o755)).To(Succeed())
	w.Expect(w.install("one@1.2.3")).To(Equal([]string{"installed"}))
	w.Expect(w.cache.Check(m)).To(Succeed())
}

// A module is built as the main module, in a writable copy.
func TestGoBuild(t *testing.T) {
	w := newWorld(t)
	w.program("go", fakeGo("2.0.0"))
	w.file("module/vendor/modules.txt", "", 0o444)
	w.file("module/vendor.mod", "module two\n", 0o444)
	w.file("module/vendor.sum", "sums\n", 0o444)
	w.Expect(w.install("one@2.0.0")).To(Equal([]string{"installed"}))
	w.Expect(w.notes()).To(Equal([]string{
		"go mod download -json example.com/one/v2@v2.0.0+incompatible", "flags= cgo=0 work=off",
		"go build -trimpath -buildvcs=false -mod=mod -tags=a,b -o W/cache/tmp/one@2.0.0/folder/bin/ ./cmd/one",
		"flags= cgo=0 work=off", "module two", "sums",
	}))
	w.Expect(w.leftovers()).To(BeEmpty())
}

func TestNPM(t *testing.T) {
	w := newWorld(t)
	w.program("one", "echo 3.0.0")
	w.program("npm", `file=$3/node_modules/one/package.json`+"\n"+says("file", "3.0.0"))
	w.Expect(w.install("one@3.0.0")).To(Equal([]string{"installed"}))
	w.Expect(w.notes()[0]).To(Equal("npm install --prefix W/cache/tmp/one@3.0.0/folder --no-audit --no-fund --no-update-notifier --ignore-scripts --prefer-offline --fetch-retries=1 one@3.0.0 more@1.0.0"))
	m, err := toolchains.ReadManifest(w.cache.Folder("one", "3.0.0"))
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(m.Bin).To(BeEmpty())
	w.Expect(m.Files).To(HaveLen(1))
}

// The error of a failed item has the command and its last lines of output. Nothing is
// left of the item, and the other items are still installed.
func TestFailures(t *testing.T) {
	t.Run("the program fails", func(t *testing.T) {
		w := newWorld(t)
		w.program("one", "echo 3.0.0")
		w.program("npm", `file=$3/node_modules/one/package.json`+"\n"+says("file", "3.0.0"))
		w.program("go", "for i in 1 2 3 4 5 6 7; do echo line $i; done; echo 'no space left on device' >&2; exit 1")
		outcomes := w.install("one@1.2.3", "one@3.0.0")
		w.Expect(outcomes[0]).To(Equal("one@1.2.3: go install -trimpath example.com/one@v1.2.3: exit status 1: " +
			"line 3; line 4; line 5; line 6; line 7; no space left on device (all of it is in " + w.dir + "/cache/logs/one@1.2.3.log)"))
		w.Expect(outcomes[1]).To(Equal("installed"))
		w.Expect(w.whole()).To(Equal([]string{"one@3.0.0"}))
		w.Expect(w.leftovers()).To(BeEmpty())
	})
	t.Run("the program is missing", func(t *testing.T) {
		w := newWorld(t)
		w.program("one", "echo 3.0.0")
		w.Expect(w.install("one@1.2.3", "one@3.0.0")).To(Equal([]string{
			"one@1.2.3: go is needed, and not on PATH", "one@3.0.0: npm is needed, and not on PATH"}))
	})
	t.Run("a program of the tool is missing", func(t *testing.T) {
		w := newWorld(t)
		w.program("npm", "exit 1")
		w.Expect(w.install("one@3.0.0")).To(Equal([]string{"one@3.0.0: it needs one beside it, which is not on PATH: install that first"}))
		w.Expect(w.notes()).To(BeEmpty())
	})
	t.Run("the module cannot be downloaded", func(t *testing.T) {
		w := newWorld(t)
		w.program("go", `echo '{"Error": "dial tcp: no such host"}'; exit 1`)
		w.Expect(w.install("one@2.0.0")).To(Equal([]string{
			"one@2.0.0: go mod download example.com/one/v2@v2.0.0+incompatible: dial tcp: no such host"}))
	})
	t.Run("it is another version", func(t *testing.T) {
		w := newWorld(t)
		w.program("go", fakeGo("1.2.4"))
		w.Expect(w.install("one@1.2.3")).To(Equal([]string{`one@1.2.3: "one --version" says that it is version 1.2.4: it is not installed`}))
		w.Expect(w.cache.Folder("one", "1.2.3")).NotTo(BeADirectory())
	})
	t.Run("it does not say its version", func(t *testing.T) {
		w := newWorld(t)
		w.program("go", fakeGo("development"))
		w.Expect(w.install("one@1.2.3")).To(Equal([]string{`one@1.2.3: "one --version" does not say a version: it is not installed`}))
		w.Expect(w.cache.Folder("one", "1.2.3")).NotTo(BeADirectory())
	})
	t.Run("the cache cannot be made", func(t *testing.T) {
		w := newWorld(t)
		w.file("cache", "a file", 0o644)
		w.Expect(w.install("one@1.2.3")).To(Equal([]string{"one@1.2.3: mkdir " + w.dir + "/cache: not a directory"}))
	})
}

// The end of the context ends the running programs. The item can be installed the next
// time, even if more files were left behind.
func TestInterrupted(t *testing.T) {
	w := newWorld(t)
	w.program("go", `file=$GOBIN/one`+"\n"+says("file", "1.2.3")+"sleep 1000")
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	done := make(chan []install.Result)
	go func() { done <- w.in.Run(ctx, w.items("one@1.2.3", "one@2.0.0")) }()
	program := filepath.Join(w.cache.Dir, "tmp/one@1.2.3/folder/bin/one")
	w.Eventually(program).WithTimeout(10 * time.Second).Should(BeAnExistingFile())
	cancel(why)
	var results []install.Result
	w.Eventually(done).WithTimeout(10 * time.Second).Should(Receive(&results))
	for _, r := range results {
		w.Expect(r.Err).To(MatchError(why))
	}
	w.Expect(w.whole()).To(BeEmpty())
	w.Expect(w.leftovers()).To(BeEmpty())

	w.file("cache/tmp/one@1.2.3/folder/bin/half", "", 0o644)
	w.file("cache/toolchains/one@1.2.3/bin/half", "", 0o644)
	w.program("go", fakeGo("1.2.3"))
	w.Expect(w.install("one@1.2.3")).To(Equal([]string{"installed"}))
	w.Expect(filepath.Join(w.cache.Folder("one", "1.2.3"), "bin/half")).NotTo(BeAnExistingFile())
}

// If two processes install the same item, one waits for the other, and then has nothing
// to do.
func TestTwoAtOnce(t *testing.T) {
	w := newWorld(t)
	w.program("go", fakeGo("1.2.3"))
	release, err := w.in.Lock(t.Context(), "one@1.2.3")
	w.Expect(err).NotTo(HaveOccurred())
	both := make(chan string)
	waiting := make(chan string, 10)
	for range 2 {
		in := install.NewOn(w.dir, true, w.cache)
		in.Doing = func(_ int, what string) { waiting <- what }
		go func() { both <- word(in.Run(t.Context(), w.items("one@1.2.3"))[0]) }()
	}
	for range 2 {
		w.Eventually(waiting).WithTimeout(10 * time.Second).Should(Receive(ContainSubstring("waiting")))
	}
	release()
	var outcomes []string
	for range 2 {
		var outcome string
		w.Eventually(both).WithTimeout(10 * time.Second).Should(Receive(&outcome))
		outcomes = append(outcomes, outcome)
	}
	w.Expect(outcomes).To(ConsistOf("installed", "already"))
	w.Expect(w.notes()).To(HaveLen(2)) // one call
}

// The wait ends with the context.
func TestWaitingEnds(t *testing.T) {
	w := newWorld(t)
	release, err := w.in.Lock(t.Context(), "one@1.2.3")
	w.Expect(err).NotTo(HaveOccurred())
	defer release()
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	w.in.Doing = func(int, string) { cancel(why) }
	w.Expect(w.in.Run(ctx, w.items("one@1.2.3"))[0].Err).To(MatchError(why))
}
