package suite

import (
	"context"
	"time"

	"assay/wire"
)

// recording is what the running spec sent and what it left in the registry.
var recording *transcript

type transcript struct {
	exchanges []*wire.Exchange
	judged    *wire.Exchange
	left      leftovers
	closed    bool // cleaning up has begun: exchanges are no evidence any more
}

func (r *transcript) observe(repository string, ex *wire.Exchange) {
	r.left.track(repository, ex)
	if !r.closed {
		r.exchanges = append(r.exchanges, ex)
		refuseWrites(ex)
	}
}

// cleanupTimeout bounds the cleaning up after one spec.
const cleanupTimeout = 30 * time.Second

// shortContext is for questions about the target's health.
func shortContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 5*time.Second)
}
