package suite

import (
	"errors"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"assay/wire"
)

// patience keeps a target that has stopped answering, or letting the run in,
// from costing a time-out for each spec that is left.
var patience struct {
	mu   sync.Mutex
	gone string // why there is nothing to ask any more
}

// reachable asks whether the target answers at all: when it does not, a missing
// answer is no finding about the request that lacked it. A target that was once
// found gone is not asked again.
func reachable() bool {
	patience.mu.Lock()
	defer patience.mu.Unlock()
	if patience.gone != "" {
		return false
	}
	ctx, cancel := shortContext()
	defer cancel()
	if state.Client.Support(ctx).Err == nil {
		return true
	}
	again, cancel := shortContext()
	defer cancel()
	switch err := state.Client.Support(again).Err; {
	case err == nil:
		return true
	case errors.Is(err, wire.ErrCredentials):
		patience.gone = "the target stopped accepting the login: " + err.Error()
	default:
		patience.gone = "the target stopped answering"
	}
	return false
}

// needTarget ends the spec when the target is gone.
func needTarget() {
	if why := gone(); why != "" {
		record(judgement{Kind: kindError, Message: why})
		ginkgo.Skip(why)
	}
}

// gone says why the target cannot be asked any more; empty while it can.
func gone() string {
	patience.mu.Lock()
	defer patience.mu.Unlock()
	return patience.gone
}
