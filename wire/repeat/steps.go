package repeat

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"assay/wire"
)

// steps are the lines that send the requests.
func (s *script) steps() string {
	var lines []string
	auth, scopes := "", ""
	requests := make([]string, len(s.exchanges))
	for i := range s.exchanges {
		requests[i] = s.request(i) // first all, because later ones need answers of earlier ones
	}
	for _, group := range groups(s.exchanges) {
		for _, i := range group {
			ex := s.exchanges[i]
			if now := s.scopes(ex); ex.Request.Auth != auth || now != scopes && now != "" {
				auth, scopes = ex.Request.Auth, now
				lines = append(lines, fmt.Sprintf("auth=%s scopes=\"%s\"", auth, scopes))
			}
			line := requests[i]
			if len(group) > 1 {
				line += " &"
			}
			lines = append(lines, line)
		}
		if len(group) > 1 {
			lines = append(lines, "wait")
		}
		for _, i := range group {
			lines = append(lines, s.learned[i]...)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// scopes are the scopes of a token, for double quotes.
func (s *script) scopes(ex *wire.Exchange) string {
	var all []string
	for _, scope := range ex.Request.Scopes {
		parts := strings.SplitN(scope, ":", 3)
		if len(parts) == 3 {
			parts[1] = s.repository(parts[1])
		}
		all = append(all, strings.Join(parts, ":"))
	}
	return strings.Join(all, " ")
}

// request is the line that sends the n-th request.
func (s *script) request(n int) string {
	ex := s.exchanges[n]
	method := ex.Method
	if len(ex.Hops) > 0 {
		method = ex.Hops[0].Method
	}
	words := []string{"send", fmt.Sprint(n + 1), method, s.address(n)}
	if ex.Status < 300 || ex.Status > 399 || len(ex.Hops) > 0 {
		words = append(words, "-L")
	}
	header := wire.RedactHeader(ex.Request.Header)
	for _, name := range []string{"User-Agent", "Authorization"} {
		header.Del(name)
	}
	if header.Get("Accept") == "" {
		words = append(words, "-H", "Accept:")
	}
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			words = append(words, "-H", word(name+": "+value))
		}
	}
	return strings.Join(append(words, s.body(ex, header)...), " ")
}

// body are the flags for the body of a request.
func (s *script) body(ex *wire.Exchange, header http.Header) []string {
	sent := ex.Request
	var words []string
	if sent.Size < 0 {
		words = append(words, "-H", "'Transfer-Encoding: chunked'")
	}
	if sent.Size == 0 || len(sent.Body) == 0 && sent.Length() <= 0 {
		if sent.Size == 0 && (ex.Method == http.MethodGet || ex.Method == http.MethodHead || ex.Method == http.MethodDelete) {
			return words
		}
		if header.Get("Content-Type") == "" {
			words = append(words, "-H", "Content-Type:")
		}
		return append(words, "--data-binary", "''")
	}
	if header.Get("Content-Type") == "" {
		words = append(words, "-H", "Content-Type:")
	}
	return append(words, "--data-binary", `"@$work/`+s.content(sent)+`"`)
}

// content returns the name of the file with the body of a request.
func (s *script) content(sent wire.Sent) string {
	command, ok := made(sent)
	if !ok {
		name := fmt.Sprintf("content%d", len(s.contents)+1)
		s.contents = append(s.contents, content{name: name, size: sent.Length()})
		s.missing = fmt.Sprintf("a request sent %d bytes that no short command makes", sent.Length())
		return name
	}
	for _, c := range s.contents {
		if c.line == command {
			return c.name
		}
	}
	name := fmt.Sprintf("content%d", len(s.contents)+1)
	s.contents = append(s.contents, content{name, command, sent.Length()})
	return name
}

// make are the lines that make the contents.
func (s *script) make() string {
	var lines []string
	for _, c := range s.contents {
		if c.line == "" {
			lines = append(lines, fmt.Sprintf("# %s has %d bytes, and no short command makes it.", c.name, c.size))
			continue
		}
		lines = append(lines, fmt.Sprintf(`%s >"$work/%s"`, c.line, c.name))
	}
	return strings.Join(lines, "\n") + "\n"
}

// groups returns the indexes of the requests, in groups that were on their way at the
// same time.
func groups(exchanges []*wire.Exchange) [][]int {
	var all [][]int
	var latest, earliest time.Time // the last beginning and the first end in the group
	for i, ex := range exchanges {
		begin, end := ex.Started.Add(ex.Queued), ex.Started.Add(max(ex.Duration, ex.Queued))
		if i > 0 && begin.Before(earliest) && latest.Before(end) {
			all[len(all)-1] = append(all[len(all)-1], i)
			latest, earliest = later(latest, begin), sooner(earliest, end)
			continue
		}
		all = append(all, []int{i})
		latest, earliest = begin, end
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func sooner(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
