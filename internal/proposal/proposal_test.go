package proposal_test

import (
	"testing"

	"assay/internal/proposal"
)

// The proposals that ship with Assay are right.
func TestShippedProposals(t *testing.T) {
	for _, p := range proposal.All() {
		t.Run(p.Name, func(t *testing.T) {
			if file, _ := p.Place(0); file != "proposals/"+p.Name+".yaml" {
				t.Errorf("the proposal %s stands in %s", p.Name, file)
			}
			if _, err := proposal.Read(p.Name); err != nil {
				t.Error(err)
			}
		})
	}
}
