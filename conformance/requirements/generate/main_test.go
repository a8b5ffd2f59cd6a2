package main

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func TestIDsAreFresh(t *testing.T) {
	want, err := generate(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../ids.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("ids.go is not what the catalogue gives: run go generate ./conformance/requirements/")
	}
}

func TestConstant(t *testing.T) {
	for id, want := range map[string]string{
		"push.blob.chunk.range":      "PushBlobChunkRange",
		"push.blob.post-put.status":  "PushBlobPostPutStatus",
		"references.unsupported.404": "ReferencesUnsupported404",
	} {
		if got := constant(id); got != want {
			t.Errorf("constant(%q) = %s, want %s", id, got, want)
		}
	}
}

func TestOneConstantPerID(t *testing.T) {
	for name, folder := range map[string]fstest.MapFS{
		"in one file":  {"a.yaml": {Data: []byte("- id: a.b.c\n- id: a.b-c\n")}},
		"in two files": {"a.yaml": {Data: []byte("- id: a.b.c\n")}, "b.yaml": {Data: []byte("- id: a.b-c\n")}},
		"twice":        {"a.yaml": {Data: []byte("- id: a.b\n- id: a.b\n")}},
	} {
		if _, err := generate(folder); err == nil || !strings.Contains(err.Error(), "would both be called") {
			t.Errorf("%s: two ids have one constant, and the error is %v", name, err)
		}
	}
}

func TestComment(t *testing.T) {
	for name, tc := range map[string]struct{ entry, want string }{
		"one level in several versions": {
			`- {id: a.b, summary: It is so., levels: {"1.0": MUST, "1.1": MUST, draft: MUST}, endpoints: [end-5, end-6], anchor: push, line: 7}`,
			"// It is so.\n\t//\n\t// MUST in 1.0, 1.1, draft · end-5, end-6\n" +
				"\t// https://github.com/opencontainers/distribution-spec/blob/967efdc/spec.md#push (line 7)\n\tAB ID",
		},
		"several levels, implied": {
			`- {id: a.b, summary: It is so., levels: {"1.1": SHOULD, draft: MUST}, implied: true, source: image-spec/manifest.md, anchor: x}`,
			"// SHOULD in 1.1; MUST in draft (implied by the text)\n" +
				"\t// https://github.com/opencontainers/image-spec/blob/13cff54/manifest.md#x\n\tAB ID",
		},
		"not in the draft": {
			`- {id: a.b, summary: It is so., levels: {"1.0": COMPAT}, anchor: push, line: 7}`,
			"// COMPAT in 1.0\n\t// https://github.com/opencontainers/distribution-spec/blob/v1.0.1/spec.md#push\n\tAB ID",
		},
		"unobservable": {
			`- {id: a.b, summary: It is so., levels: {draft: MUST}, anchor: push, unobservable: nobody sees it}`,
			"#push\n\t// No spec judges it: nobody sees it.\n\tAB ID",
		},
	} {
		source, err := generate(fstest.MapFS{"a.yaml": {Data: []byte(tc.entry)}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !strings.Contains(string(source), tc.want) {
			t.Errorf("%s: no\n\t%s\nin\n%s", name, tc.want, source)
		}
	}
}
