package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func written(t *testing.T, run *Run) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJSON(&out, run); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestJSONKeepsTheRun(t *testing.T) {
	want := sample()
	want.Interrupted = hostile
	want.Target.Embedded = true
	want.Results[0].Occurrences = 3
	want.Results[0].Message = "\U000e0041 tag, \u00ad soft hyphen, \x7f"
	data := written(t, want)
	got, err := ReadJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, got, want)
	noHostileCharacter(t, string(data))
}

func TestJSONOfAnEmptyRunIsValid(t *testing.T) {
	run := &Run{Schema: SchemaID, Spec: "1.1", Workflows: []Workflow{{Name: "pull", Verdict: NotTested}}}
	if err := Validate(written(t, run)); err != nil {
		t.Error(err)
	}
	if run.Results != nil || run.Workflows[0].Must != nil {
		t.Error("writing changed the run")
	}
}

func TestSchemaKnowsTheWordsOfTheModel(t *testing.T) {
	for _, o := range Outcomes() {
		run := sample()
		run.Results[0].Outcome = o
		run.Workflows[0].Must[o]++
		if err := Validate(written(t, run)); err != nil {
			t.Errorf("%s: %v", o, err)
		}
	}
	for _, v := range []Verdict{Conformant, Partial, NotConformant, NoSupport, NotTested} {
		run := sample()
		run.Workflows[0].Verdict = v
		if err := Validate(written(t, run)); err != nil {
			t.Errorf("%s: %v", v, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	type object = map[string]any
	at := func(v any, path ...any) object {
		for _, p := range path {
			switch p := p.(type) {
			case string:
				v = v.(object)[p]
			case int:
				v = v.([]any)[p]
			}
		}
		return v.(object)
	}
	for name, broken := range map[string]func(run object){
		"another schema":               func(run object) { run["schema"] = "urn:assay:results:2" },
		"no schema":                    func(run object) { delete(run, "schema") },
		"no results":                   func(run object) { delete(run, "results") },
		"results that are null":        func(run object) { run["results"] = nil },
		"an unknown key":               func(run object) { run["extra"] = 1 },
		"an unknown spec":              func(run object) { run["spec"] = "2.0" },
		"a start that is no time":      func(run object) { run["started"] = "yesterday" },
		"a negative number":            func(run object) { run["requests"] = -1 },
		"a fraction of a request":      func(run object) { run["requests"] = 1.5 },
		"an unknown key of the tool":   func(run object) { at(run, "assay")["name"] = "x" },
		"an unknown key of the target": func(run object) { at(run, "target")["password"] = "x" },
		"no URL":                       func(run object) { delete(at(run, "target"), "url") },
		"an unknown verdict":           func(run object) { at(run, "workflows", 0)["verdict"] = "good" },
		"an unknown counted outcome":   func(run object) { at(run, "workflows", 0, "must")["passed"] = 1 },
		"a count that is text":         func(run object) { at(run, "workflows", 0, "must")["pass"] = "1" },
		"an unknown state":             func(run object) { at(run, "features", 0)["state"] = "maybe" },
		"an unknown outcome":           func(run object) { at(run, "results", 0)["outcome"] = "passed" },
		"an unknown level":             func(run object) { at(run, "results", 0)["level"] = "must" },
		"a result without requirement": func(run object) { at(run, "results", 0)["requirement"] = "" },
		"an unknown key of a result":   func(run object) { at(run, "results", 0)["note"] = "x" },
		"an unknown key of an exchange": func(run object) {
			at(run, "results", 2, "exchanges", 1)["note"] = "x"
		},
		"a status that is text": func(run object) { at(run, "results", 2, "exchanges", 1)["status"] = "500" },
		"an unknown key of a message": func(run object) {
			at(run, "results", 2, "exchanges", 1, "request")["cookies"] = "x"
		},
		"a header that is text": func(run object) {
			at(run, "results", 2, "exchanges", 1, "request", "header")["Content-Range"] = "x"
		},
	} {
		t.Run(name, func(t *testing.T) {
			var run object
			if err := json.Unmarshal(written(t, sample()), &run); err != nil {
				t.Fatal(err)
			}
			broken(run)
			data, err := json.Marshal(run)
			if err != nil {
				t.Fatal(err)
			}
			if Validate(data) == nil {
				t.Error("it is valid")
			}
			if run, err := ReadJSON(bytes.NewReader(data)); err == nil || run != nil {
				t.Errorf("it can be read: %v", err)
			}
		})
	}
}

func TestReadJSONRefuses(t *testing.T) {
	valid := string(written(t, sample()))
	for name, data := range map[string]string{
		"nothing": "", "no JSON": "<html>", "another value": "[]", "half a run": valid[:len(valid)/2], "more than a run": valid + valid,
	} {
		if _, err := ReadJSON(strings.NewReader(data)); err == nil {
			t.Errorf("%s can be read", name)
		}
	}
	bad := sample()
	bad.Results[0].Level = hostile
	bad.Results[2].Exchanges[0].Request.Header = map[string][]string{hostile: {"x"}}
	data := bytes.Replace(written(t, bad), []byte(`[
                "x"
              ]`), []byte(`"x"`), 1)
	if _, err := ReadJSON(bytes.NewReader(data)); err == nil {
		t.Error("broken results can be read")
	} else {
		noHostileCharacter(t, err.Error())
		for _, want := range []string{"/results/0/level", "/results/2/exchanges/0/request/header", SchemaID} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s is missing in: %v", want, err)
			}
		}
	}
	broken := errors.New("broken")
	if _, err := ReadJSON(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
