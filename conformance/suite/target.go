package suite

import (
	"context"
	"errors"
	"sync"
	"time"

	"assay/wire"
)

// target notices that a registry has stopped to answer, or refuses the login now. Then
// the remaining specs need not wait for a time-out each.
type target struct {
	mu   sync.Mutex
	gone string // why no more requests are sent
}

// answers checks whether the target answers at all. If it does not, a request without
// an answer is not a finding. A target that does not answer is not checked again.
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

// why returns the reason why no more requests are sent to the target; empty if there is
// none.
func (t *target) why() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.gone
}
