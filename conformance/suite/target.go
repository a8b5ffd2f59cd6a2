package suite

import (
	"context"
	"errors"
	"sync"
	"time"

	"assay/wire"
)

// target keeps a registry that has stopped answering, or letting the run in,
// from costing a time-out for each spec that is left.
type target struct {
	mu   sync.Mutex
	gone string // why there is nothing to ask any more
}

// answers asks whether the target answers at all: when it does not, a missing
// answer is no finding about the request that lacked it. A target that was once
// found gone is not asked again.
func (t *target) answers(client *wire.Client) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gone != "" {
		return false
	}
	ask := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return client.Support(ctx).Err
	}
	if ask() == nil {
		return true
	}
	switch err := ask(); {
	case err == nil:
		return true
	case errors.Is(err, wire.ErrCredentials):
		t.gone = "the target stopped accepting the login: " + err.Error()
	default:
		t.gone = "the target stopped answering"
	}
	return false
}

// why says why the target cannot be asked any more; empty while it can.
func (t *target) why() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.gone
}
