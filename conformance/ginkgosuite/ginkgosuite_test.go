package ginkgosuite_test

import (
	"context"
	"flag"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"assay/conformance"
	"assay/conformance/ginkgosuite"
	"assay/reference"
)

// The specs are those of a suite of Ginkgo's, which selects among them and tells
// what came of each.
func TestDescribeInASuiteOfGinkgo(t *testing.T) {
	if n := flag.Lookup("test.count").Value.String(); n != "1" {
		t.Skip("Ginkgo runs a suite once in a process")
	}
	server, err := reference.Start(context.Background(), "127.0.0.1:0", reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var cfg conformance.Config
	cfg.Target, cfg.Embedded = server.Addr(), true
	listed, err := conformance.List(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := ginkgosuite.Describe("Assay:", cfg); err != nil {
		t.Fatal(err)
	}
	suiteConfig, reporterConfig := ginkgo.GinkgoConfiguration()
	suiteConfig.LabelFilter = "discovery"
	reporterConfig.Succinct = true
	states := map[types.SpecState]int{}
	ginkgo.ReportAfterSuite("states", func(report ginkgo.Report) {
		for _, s := range report.SpecReports {
			if s.LeafNodeType == types.NodeTypeIt {
				states[s.State]++
			}
			if s.LeafNodeType == types.NodeTypeIt && s.State.Is(types.SpecStatePassed) && !strings.Contains(s.LeafNodeLocation.FileName, "conformance/registry/") {
				t.Errorf("the spec %q stands at %s", s.LeafNodeText, s.LeafNodeLocation)
			}
		}
	})
	ginkgo.RunSpecs(t, "Ginkgo's own", suiteConfig, reporterConfig)
	nodes := 0
	for _, res := range listed {
		if res.Where != "" { // what is judged over all exchanges stands nowhere
			nodes++
		}
	}
	total, judged := 0, states[types.SpecStatePassed]
	for _, n := range states {
		total += n
	}
	if total != nodes || judged == 0 || states[types.SpecStateFailed] > 0 {
		t.Errorf("%d specs are listed, and Ginkgo has %v", nodes, states)
	}
	if left := server.Registry().Inventory(); left != (reference.Inventory{}) {
		t.Errorf("left behind: %+v", left)
	}
}
