// Package gotest shows how the author of a registry judges it in a test.
package gotest

import (
	"net/http/httptest"
	"testing"

	"assay/conformance"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

func TestConformance(t *testing.T) {
	registry := httptest.NewServer(reference.New(reference.Options{})) // your registry's http.Handler
	defer registry.Close()

	run := conformance.Run(t, conformance.Config{
		Settings: access.Settings{Target: registry.URL},
	})

	// The same reports that the command writes: results.json, report.html and others.
	if _, err := reports.WriteAll(t.ArtifactDir(), run, reports.Options{}); err != nil {
		t.Error(err)
	}
}
