package suite

import (
	"context"

	"assay/wire"
)

// Once makes exchanges once for all specs that only look at them: the first
// that runs in this process pays for them, and each has them as its evidence.
// What was pushed for them is taken back after the first, so that the others
// may judge, and ask for nothing. Where the first ends early, the next one
// tries again.
func Once[T any](exchange func(ctx context.Context) T) func(ctx context.Context) T {
	var (
		made  bool
		value T
		seen  []*wire.Exchange
	)
	return func(ctx context.Context) T {
		if made {
			if recording != nil {
				recording.exchanges = append(recording.exchanges, seen...)
			}
			return value
		}
		before := 0
		if recording != nil {
			before = len(recording.exchanges)
		}
		value = exchange(ctx) // does not return where it ends the spec
		if recording != nil {
			seen = recording.exchanges[before:]
		}
		made = true
		return value
	}
}
