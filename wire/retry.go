package wire

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// retryLimit is the number of times that a request is sent again after 429 or 503.
const retryLimit = 5

// firstPause is the first wait if the answer has no Retry-After. Each further wait is
// twice as long.
const firstPause = 100 * time.Millisecond

// again waits if the answer asks for it, within limits, and returns whether to send the
// request again. Other requests to the host wait as well.
func (w *waits) again(ctx context.Context, ex *Exchange, held *holds) bool {
	wait, ok := pause(ex, w.retries)
	if !ok || w.retries >= retryLimit || wait > w.left {
		return false
	}
	w.retries++
	if _, asked := retryAfter(ex); asked {
		held.set(ex.URL.Host, wait)
	}
	return w.take(ctx, wait)
}

// pause returns the time to wait before the request is sent again. A 429 asks to send
// it later, even without Retry-After (RFC 6585, section 4). A 503 without Retry-After
// may last, so it counts as the answer.
func pause(ex *Exchange, retries int) (time.Duration, bool) {
	if wait, ok := retryAfter(ex); ok {
		return wait, true
	}
	return firstPause << retries, ex.Status == http.StatusTooManyRequests && len(ex.Header.Values("Retry-After")) == 0
}

// retryAfter is how long 429 or 503 asks to wait (RFC 9110, section 10.2.3),
// in seconds or as a date.
func retryAfter(ex *Exchange) (time.Duration, bool) {
	if ex.Status != http.StatusTooManyRequests && ex.Status != http.StatusServiceUnavailable {
		return 0, false
	}
	value := ex.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(time.Until(date), 0), true
	}
	return 0, false
}

// throttled says whether the answer is that the target is asked too much: 429,
// or 503 that says to come again later. A bare 503 may mean anything.
func throttled(ex *Exchange) bool {
	if ex.Status == http.StatusTooManyRequests {
		return true
	}
	return ex.Status == http.StatusServiceUnavailable && ex.Header.Get("Retry-After") != ""
}

// sleep waits for d; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
