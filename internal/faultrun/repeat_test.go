package faultrun

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"assay/conformance"
	"assay/reference"
	"assay/reference/faults"
	"assay/reports"
	"assay/wire/access"
)

// TestScriptsRepeatFindings runs the script of each finding against the registry with the
// fault, where it must show the fault, and against the registry without it, where it must
// not.
func TestScriptsRepeatFindings(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("the scripts need curl")
	}
	tried := 0
	for _, c := range FaultCases() {
		if !slices.Contains(repeated, c.Name) {
			continue
		}
		tried++
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			server, err := c.Start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close() //nolint:errcheck
			plain, err := reference.Start(t.Context(), "", c.Settings)
			if err != nil {
				t.Fatal(err)
			}
			defer plain.Close() //nolint:errcheck
			run := find(t, c, server)
			scripts := run.Scripts()
			if len(scripts) == 0 {
				t.Error("no finding has a script")
			}
			for _, s := range scripts {
				expectExit(t, s, c, server.Addr(), 1)
				expectExit(t, s, c, plain.Addr(), 0)
			}
		})
	}
	if tried != len(repeated) {
		t.Errorf("the catalogue has %d of the %d faults", tried, len(repeated))
	}
}

// repeated are the faults whose scripts are run: of each workflow, and of each kind of
// judgement.
var repeated = []string{
	// pull
	"repository-unknown-blob-403", "manifest-head-405", "blob-head-wrong-length", "range-several-boundary",
	// push: uploads in one and in several requests, mounts, manifests
	"session-unknown-cancel-204", "post-put-dead-location", "single-post-mismatch-stored", "mount-fallback-dead",
	"chunk-close-200", "chunk-no-location", "tag-parameters-first-named", "tag-grammar-any",
	"manifest-content-type-parameter-kept", "type-artifact-dropped",
	// discovery: lists of tags and their pages
	"tags-no-name", "tags-zero-link",
	// management
	"tag-delete-204", "manifest-delete-unknown-repository-400", "tag-delete-for-good",
	// references: lists, filters, pages
	"referrers-404-unknown", "referrers-empty-absent", "referrers-annotations-defined", "referrers-make-tags",
	"referrers-deleted-listed-index", "filter-page-link-no-rel", "filter-empty-whole",
	// errors and security, also with a login
	"referred-tag-delete-409", "semantics-empty-500", "warning-long", "digest-unknown-algorithm-single-post", "anonymous-blobs",
}

// find runs the specs that find the fault.
func find(t *testing.T, c Case, server *faults.Server) *reports.Run {
	t.Helper()
	cfg := conformance.Config{
		Settings: access.Settings{
			Target: server.Addr(), Username: c.Settings.Username, Password: c.Settings.Password, Embedded: true,
		},
		Spec: c.Spec, Seed: seed, Large: c.Large,
	}
	for _, id := range c.Requirements {
		cfg.Requirements = append(cfg.Requirements, string(id))
	}
	run, err := conformance.Execute(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// expectExit runs the script against the registry at the address.
func expectExit(t *testing.T, s reports.Script, c Case, address string, want int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), s.Name)
	if err := os.WriteFile(path, []byte(s.Result.Script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), "sh", path)
	cmd.Env = append(os.Environ(), "REGISTRY=http://"+address,
		"ASSAY_USERNAME="+c.Settings.Username, "ASSAY_PASSWORD="+c.Settings.Password)
	out, err := cmd.CombinedOutput()
	code := 0
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if code != want {
		t.Errorf("%s ended with %d, not %d:\n%s", s.Name, code, want, out)
	}
}
