package wire

import (
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"golang.org/x/net/http2"
)

// simulation sends a target as many requests as the pace allows. Time is only a number:
// takes gives the time of each request from the number in flight.
type simulation struct {
	pace  *pace
	now   time.Time
	fly   []outcome // in the order of their ends
	takes func(inFlight int) time.Duration
	// says gives the status of the target's answer; nil means 200.
	says func(beside int) (int, error)
}

func newSimulation(allowed int, takes func(int) time.Duration) *simulation {
	return &simulation{pace: newPace(allowed), now: time.Unix(0, 0), takes: takes}
}

// run sends n requests, at most atOnce at the same time.
func (s *simulation) run(n, atOnce int) {
	for n > 0 || len(s.fly) > 0 {
		for n > 0 && len(s.fly) < min(atOnce, s.pace.bound) {
			s.start()
			n--
		}
		o := s.fly[0]
		o.after = len(s.fly)
		s.fly = s.fly[1:]
		s.now = o.ended
		s.pace.learn(o)
	}
}

func (s *simulation) start() {
	s.now = s.now.Add(time.Nanosecond) // no two events happen at the same time
	beside := len(s.fly) + 1
	o := outcome{
		kind: kind{EndTags, http.MethodGet, false}, beside: beside, started: s.now, ended: s.now.Add(s.takes(beside)), status: http.StatusOK,
	}
	if s.says != nil {
		o.status, o.err = s.says(beside)
	}
	at := len(s.fly)
	for at > 0 && s.fly[at-1].ended.After(o.ended) {
		at--
	}
	s.fly = append(s.fly[:at], append([]outcome{o}, s.fly[at:]...)...)
}

func constant(d time.Duration) func(int) time.Duration {
	return func(int) time.Duration { return d }
}

// lane serves workers requests at once, each in d; the others queue.
func lane(workers int, d time.Duration) func(int) time.Duration {
	return func(inFlight int) time.Duration {
		return time.Duration(max(1, float64(inFlight)/float64(workers)) * float64(d))
	}
}

func TestADelayIsNoLoad(t *testing.T) {
	for _, d := range []time.Duration{0, 50 * time.Millisecond, 5 * time.Second} {
		g := gomega.NewWithT(t)
		s := newSimulation(32, constant(d))
		s.run(20, 1)
		s.run(2000, 100)
		g.Expect(s.pace.lowest).To(gomega.Equal(32))
		g.Expect(s.pace.causes.texts()).To(gomega.BeEmpty())
	}
}

// TestWhatOnlyQueuesIsNotAsked lowers the bound to about the number of requests that
// the target works on at once, and not further.
func TestWhatOnlyQueuesIsNotAsked(t *testing.T) {
	for workers, lowest := range map[int]int{1: 2, 2: 4, 4: 8} {
		g := gomega.NewWithT(t)
		s := newSimulation(32, lane(workers, 200*time.Millisecond))
		s.run(20, 1)
		s.run(2000, 100)
		g.Expect(s.pace.lowest).To(gomega.BeNumerically("<=", 2*lowest))
		g.Expect(s.pace.lowest).To(gomega.BeNumerically(">=", lowest/2))
		g.Expect(s.pace.causes.texts()).To(gomega.ConsistOf(gomega.HavePrefix("answers ")))
	}
}

// TestFastTargetsMaySlowDown does not lower the bound while the answers are still fast.
func TestFastTargetsMaySlowDown(t *testing.T) {
	s := newSimulation(32, lane(1, time.Millisecond))
	s.run(20, 1)
	s.run(2000, 100)
	gomega.NewWithT(t).Expect(s.pace.lowest).To(gomega.Equal(32))
}

// TestThroughputIsKept undoes a lower bound that costs throughput: this target becomes
// slower, but still does more at once.
func TestThroughputIsKept(t *testing.T) {
	g := gomega.NewWithT(t)
	s := newSimulation(32, func(n int) time.Duration {
		if n <= calmInFlight {
			return 100 * time.Millisecond
		}
		return 500 * time.Millisecond
	})
	s.run(20, 1)
	s.run(2000, 100)
	g.Expect(s.pace.bound).To(gomega.Equal(32))
	g.Expect(s.pace.lowest).To(gomega.Equal(32))
	g.Expect(s.pace.causes.texts()).To(gomega.BeEmpty())
}

func TestKindsThatNobodyKnowsSayNothing(t *testing.T) {
	s := newSimulation(32, lane(1, time.Second))
	s.run(2000, 100)
	gomega.NewWithT(t).Expect(s.pace.lowest).To(gomega.Equal(32), "it may always take that long")
}

// TestThrottlingHalves halves once for all answers of a round, and again in the next
// round.
func TestThrottlingHalves(t *testing.T) {
	g := gomega.NewWithT(t)
	s := newSimulation(32, constant(time.Second))
	s.says = func(int) (int, error) { return http.StatusTooManyRequests, nil }
	s.run(32, 32)
	g.Expect(s.pace.bound).To(gomega.Equal(16))
	s.run(16, 32)
	g.Expect(s.pace.bound).To(gomega.Equal(8))
	s.run(100, 32)
	g.Expect(s.pace.bound).To(gomega.Equal(1))
	g.Expect(s.pace.causes.texts()).To(gomega.Equal([]string{"429 Too Many Requests, 148 times"}))

	// It grows again, by one in each round of good answers.
	s.says = nil
	s.run(1+2+3, 32)
	g.Expect(s.pace.bound).To(gomega.BeNumerically("~", 3, 1))
	s.run(1000, 32)
	g.Expect(s.pace.bound).To(gomega.Equal(32))
	g.Expect(s.pace.lowest).To(gomega.Equal(1))
}

// TestTheBoundSettles where the target throttles beyond ten at once.
func TestTheBoundSettles(t *testing.T) {
	g := gomega.NewWithT(t)
	s := newSimulation(32, constant(time.Second))
	refused := 0
	s.says = func(beside int) (int, error) {
		if beside > 10 {
			refused++
			return http.StatusServiceUnavailable, nil
		}
		return http.StatusOK, nil
	}
	s.run(5000, 100)
	g.Expect(s.pace.bound).To(gomega.BeNumerically("<=", 11))
	g.Expect(s.pace.lowest).To(gomega.BeNumerically(">=", 4))
	g.Expect(refused).To(gomega.BeNumerically("<", 5000/8))
}

func TestWhatIsTooMuch(t *testing.T) {
	g := gomega.NewWithT(t)
	for want, o := range map[string]outcome{
		"429 Too Many Requests":   {status: 429, beside: 1},
		"503 Service Unavailable": {status: 503, beside: 1},
		"connection reset":        {err: syscall.ECONNRESET, beside: 2},
		"connection refused":      {err: syscall.ECONNREFUSED, beside: 2},
		"connection closed":       {err: io.EOF, beside: 2},
		"stream reset":            {status: 200, beside: 1, broken: &Exchange{Err: http2.StreamError{}, beside: 2}}, // the request is not sent again
	} {
		g.Expect(overload(o)).To(gomega.Equal(want))
	}
	for _, o := range []outcome{
		{status: 500, beside: 9}, {status: 200, beside: 9}, {err: ErrBodyTooLong, beside: 9},
		{err: syscall.ECONNRESET, beside: 1},                                // no other request is in flight
		{err: io.EOF, repeats: true, beside: 9},                             // the next attempt shows it
		{status: 200, beside: 9, broken: &Exchange{Err: io.EOF, beside: 1}}, // no other request was in flight
		{err: io.EOF, beside: 9, broken: &Exchange{Err: io.EOF, beside: 9}}, // the request breaks every connection
		{status: 200, err: io.ErrUnexpectedEOF, beside: 9},                  // an answer that is too short
	} {
		g.Expect(overload(o)).To(gomega.BeEmpty())
	}
	p := newPace(1)
	p.learn(outcome{status: 429, beside: 1, started: time.Unix(0, 0)})
	g.Expect(p.bound).To(gomega.Equal(1))
}
