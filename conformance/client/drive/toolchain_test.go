package drive

import (
	"testing"

	"assay/conformance/client/stage"
	"assay/downlevel/toolchains"
)

// A tool for charts is judged with charts, and cannot do what is about an image.
func TestAToolForCharts(t *testing.T) {
	for subject, charts := range map[toolchains.Subject]bool{toolchains.Chart: true, toolchains.Image: false} {
		tool := toolchains.Installed{Toolchain: &toolchains.Toolchain{Subject: subject}}
		if made := (Toolchain{Installed: tool}).Content()("nonce"); stage.IsChart(made) != charts {
			t.Errorf("a tool for %q gets a chart: %v", subject, !charts)
		}
	}
	tool := toolchains.Installed{Toolchain: &toolchains.Toolchain{Subject: toolchains.Chart, Verbs: map[toolchains.Verb]toolchains.Actions{toolchains.PullTag: {{}}}}}
	session := &toolSession{tool: tool}
	if end := session.Do(t.Context(), stage.Job{Verb: stage.Pull, Content: stage.Runnable("nonce")}); end.Exit != stage.Unsupported {
		t.Errorf("a pull of an image: exit %d", end.Exit)
	}
}
