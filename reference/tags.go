package reference

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
)

// listTags answers distribution-spec, "Listing Tags". The engine lists tags as well,
// with defects: it panics on n=0 and n=-1, ignores every n that is not a number, and
// lists tags of repositories that do not exist.
func (r *Registry) listTags(w http.ResponseWriter, req *http.Request, at route) {
	repo := r.repository(at.repo)
	repo.mu.Lock()
	known, tags := repo.known, slices.Collect(maps.Keys(repo.tags))
	repo.mu.Unlock()
	if !known {
		refuse(w, http.StatusNotFound, nameUnknown, "there is no such repository")
		return
	}
	query := req.URL.Query()
	sort.Strings(tags)
	tags = slices.DeleteFunc(tags, func(tag string) bool { return tag <= query.Get("last") })
	if text := query.Get("n"); text != "" {
		n, err := strconv.Atoi(text) // the largest int when the number is larger
		if n < 0 || err != nil && !errors.Is(err, strconv.ErrRange) {
			refuse(w, http.StatusBadRequest, unsupported, "n is not a number of tags")
			return
		}
		if n > 0 && n < len(tags) {
			query.Set("last", tags[n-1])
			linkNext(w, req, query)
		}
		tags = tags[:min(n, len(tags))]
	}
	if tags == nil {
		tags = []string{} // [] and not null
	}
	sendJSON(w, "application/json", map[string]any{"name": at.repo, "tags": tags})
}

// linkNext adds the Link to the next page (RFC 5988): the same path with another query.
func linkNext(w http.ResponseWriter, req *http.Request, query url.Values) {
	next := url.URL{Path: req.URL.Path, RawQuery: query.Encode()}
	w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, next.String()))
}

func sendJSON(w http.ResponseWriter, contentType string, value any) {
	body, _ := json.Marshal(value) // all values here can be encoded
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client may be gone
}
