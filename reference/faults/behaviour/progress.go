package behaviour

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// FromNth changes the answers from the nth successful request for a path on. The first
// one has the number 1.
func FromNth(n int, w When, changes ...Change) Middleware {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		seen := map[string]int{}
		return OnAnswer(w, OK(func(a *Answer) {
			mu.Lock()
			seen[a.Request.URL.Path]++
			late := seen[a.Request.URL.Path] >= n
			mu.Unlock()
			if late {
				All(changes...)(a)
			}
		}))(next)
	}
}

// ClosesUpTo refuses to complete an upload of more than n chunks.
func ClosesUpTo(n int) Middleware {
	return func(next http.Handler) http.Handler {
		var chunks Memory[int]
		count := OK(func(a *Answer) {
			sent, _ := chunks.Get(a.Request.URL.Path)
			chunks.Put(a.Request.URL.Path, sent+1)
		})
		many := func(req *http.Request) bool {
			sent, _ := chunks.Get(req.URL.Path)
			return sent > n
		}
		return Chain(OnAnswer(PatchUpload, count), Instead(CloseUpload.And(many), Refuse(http.StatusBadRequest, "BLOB_UPLOAD_INVALID")))(next)
	}
}

// StatusTells puts another Range into the status of an upload. The function tell makes it
// from each chunk and from what it told before, which is the empty text at the start.
func StatusTells(tell func(chunk *Answer, before string) string) Middleware {
	return func(next http.Handler) http.Handler {
		var told Memory[string]
		handler := OnAnswer(PatchChunk, OK(func(a *Answer) {
			before, _ := told.Get(a.Request.URL.Path)
			told.Put(a.Request.URL.Path, tell(a, before))
		}))(next)
		return OnAnswer(GetUpload, OK(func(a *Answer) {
			if value, found := told.Get(a.Request.URL.Path); found {
				a.Header.Set("Range", value)
			}
		}))(handler)
	}
}

// LastChunk tells the range of the last chunk alone.
func LastChunk(chunk *Answer, _ string) string { return chunk.Request.Header.Get("Content-Range") }

// FirstChunk always tells the range of the first chunk.
func FirstChunk(chunk *Answer, before string) string {
	if before != "" {
		return before
	}
	return LastChunk(chunk, before)
}

// BeforeChunk is the range from 0 to the byte before the chunk.
func BeforeChunk(chunk *Answer) string {
	start, _, _ := strings.Cut(LastChunk(chunk, ""), "-")
	first, _ := strconv.Atoi(start) // the registry accepted it
	return fmt.Sprintf("0-%d", first-1)
}
