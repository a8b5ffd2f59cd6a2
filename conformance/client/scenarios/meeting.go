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

// meetAtList holds the first answer to GET of a referrers tag until a second client has
// asked, too. So both have read the same list, whichever is faster.
func meetAtList(next http.Handler) http.Handler {
	var asked atomic.Int32
	both := make(chan struct{})
	list := behaviour.Is("GET", behaviour.Manifests).And(func(req *http.Request) bool {
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
