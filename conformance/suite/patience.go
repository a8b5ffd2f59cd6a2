package suite

import (
	"sync"

	"github.com/onsi/ginkgo/v2"
)

// patience keeps a target that has stopped answering from costing a time-out
// for each spec that is left.
var patience struct {
	mu   sync.Mutex
	gone bool
}

// reachable asks whether the target answers at all: when it does not, a missing
// answer is no finding about the request that lacked it. A target that was once
// found gone is not asked again.
func reachable() bool {
	patience.mu.Lock()
	defer patience.mu.Unlock()
	if patience.gone {
		return false
	}
	ctx, cancel := shortContext()
	defer cancel()
	if state.Client.Support(ctx).Err == nil {
		return true
	}
	again, cancel := shortContext()
	defer cancel()
	patience.gone = state.Client.Support(again).Err != nil
	return !patience.gone
}

// needTarget ends the spec when the target is gone.
func needTarget() {
	if isGone() {
		record(judgement{Kind: kindError, Message: "the target stopped answering"})
		ginkgo.Skip("the target stopped answering")
	}
}

func isGone() bool {
	patience.mu.Lock()
	defer patience.mu.Unlock()
	return patience.gone
}
