package proposal_test

import (
	"testing"

	"assay/internal/proposal"
)

// The proposals that ship with Assay are right.
func TestShippedProposals(t *testing.T) {
	for _, p := range proposal.All() {
		t.Run(p.Name, func(t *testing.T) {
			if _, err := proposal.Read(p.Name); err != nil {
				t.Error(err)
			}
		})
	}
}
