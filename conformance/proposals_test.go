package conformance_test

import (
	"strings"
	"testing"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/internal/proposal"
	"assay/reference"
	"assay/reference/faults"
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
	cfg := conformance.Config{
		Requirements: []string{"discovery.tags.status", "oci-1.1.list.*", "oci-1.1.unsupported.404", "oci-1.1.impact.subject-manifest.image.kept"}, Spec: requirements.Draft,
		Proposals: []*proposal.Proposal{proposalNamed(t, "oci-1.1")},
	}
	for _, f := range faults.Faults() {
		if f.Name != "referrers-none" && f.Name != "referrers-unsupported-400" {
			continue
		}
		server, err := f.Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		cfg.Settings = access.Settings{Target: server.Addr()}
		run := execute(t, cfg)
		observed := 0
		for _, res := range run.Results {
			if res.Proposal != "" && res.Outcome == reports.Observed {
				observed++
			}
		}
		if run.Failed(true) || run.Verdict() != reports.Conformant || observed == 0 {
			t.Errorf("%s: failed %v, %s, %d observed", f.Name, run.Failed(true), run.Verdict(), observed)
		}
		if len(run.Proposals) != 1 || len(run.Proposals[0].Must) == 0 || len(run.Proposals[0].Impact) == 0 {
			t.Errorf("%s: %+v", f.Name, run.Proposals)
		}
		_ = server.Close()
	}
}

// The proposals leave nothing behind.
func TestProposalsTakeBackWhatTheyPush(t *testing.T) {
	server := embedded(t, reference.Options{})
	var all []*proposal.Proposal
	for _, name := range []string{"oci-1.1-rc", "cosign-tags", "tag-parameters"} {
		all = append(all, proposalNamed(t, name))
	}
	run := execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}, LabelFilter: "proposal", Proposals: all})
	if run.Failed(true) {
		t.Error("the run failed")
	}
}

// What the file of OCI 1.1 asks for is what the built-in specs ask for, requirement by
// requirement.
func TestOCI11SaysWhatTheSpecsSay(t *testing.T) {
	p := proposalNamed(t, "oci-1.1")
	said := map[string]proposal.Requirement{}
	for _, r := range p.Requirements {
		said["references."+r.ID] = r
	}
	for _, r := range requirements.All() {
		level, ok := r.Level(requirements.V1_1)
		if r.Workflow != requirements.References || r.Party != requirements.Registry || r.Unobservable != "" || !ok {
			continue
		}
		its, ok := said[string(r.ID)]
		switch {
		case !ok:
			t.Errorf("the proposal does not have %s", r.ID)
		case its.Level != string(level) || its.Summary != r.Summary:
			t.Errorf("%s: the proposal has %s %q, the catalogue %s %q", r.ID, its.Level, its.Summary, level, r.Summary)
		case its.Unobservable != "":
			t.Errorf("%s: unobservable in the proposal: %q", r.ID, its.Unobservable)
		}
	}
}

// compared are the findings of a run: of the built-in specs, and of the proposal. swept are
// those of the built-in ones that only the sweep found.
func compared(run *reports.Run) (builtIn, proposed map[string]string, swept map[string]bool) {
	builtIn, proposed, swept = map[string]string{}, map[string]string{}, map[string]bool{}
	for _, res := range run.Results {
		id, ofProposal := strings.CutPrefix(res.Requirement, "oci-1.1.")
		switch {
		case res.Outcome != reports.Fail && res.Outcome != reports.Warn && res.Outcome != reports.Observed:
		case ofProposal:
			proposed["references."+id] = res.Message
		case res.Workflow == string(requirements.References):
			builtIn[res.Requirement] = res.Message
			swept[res.Requirement] = strings.HasPrefix(res.Spec, "Every response")
		}
	}
	return builtIn, proposed, swept
}
