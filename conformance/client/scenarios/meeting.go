package scenarios

import (
	"net/http"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"assay/reference/faults/behaviour"
)

// patience is how long a client waits for the other one. Whoever comes later is judged as
// if the two had not met: then nothing is lost, and nothing is found.
const patience = 5 * time.Second

// meetAtList makes two clients read the same list, and then makes the first one wait
// after its push until the second one has pushed, too. So the second push always comes
// before the first client looks whether its entry is there, whichever is faster.
func meetAtList(next http.Handler) http.Handler {
	return meet("GET", meet("PUT", next))
}

// meet holds the first answer to a request for a referrers tag until a second client has
// sent such a request, too.
func meet(method string, next http.Handler) http.Handler {
	var asked atomic.Int32
	both := make(chan struct{})
	list := behaviour.Is(method, behaviour.Manifests).And(func(req *http.Request) bool {
		return strings.HasPrefix(path.Base(req.URL.Path), "sha256-")
	})
	return behaviour.Handle(list, func(next http.Handler, req *http.Request) *behaviour.Answer {
		answer := behaviour.Pass(next, req)
		switch asked.Add(1) {
		case 1:
			select {
			case <-both:
			case <-req.Context().Done():
			case <-time.After(patience):
			}
		case 2:
			close(both)
		}
		return answer
	})(next)
}
