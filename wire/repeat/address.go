package repeat

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"assay/wire"
)

// asked is the address to which a request was sent, before any redirect.
func asked(ex *wire.Exchange) *url.URL {
	if len(ex.Hops) > 0 {
		return ex.Hops[0].URL
	}
	return ex.URL
}

// address returns the shell word for the address of the n-th request (from 0). Where an
// earlier answer gave the address, the word is made of what that answer gives when the
// script runs.
func (s *script) address(n int) string {
	to := asked(s.exchanges[n])
	literal := s.literal(to)
	for i := n - 1; i >= 0; i-- {
		before := s.exchanges[i]
		if location, err := before.Location(); err == nil {
			if text, ok := s.follows(to, location, s.variable("location", i)); ok {
				s.learn("location", i)
				return text
			}
		}
		if page, err := before.Next(); err == nil && page != nil && page.String() == to.String() {
			s.learn("next_page", i)
			return fmt.Sprintf(`"${%s:-%s}"`, s.variable("next_page", i), literal)
		}
	}
	return `"` + literal + `"`
}

// follows returns the word for an address that is made of a Location, which is in the
// variable. ok is false if it is not made of it.
func (s *script) follows(to, location *url.URL, variable string) (text string, ok bool) {
	full, at := to.String(), location.String()
	rest, begins := strings.CutPrefix(full, at)
	session := path.Base(location.EscapedPath())
	switch {
	case begins && rest == "" && s.isContent(to):
		return fmt.Sprintf(`"${%s:-%s}"`, variable, s.literal(to)), true
	case begins && rest == "":
		return fmt.Sprintf(`"$%s"`, variable), true
	case begins && (rest[0] == '?' || rest[0] == '&'):
		return fmt.Sprintf(`"$(with "$%s" '%s')"`, variable, strings.ReplaceAll(wire.RedactURL(&url.URL{RawQuery: rest[1:]})[1:], "'", "%27")), true
	case len(session) >= leastSession && !s.isContent(location) && strings.Contains(to.EscapedPath(), session):
		before, after, _ := strings.Cut(s.literal(to), inQuotes(session))
		return fmt.Sprintf(`"%s$(session "$%s")%s"`, before, variable, after), true
	}
	return "", false
}

// leastSession is the length of the shortest name that is taken for that of an upload.
const leastSession = 6

// isContent says whether the address is that of a blob or a manifest, which is the same
// in each run of the script.
func (s *script) isContent(u *url.URL) bool {
	return strings.Contains(u.Path, "/v2/") && (strings.Contains(u.Path, "/manifests/") || strings.Contains(u.Path, "/blobs/") && !strings.Contains(u.Path, "/blobs/uploads"))
}

// variable names the shell variable for what the answer of the i-th request gives.
func (s *script) variable(what string, i int) string { return fmt.Sprintf("%s%d", what, i+1) }

// learn says that the script needs what the answer of the i-th request gives.
func (s *script) learn(what string, i int) {
	line := fmt.Sprintf("%s=$(%s %d)", s.variable(what, i), what, i+1)
	for _, known := range s.learned[i] {
		if known == line {
			return
		}
	}
	s.learned[i] = append(s.learned[i], line)
}

// literal is the address as it is, for double quotes, with variables for the registry and
// its repositories.
func (s *script) literal(u *url.URL) string {
	text := wire.RedactURL(u)
	base := strings.TrimSuffix(s.story.Target.String(), "/")
	rest, ours := strings.CutPrefix(text, base)
	if !ours {
		return inQuotes(text)
	}
	return "$REGISTRY" + s.repositories(inQuotes(rest))
}

// repositories puts the variables of the repositories into the path and query of an
// address.
func (s *script) repositories(text string) string {
	for _, r := range s.named {
		text = strings.Replace(text, "/v2/"+r.name+"/", "/v2/"+r.variable+"/", 1)
		text = strings.Replace(text, "/v2/"+r.name+"-", "/v2/"+r.variable+"-", 1)
		text = strings.ReplaceAll(text, "from="+url.QueryEscape(r.name), "from="+r.variable)
	}
	return text
}

// repository is the word for a repository's name between double quotes.
func (s *script) repository(name string) string {
	return strings.TrimSuffix(strings.TrimPrefix(s.repositories("/v2/"+inQuotes(name)+"/"), "/v2/"), "/")
}

// reference is the last part of the path of a pushed manifest.
func reference(u *url.URL) string { return path.Base(u.EscapedPath()) }
