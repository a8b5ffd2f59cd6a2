package conformance_test

import (
	"os"
	"testing"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/internal/proposal"
	"assay/reference/faults"
	"assay/wire/access"
)

// The file of OCI 1.1 and the built-in specs find the same requirements broken in faulty
// registries, one for each requirement. The built-in specs look at more situations than
// the file: with ASSAY_EVERY_FAULT, some faults are found only by them.
func TestOCI11JudgesAsTheSpecsDo(t *testing.T) {
	seen := map[requirements.ID]bool{}
	p := []*proposal.Proposal{proposalNamed(t, "oci-1.1")}
	for _, f := range faults.Faults() {
		r, _ := requirements.Get(f.Requirements[0])
		if r.Workflow != requirements.References || f.Spec == requirements.V1_0 {
			continue
		}
		if seen[r.ID] && os.Getenv("ASSAY_EVERY_FAULT") == "" {
			continue // one fault of each requirement, unless there is time for all
		}
		seen[r.ID] = true
		t.Run(f.Name, func(t *testing.T) {
			server, err := f.Start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			run := execute(t, conformance.Config{
				Settings: access.Settings{Target: server.Addr()}, Spec: f.Spec, Proposals: p,
				LabelFilter: "references || (oci-1.1 && !impact)", Seed: 1,
			})
			builtIn, proposed, swept := compared(run)
			for id, message := range builtIn {
				// What only the responses of the whole run show, no exchanges of a file show.
				if _, found := proposed[id]; !found && !swept[id] {
					t.Errorf("only the built-in specs find %s: %.200s", id, message)
				}
			}
			if swept[string(r.ID)] {
				seen[r.ID] = false // the next fault of the requirement is compared, too
			}
			for id, message := range proposed {
				if _, found := builtIn[id]; !found {
					t.Errorf("only the proposal finds %s: %.300s", id, message)
				}
			}
		})
	}
}
