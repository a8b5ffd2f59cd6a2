package faults_test

import (
	"fmt"
	"slices"
	"testing"

	"assay/reference/client"
	"assay/reference/client/faults"
	"assay/reference/client/faults/behaviour"
)

// play runs the steps of a scene. It returns all that a client sent and what came of it.
func play(t *testing.T, sc scene, change behaviour.Change) (trace []string, problems []string) {
	t.Helper()
	s := newStage(t, sc)
	sc.seed(s)
	for _, st := range sc.steps {
		code, stdout, stderr := s.run(change, st)
		if wrong := code == client.Done == st.fails; wrong {
			problems = append(problems, fmt.Sprintf("%s: %s ended with %d: %s", sc.name, st.verb, code, stderr))
		}
		s.mu.Lock()
		s.lines = append(s.lines, fmt.Sprintf("%s %d %s", st.verb, code, stdout))
		s.mu.Unlock()
	}
	return s.lines, problems
}

func TestTheClientWithoutFaultsSucceeds(t *testing.T) {
	for _, sc := range scenes() {
		t.Run(sc.name, func(t *testing.T) {
			_, problems := play(t, sc, nil)
			for _, p := range problems {
				t.Error(p)
			}
		})
	}
}

func TestFaultsAreVisible(t *testing.T) {
	right := map[string][]string{}
	for _, sc := range scenes() {
		right[sc.name], _ = play(t, sc, nil)
	}
	for _, f := range faults.Faults() {
		t.Run(f.Name, func(t *testing.T) {
			for _, sc := range scenes() {
				if trace, _ := play(t, sc, f.Change); !slices.Equal(trace, right[sc.name]) {
					return
				}
			}
			t.Error("no scene shows it")
		})
	}
}

func TestVariantsSucceed(t *testing.T) {
	right := map[string][]string{}
	for _, sc := range scenes() {
		right[sc.name], _ = play(t, sc, nil)
	}
	for _, v := range faults.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			differs := false
			for _, sc := range scenes() {
				trace, problems := play(t, sc, v.Change)
				for _, p := range problems {
					t.Error(p)
				}
				differs = differs || !slices.Equal(trace, right[sc.name])
			}
			if !differs {
				t.Error("no scene shows it")
			}
		})
	}
}
