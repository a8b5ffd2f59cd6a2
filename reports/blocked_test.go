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
	equal(t, got, []blocker{{Cause: "common", Specs: 2}, {Cause: "rare", Specs: 1}, {Cause: "no cause is named", Specs: 1}})
}
