package join

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/reports"
)

// part is the result of shard number of three, with a result for each outcome. Three
// shards have four specs together.
func part(number, pieces int, outcomes ...string) Part {
	run := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: "1.0"}, Spec: "1.1", Requests: 10, Seconds: float64(number),
		Target:  reports.Target{URL: "https://registry.example.com", Repositories: []string{"a"}},
		Started: time.Date(2026, 1, number, 0, 0, 0, 0, time.UTC),
		Shard:   &reports.Shard{Of: 3, Numbers: []int{number}, Pieces: pieces, Total: 4},
		Load:    &reports.Load{MaxInFlight: 32, MostInFlight: number, LowestBound: 32 - number, Throttled: 1},
	}
	for _, text := range outcomes {
		id, outcome, _ := strings.Cut(text, "=")
		run.Results = append(run.Results, reports.Result{Requirement: id, Level: "MUST", Outcome: reports.Outcome(outcome), Spec: "spec of " + id, Workflow: "push"})
	}
	run.Summarise([]string{"push", "pull"})
	return Part{Name: string(rune('a' - 1 + number)), Run: run}
}

func alphabetic(id string) int { return int(id[0]) }

func whole() []Part {
	return []Part{part(3, 1, "b=pass", "every=pass"), part(1, 2, "c=pass", "d=pass", "every=unsupported"), part(2, 1, "a=pass", "every=pass")}
}

func joined(t *testing.T, parts ...Part) *reports.Run {
	t.Helper()
	run, err := Join(parts, alphabetic)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := reports.WriteJSON(&out, run); err != nil {
		t.Fatal(err)
	}
	if err := reports.Validate(out.Bytes()); err != nil {
		t.Fatal(err)
	}
	return run
}

func TestAllShardsAreTheWhole(t *testing.T) {
	parts := whole()
	for _, p := range parts {
		if v := p.Run.Verdict(); v != reports.Partial || p.Run.Workflows[0].Verdict != reports.Partial {
			t.Errorf("shard %s alone is %s", p.Name, v)
		}
	}
	run := joined(t, parts...)
	var ids []string
	for _, res := range run.Results {
		ids = append(ids, res.Requirement+"="+string(res.Outcome))
	}
	if want := []string{"a=pass", "b=pass", "c=pass", "d=pass", "every=pass"}; !slices.Equal(ids, want) {
		t.Errorf("the results are %v", ids)
	}
	if run.Shard != nil || run.Verdict() != reports.Conformant || run.Workflows[0].Must[reports.Pass] != 5 {
		t.Errorf("the verdict is %s, the shard %v, the workflows %v", run.Verdict(), run.Shard, run.Workflows)
	}
	if run.Requests != 30 || run.Seconds != 3 || run.Started.Day() != 1 || *run.Load != (reports.Load{MaxInFlight: 32, MostInFlight: 3, LowestBound: 29, Throttled: 3}) {
		t.Errorf("the figures are %d, %v, %v, %+v", run.Requests, run.Seconds, run.Started, run.Load)
	}
	if parts[0].Run.Shard == nil || len(parts[0].Run.Results) != 2 {
		t.Error("joining changed a part")
	}
}

func TestTheWorstResultCounts(t *testing.T) {
	parts := whole()
	parts[2].Run.Results[1].Outcome = reports.Fail
	if run := joined(t, parts...); run.Verdict() != reports.NotConformant || !run.Failed(false) {
		t.Errorf("the verdict is %s", run.Verdict())
	}
}

func TestWhatIsNotTheWholeIsPartial(t *testing.T) {
	all := whole()
	fewer := part(3, 0)
	for want, parts := range map[string][]Part{
		"2 of 3 shards (without shard 2)":                                      all[:2],
		"shard 2 of 3":                                                         all[2:],
		"3 of 3 shards (with several results of shard 2)":                      append(slices.Clone(all), all[2]),
		"3 of 3 shards (with 3 of 4 specs or cells)":                           {fewer, all[1], all[2]},
		"1 of 3 shards (without shards 2, 3, with several results of shard 1)": {all[1], all[1], all[1]},
	} {
		run := joined(t, parts...)
		if run.Shard == nil || run.Shard.String() != want || run.Verdict() != reports.Partial || run.Workflows[0].Verdict == reports.Conformant {
			t.Errorf("got %v, %s; want %q", run.Shard, run.Verdict(), want)
		}
	}
}

func TestWhatCannotBeJoined(t *testing.T) {
	change := func(f func(*reports.Run)) Part {
		p := part(2, 1, "a=pass")
		f(p.Run)
		return p
	}
	for want, p := range map[string]Part{
		"the target differs":                   change(func(r *reports.Run) { r.Target.URL = "https://other.example.com" }),
		"the kind of run differs":              change(func(r *reports.Run) { r.Matrix = &reports.Matrix{} }),
		"version of the distribution-spec":     change(func(r *reports.Run) { r.Spec = "draft" }),
		"the version of Assay differs":         change(func(r *reports.Run) { r.Assay.Version = "2.0" }),
		"the number of shards differs":         change(func(r *reports.Run) { r.Shard.Of = 4 }),
		"b is not the result of one shard":     change(func(r *reports.Run) { r.Shard = nil }),
		"and b cannot be joined: the target d": change(func(r *reports.Run) { r.Target.Embedded = true }),
	} {
		if _, err := Join([]Part{part(1, 2, "c=pass"), p}, alphabetic); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
	if _, err := Join(nil, alphabetic); err == nil {
		t.Error("nothing was joined")
	}
}

func TestARegistryOnEachMachineMayHaveAnyPort(t *testing.T) {
	all := whole()
	for i, host := range []string{"http://localhost:5000", "http://127.0.0.1:5001", "http://[::1]:5002"} {
		all[i].Run.Target.URL = host
	}
	if run := joined(t, all...); run.Shard != nil {
		t.Errorf("the shard is %v", run.Shard)
	}
}

func TestInterruptedShards(t *testing.T) {
	all := whole()
	all[0].Run.Interrupted = "by the user"
	all[0].Run.Features = []reports.Feature{{Name: "delete", State: "supported"}, {Name: "mount", State: "unsupported"}}
	all[1].Run.Features = []reports.Feature{{Name: "delete", State: "unknown"}}
	run := joined(t, all...)
	if run.Interrupted != "shard 3: by the user" {
		t.Errorf("interrupted: %q", run.Interrupted)
	}
	if len(run.Features) != 2 || run.Features[0].State != "supported" {
		t.Errorf("the features are %v", run.Features)
	}
}

func TestMatrix(t *testing.T) {
	tool := func(number int, version string) Part {
		p := part(number, 2)
		p.Run.Shard.Total = 4
		p.Run.Matrix = &reports.Matrix{
			Toolchains: []reports.MatrixToolchain{{Name: "crane", Version: version}}, LeftOut: []string{"docker (needs root)"},
			Mechanisms: []reports.MatrixName{{Name: "alone"}, {Name: "subject"}}, Verbs: []reports.MatrixName{{Name: "pull"}},
		}
		for _, m := range []string{"subject", "alone"} {
			c := &reports.Cell{Toolchain: "crane", Version: version, Verb: "pull", Mechanism: m, Outcome: reports.Works}
			p.Run.Results = append(p.Run.Results, reports.Result{Requirement: c.ID(), Spec: c.ID(), Level: "COMPAT", Outcome: reports.Pass, Workflow: c.Tool(), Cell: c})
		}
		return p
	}
	run := joined(t, tool(3, "1.10.0"), tool(2, "1.9.0"), Part{"empty", func() *reports.Run {
		p := part(1, 0)
		p.Run.Matrix = &reports.Matrix{}
		return p.Run
	}()})
	var ids []string
	for _, res := range run.Results {
		ids = append(ids, res.Requirement)
	}
	want := []string{"crane@1.9.0/pull/alone", "crane@1.9.0/pull/subject", "crane@1.10.0/pull/alone", "crane@1.10.0/pull/subject"}
	if !slices.Equal(ids, want) || run.Shard != nil || run.Verdict() != reports.Harmless || len(run.Matrix.LeftOut) != 1 {
		t.Errorf("got %v, %v, %s, %v", ids, run.Shard, run.Verdict(), run.Matrix)
	}
}
