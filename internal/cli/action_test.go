package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"

	"assay/internal/cli/config"
)

const repositoryRoot = "../.."

// The scripts of the action do what they say, with the variables that a runner sets.
func TestActionScripts(t *testing.T) {
	root, err := filepath.Abs(repositoryRoot)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/action",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"start": start},
		Setup: func(env *testscript.Env) error {
			env.Setenv("ROOT", root)
			env.Setenv("ACTION_PROGRAM", "assay")
			env.Setenv("GITHUB_OUTPUT", filepath.Join(env.WorkDir, "output"))
			env.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(env.WorkDir, "summary"))
			return setUp(env)
		},
	})
}

// action is what the tests read of action.yml.
type action struct {
	Name, Description, Author string
	Branding                  map[string]string
	Inputs                    map[string]struct{ Description, Default string }
	Outputs                   map[string]struct{ Description, Value string }
	Runs                      struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	Name, ID, If, Uses, Shell, Run string
	With, Env                      map[string]string
}

func readAction(t *testing.T) (a action, text string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repositoryRoot, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalWithOptions(data, &a, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return a, string(data)
}

var (
	inputOf  = regexp.MustCompile(`inputs\.([a-z0-9-]+)`)
	outputOf = regexp.MustCompile(`steps\.([a-z]+)\.outputs\.([a-z-]+)`)
	pinned   = regexp.MustCompile(`^[a-z-]+/[a-z-]+@v\d+\.\d+\.\d+$`)
)

func TestAction(t *testing.T) {
	a, text := readAction(t)
	ids := map[string]bool{}
	for _, step := range a.Runs.Steps {
		ids[step.ID] = true
		if step.Uses != "" && !pinned.MatchString(step.Uses) {
			t.Errorf("%s: %s is not pinned to a version", step.Name, step.Uses)
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("%s: an input in a script is run as code: %s", step.Name, step.Run)
		}
		if step.Run == "" {
			continue
		}
		script, ok := strings.CutPrefix(strings.Trim(step.Run, `"`), "$GITHUB_ACTION_PATH/")
		info, err := os.Stat(filepath.Join(repositoryRoot, script))
		if !ok || err != nil || info.Mode()&0o111 == 0 || step.Shell != "bash" {
			t.Errorf("%s: %s is no script of this project: %v", step.Name, step.Run, err)
		}
	}
	used := map[string]bool{}
	for _, m := range inputOf.FindAllStringSubmatch(text, -1) {
		used[m[1]] = true
		if _, ok := a.Inputs[m[1]]; !ok {
			t.Errorf("there is no input %s", m[1])
		}
	}
	for name, in := range a.Inputs {
		if !used[name] || in.Description == "" {
			t.Errorf("the input %s is not used, or not described", name)
		}
	}
	for name, out := range a.Outputs {
		found := outputOf.FindStringSubmatch(out.Value)
		if found == nil || !ids[found[1]] || found[2] != name || out.Description == "" {
			t.Errorf("the output %s is %q", name, out.Value)
		}
	}
}

// Each variable that the action sets is one that assay run reads, and is set from the
// input of the same name.
func TestActionSetsWhatAssayReads(t *testing.T) {
	a, _ := readAction(t)
	known := []string{"config"}
	for _, s := range config.OfRun() {
		known = append(known, s.Name)
	}
	n := 0
	for _, step := range a.Runs.Steps {
		for variable, value := range step.Env {
			rest, ok := strings.CutPrefix(variable, "ASSAY_")
			if !ok {
				continue
			}
			n++
			name := strings.ToLower(strings.ReplaceAll(rest, "_", "-"))
			if !slices.Contains(known, name) || value != "${{ inputs."+name+" }}" {
				t.Errorf("%s is %s", variable, value)
			}
		}
	}
	if n < 10 {
		t.Errorf("there are %d variables", n)
	}
}
