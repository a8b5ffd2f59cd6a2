package cli

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// Every configuration is YAML, its scripts are those of a shell, and our own commands in
// them parse.
func TestPipelines(t *testing.T) {
	for _, line := range []string{
		"ci github", "ci github --command run --shards 2",
		"ci github --shards 3 --profile ci --registry a=registry.example.com --registry b=http://localhost:5000 --image example.com/assay:v1",
		"ci kubernetes --image example.com/assay:v1", "ci kubernetes --image assay --command run --registry zot=zot.example.com:5000 --shards 8",
	} {
		text := output(t, line)
		commands := 0
		decoder := yaml.NewDecoder(strings.NewReader(text))
		for {
			var document any
			if err := decoder.Decode(&document); err != nil {
				break
			}
			for _, script := range scriptsOf(document) {
				checkShell(t, script)
				commands += parseCommands(t, script)
			}
		}
		if err := yaml.Unmarshal([]byte(text), new(any)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if commands < 2 {
			t.Errorf("%s has %d commands:\n%s", line, commands, text)
		}
		made := regexp.MustCompile(`(?m)^# Made by: assay (.*)$`).FindStringSubmatch(text)
		if made == nil || output(t, made[1]) != text {
			t.Errorf("%s: the command %q does not make it again", line, made)
		}
	}
}

func TestMatrixOfShards(t *testing.T) {
	var workflow struct {
		Jobs struct {
			Shard struct {
				Strategy struct {
					Matrix struct {
						Registry []struct{ Name, Target string }
						Shard    []int
					}
				}
				Env map[string]string
			}
		}
	}
	text := output(t, "ci github --shards 3 --registry a=registry.example.com --registry b=localhost:5000")
	if err := yaml.Unmarshal([]byte(text), &workflow); err != nil {
		t.Fatal(err)
	}
	m := workflow.Jobs.Shard.Strategy.Matrix
	if len(m.Registry) != 2 || m.Registry[1].Target != "localhost:5000" || len(m.Shard) != 3 || workflow.Jobs.Shard.Env["ASSAY_SHARD"] != "${{ matrix.shard }}/3" {
		t.Errorf("the matrix is %+v", m)
	}
}

func TestWrongPipelines(t *testing.T) {
	for line, want := range map[string]string{
		"ci":                                      "needs a system: github or kubernetes",
		"ci jenkins":                              `does not know "jenkins"`,
		"ci kubernetes":                           "--image: name the container image",
		"ci github --shards 0":                    "0 shards are not possible",
		"ci github --command list":                `--command: "list" is not known; allowed: downlevel, run`,
		"ci github --command run --profile ci":    "--profile: only assay downlevel has profiles",
		"ci github --profile all":                 `--profile: "all" is not known`,
		"ci github --registry a":                  `"a" is not a registry`,
		"ci github --registry A=b":                `"A=b" is not a registry`,
		"ci github --registry a=$(id)":            `is not a registry`,
		"ci github --registry a=b --registry a=c": "two registries have the name a",
		"ci github --image a;b":                   "is not the name of an image",
	} {
		var out, errs bytes.Buffer
		if code := execute(strings.Fields(line), nil, &out, &errs); code != exitUsage || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit %d, %s", line, code, errs.String())
		}
	}
}

func output(t *testing.T, line string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := execute(strings.Fields(line), nil, &out, &errs); code != 0 {
		t.Fatalf("assay %s: exit %d, %s", line, code, errs.String())
	}
	return out.String()
}

// scriptsOf returns the texts of a document that have several lines.
func scriptsOf(node any) []string {
	var all []string
	switch n := node.(type) {
	case string:
		if strings.Contains(n, "\n") {
			all = append(all, n)
		}
	case []any:
		for _, each := range n {
			all = append(all, scriptsOf(each)...)
		}
	case map[string]any:
		for _, each := range n {
			all = append(all, scriptsOf(each)...)
		}
	}
	return all
}

func checkShell(t *testing.T, script string) {
	t.Helper()
	cmd := exec.Command("sh", "-n")
	cmd.Stdin = strings.NewReader(script)
	if message, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("no script: %v %s\n%s", err, message, script)
	}
}

// parseCommands parses the commands of assay in a script, and returns their number.
func parseCommands(t *testing.T, script string) int {
	t.Helper()
	n := 0
	for line := range strings.Lines(script) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "assay ")
		if !ok {
			continue
		}
		n++
		rest, _, _ = strings.Cut(rest, "||")
		rest = strings.NewReplacer("$((JOB_COMPLETION_INDEX + 1))", "1", "$JOB_COMPLETION_INDEX", "0", `"`, "").Replace(rest)
		cmd, args, err := newRoot().Find(strings.Fields(rest))
		if err == nil {
			err = cmd.ParseFlags(args)
		}
		if err == nil {
			err = cmd.ValidateArgs(cmd.Flags().Args())
		}
		if err == nil && cmd.Flags().Lookup("shard") != nil {
			_, err = load(cmd, cmd.Flags().Args())
		}
		if err != nil {
			t.Errorf("assay %s: %v", rest, err)
		}
	}
	return n
}
