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
