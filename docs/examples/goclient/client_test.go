// Package goclient shows how the author of a Go library judges it in a test.
package goclient

import (
	"context"
	"fmt"
	"io"
	"testing"

	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content/oci"
	"oras.land/oras-go/v2/registry/remote"

	"assay/conformance/client"
	"assay/conformance/client/drive"
	"assay/reports"
)

// do is one step of the library that is judged, here of oras-go. It returns the exit code.
func do(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
	repository, err := remote.NewRepository(getenv("ASSAY_REGISTRY") + "/" + getenv("ASSAY_REPOSITORY"))
	if err != nil {
		return fail(stderr, err)
	}
	repository.PlainHTTP = true
	switch getenv("ASSAY_VERB") {
	case "pull", "push":
		layout, err := oci.New(getenv("ASSAY_LAYOUT"))
		if err != nil {
			return fail(stderr, err)
		}
		from, to := oras.Target(repository), oras.Target(layout)
		if getenv("ASSAY_VERB") == "push" {
			from, to = to, from
		}
		_, err = oras.Copy(ctx, from, getenv("ASSAY_REFERENCE"), to, getenv("ASSAY_REFERENCE"), oras.DefaultCopyOptions)
		return fail(stderr, err)
	case "tags":
		return fail(stderr, repository.Tags(ctx, "", func(tags []string) error {
			for _, tag := range tags {
				fmt.Fprintln(stdout, tag)
			}
			return nil
		}))
	}
	return 64 // no such verb
}

func fail(to io.Writer, err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(to, err)
	return 1
}

func TestClient(t *testing.T) {
	run, err := client.Execute(t.Context(), client.Config{
		Driver: drive.Function{Title: "my library", Run: do}, Dir: t.TempDir(),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range run.Findings() {
		if res.Outcome == reports.Fail || res.Outcome == reports.Error {
			t.Error(res.Evidence())
		}
	}
}
