package suite

import (
	"context"

	"assay/wire"
)

// shared is what stays in the registry until the last spec of this process has
// ended.
var shared leftovers

// Once makes content and exchanges once for all specs that only look at them:
// the first that runs in this process pays for them, and each has them as its
// evidence. What was pushed stays until the last spec has ended. Where the first
// ends early, it takes back what it pushed, and the next one tries again.
func Once[T any](exchange func(ctx context.Context) T) func(ctx context.Context) T {
	var (
		made  bool
		value T
		seen  []*wire.Exchange
	)
	return func(ctx context.Context) T {
		spec := recording
		if made {
			spec.exchanges = append(spec.exchanges, seen...)
			return value
		}
		before, own := len(spec.exchanges), spec.left
		spec.left = leftovers{}
		defer func() {
			if made {
				shared.add(spec.left)
				spec.left = leftovers{}
			}
			spec.left.add(own)
		}()
		value = exchange(ctx) // does not return where it ends the spec
		seen, made = spec.exchanges[before:], true
		return value
	}
}

// add takes over what is left of something else.
func (l *leftovers) add(other leftovers) {
	l.tags = append(l.tags, other.tags...)
	l.manifests = append(l.manifests, other.manifests...)
	l.blobs = append(l.blobs, other.blobs...)
	l.sessions = append(l.sessions, other.sessions...)
}
