package reports

import (
	"testing"
)

func TestBlockersAreOnePerCauseMostSpecsFirst(t *testing.T) {
	got := blockers([]Result{
		{Outcome: Blocked, BlockedBy: "rare"},
		{Outcome: Blocked, BlockedBy: "common", Message: "first"},
		{Outcome: Fail, BlockedBy: "rare"},
		{Outcome: Blocked, Message: "no cause is named"},
		{Outcome: Blocked, BlockedBy: "common", Message: "second"},
	})
	equal(t, got, []blocker{{"common", 2}, {"rare", 1}, {"no cause is named", 1}})
}
