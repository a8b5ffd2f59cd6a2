package conformance_test

import (
	"testing"

	"assay/conformance"
	"assay/internal/proposal"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

func proposalNamed(t *testing.T, name string) *proposal.Proposal {
	t.Helper()
	p, err := proposal.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The registry does not keep what is proposed. This is observed, and fails nothing.
func TestProposalsChangeNoVerdict(t *testing.T) {
	cfg := conformance.Config{Requirements: []string{"discovery.tags.status", "oci-1.1.*"}, Proposals: []*proposal.Proposal{proposalNamed(t, "oci-1.1")}}
	for _, off := range []bool{false, true} {
		server := embedded(t, reference.Options{DisableReferrers: off})
		cfg.Settings = access.Settings{Target: server.Addr()}
		run := execute(t, cfg)
		if run.Failed(true) || run.Verdict() != reports.Conformant {
			t.Errorf("referrers off %v: the run failed: %s", off, run.Verdict())
		}
		for _, res := range run.Results {
			t.Log(res.Outcome, res.Requirement, res.Message)
		}
		t.Logf("%+v", run.Proposals)
	}
}
