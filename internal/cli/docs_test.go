package cli

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"assay/reference"
)

// notRun are the commands of the documents that the test only reads, with the reason.
// Each begins with the text.
var notRun = map[string]string{
	"assay toolchains install": "it needs the internet",
	"assay downlevel":          "it needs tools, which the tests do not install",
	"assay client":             "it needs a client, and judges it for a minute",
	"assay compare crane=":     "it needs the results of clients",
	"assay faults":             "all faults take minutes",
	"assay serve":              "it ends only with a signal",
}

// documented is a command in a document.
type documented struct{ document, command string }

// The commands of the documents do what the documents say: they are run, on an
// embedded registry in the place of the hosts that the documents name.
func TestCommandsOfTheDocuments(t *testing.T) {
	programs := t.TempDir()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(executable, filepath.Join(programs, "assay")); err != nil {
		t.Fatal(err)
	}
	server, err := reference.Start(context.Background(), "127.0.0.1:0", reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	hosts := regexp.MustCompile(`\b(registry\.example\.com|localhost:5000)\b`)
	folders := map[string]string{}
	used := map[string]bool{}
	var done []documented
	for _, d := range documentedCommands(t) {
		if slices.Contains(done, d) {
			continue
		}
		done = append(done, d)
		if folders[d.document] == "" { // commands of a document build on one another
			folders[d.document] = t.TempDir()
		}
		t.Run(d.document+"/"+d.command, func(t *testing.T) {
			readCommand(t, d.command)
			only := strings.Contains(d.command, "…") // a place for a value of the reader
			for text := range notRun {
				if strings.Contains(d.command, text) {
					used[text], only = true, true
				}
			}
			if only {
				return
			}
			cmd := exec.Command("sh", "-c", hosts.ReplaceAllLiteralString(d.command, server.Addr()))
			cmd.Dir = folders[d.document]
			cmd.Env = append(os.Environ(), "PATH="+programs+":"+os.Getenv("PATH"), "HOME="+cmd.Dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	if len(done) < 10 {
		t.Errorf("only %d commands were found", len(done))
	}
	for text := range notRun {
		if !used[text] && text != "assay serve" {
			t.Errorf("no document has %q: remove the exception", text)
		}
	}
}

// The examples in the help can be read.
func TestExamplesOfTheHelp(t *testing.T) {
	eachCommand(newRoot(), func(c *cobra.Command) {
		for line := range strings.Lines(c.Example) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				readCommand(t, line)
			}
		}
	})
}

func eachCommand(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, child := range c.Commands() {
		eachCommand(child, do)
	}
}

// readCommand reads each assay command of a shell line as the program would: the
// command, its flags and the number of its arguments.
func readCommand(t *testing.T, line string) {
	t.Helper()
	line, _, _ = strings.Cut(line, " #")
	for _, part := range regexp.MustCompile(`\|\||&&|[|;]`).Split(line, -1) {
		words := strings.Fields(strings.ReplaceAll(part, "'", ""))
		at := slices.Index(words, "assay")
		if at < 0 {
			continue
		}
		words = words[at+1:]
		if redirect := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, ">") }); redirect >= 0 {
			words = words[:redirect]
		}
		c, rest, err := newRoot().Find(words)
		if err == nil {
			err = c.ParseFlags(rest)
		}
		if err == nil {
			err = c.ValidateArgs(c.Flags().Args())
		}
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// documentedCommands returns the lines with assay commands in the shell blocks of the
// project's documents. What CONTRIBUTING runs in a clone is the same program.
func documentedCommands(t *testing.T) []documented {
	t.Helper()
	root := filepath.Join("..", "..")
	var found []documented
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		for _, line := range shellLines(string(content)) {
			line = strings.ReplaceAll(line, "go run . ", "assay ")
			if regexp.MustCompile(`(^|[|;&] *)assay `).MatchString(line) {
				found = append(found, documented{name, line})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// shellLines returns the lines of the shell blocks in a document. A line that ends in a
// backslash goes on in the next.
func shellLines(text string) []string {
	var lines []string
	shell := false
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		switch line = strings.TrimSpace(line); {
		case line == "```sh":
			shell = true
		case strings.HasPrefix(line, "```"):
			shell = false
		case shell:
			lines = append(lines, line)
		}
	}
	return lines
}
