package wire

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Link is one entry of a Link header (RFC 5988, section 5).
type Link struct {
	Target string
	Params map[string]string // names in lower case; the first of each counts
}

// ParseLink reads the values of Link headers; an error says what is wrong.
func ParseLink(values []string) ([]Link, error) {
	var links []Link
	for _, value := range values {
		// A list may have empty elements (RFC 9110, section 5.6.1.2).
		rest := strings.Trim(value, " \t,")
		for rest != "" {
			link, after, err := parseOneLink(rest)
			if err != nil {
				return nil, err
			}
			links = append(links, link)
			rest = strings.TrimLeft(after, " \t")
			if rest == "" {
				break
			}
			if rest[0] != ',' {
				return nil, fmt.Errorf("Link: %q where a comma is expected", rest)
			}
			rest = strings.TrimLeft(rest[1:], " \t,")
		}
	}
	return links, nil
}

func parseOneLink(s string) (Link, string, error) {
	if s[0] != '<' {
		return Link{}, "", fmt.Errorf("Link: %q does not begin with <", s)
	}
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return Link{}, "", errors.New("Link: no > after the target")
	}
	link := Link{Target: strings.TrimSpace(s[1:end]), Params: map[string]string{}}
	rest := strings.TrimLeft(s[end+1:], " \t")
	for strings.HasPrefix(rest, ";") {
		rest = strings.TrimLeft(rest[1:], " \t")
		stop := strings.IndexAny(rest, "=;, \t")
		if stop < 0 {
			stop = len(rest)
		}
		name := strings.ToLower(rest[:stop])
		rest = strings.TrimLeft(rest[stop:], " \t")
		value := ""
		if strings.HasPrefix(rest, "=") {
			var err error
			if value, rest, err = linkValue(strings.TrimLeft(rest[1:], " \t")); err != nil {
				return Link{}, "", err
			}
		}
		if _, twice := link.Params[name]; !twice && name != "" {
			link.Params[name] = value
		}
		rest = strings.TrimLeft(rest, " \t")
	}
	return link, rest, nil
}

// linkValue reads a token or a quoted string.
func linkValue(s string) (value, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		stop := strings.IndexAny(s, ";, \t")
		if stop < 0 {
			stop = len(s)
		}
		return s[:stop], s[stop:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], nil
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", errors.New("Link: a quoted value has no end")
}

// Next is the address of the next page by the Link header's rel="next"; nil
// when there is none. An error says what is wrong with the header.
func (e *Exchange) Next() (*url.URL, error) {
	links, err := ParseLink(e.Header.Values("Link"))
	if err != nil {
		return nil, err
	}
	for _, link := range links {
		for _, rel := range strings.Fields(link.Params["rel"]) {
			if !strings.EqualFold(rel, "next") {
				continue
			}
			next, err := e.resolve(link.Target)
			if err != nil {
				return nil, fmt.Errorf("Link: %w", err)
			}
			return next, nil
		}
	}
	return nil, nil
}
