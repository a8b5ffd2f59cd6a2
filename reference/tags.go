package reference

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// countTags answers n=0, on which the engine panics, and refuses an n that is
// no count (distribution-spec, "Listing Tags").
func countTags(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		text := req.URL.Query().Get("n")
		if routeOf(req).kind != kindTags || text == "" {
			next.ServeHTTP(w, req)
			return
		}
		n, err := strconv.Atoi(text)
		switch {
		case err != nil || n < 0:
			refuse(w, http.StatusBadRequest, "UNSUPPORTED", "n is not a count of tags")
		case n > 0:
			next.ServeHTTP(w, req)
		default:
			answer := &recorder{header: http.Header{}}
			whole := req.Clone(req.Context())
			whole.URL.RawQuery = ""
			next.ServeHTTP(answer, whole)
			if answer.status != http.StatusOK {
				answer.copyTo(w)
				return
			}
			body, _ := json.Marshal(map[string]any{"name": routeOf(req).repo, "tags": []string{}})
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(body)
		}
	})
}
