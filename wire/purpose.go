package wire

import (
	"context"
	"strings"
	"sync/atomic"
)

type purposeKey struct{}

// WithPurpose says what the requests of ctx are for, such as the requirement
// that they judge. The User-Agent shows it as a comment, so that a registry's
// log can be read, and [Client.Profile] counts by it.
func WithPurpose(ctx context.Context, purpose string) context.Context {
	return context.WithValue(ctx, purposeKey{}, comment(purpose))
}

func purposeOf(ctx context.Context) string {
	purpose, _ := ctx.Value(purposeKey{}).(string)
	return purpose
}

// commentLimit is how long a purpose may be, in bytes.
const commentLimit = 120

// comment leaves of the text what may stand in a comment (RFC 9110, section
// 5.6.5).
func comment(text string) string {
	kept := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`()\`, r) {
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(kept[:min(len(kept), commentLimit)])
}

// userAgent names the program, and what the requests of ctx are for.
func userAgent(ctx context.Context, program string) string {
	if purpose := purposeOf(ctx); purpose != "" {
		return program + " (" + purpose + ")"
	}
	return program
}

type counterKey struct{}

// Counting counts the HTTP requests that are sent for ctx, those for tokens and
// after redirects included.
func Counting(ctx context.Context) (_ context.Context, count func() int) {
	n := new(atomic.Int64)
	return context.WithValue(ctx, counterKey{}, n), func() int { return int(n.Load()) }
}

func countFor(ctx context.Context) {
	if n, ok := ctx.Value(counterKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}
