package wire

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// ParseTarget turns "host[:port]" or a URL into the base URL of a registry.
// Without a scheme it is https, or http when plainHTTP is set or the host is a
// loopback address. It refuses other schemes, user names, queries and
// fragments, and says which part is wrong. A path in front of /v2/ is kept.
func ParseTarget(target string, plainHTTP bool) (*url.URL, error) {
	text := strings.TrimSpace(target)
	if text == "" {
		return nil, fmt.Errorf("no target: want host[:port] or a URL")
	}
	hasScheme := strings.Contains(text, "://")
	if !hasScheme {
		text = "//" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("target %q: want host[:port] or a URL", target)
	}
	switch {
	case u.Host == "" || u.Hostname() == "":
		return nil, fmt.Errorf("target %q has no host: want host[:port] or a URL", target)
	case u.User != nil:
		return nil, fmt.Errorf("the target holds a user name: give it with --username and --password-stdin")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("target %q has a query or a fragment: want host[:port] or a URL", target)
	case hasScheme && u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("target %q has the scheme %q: want http or https", target, u.Scheme)
	}
	if port := u.Port(); port != "" {
		if _, err := net.LookupPort("tcp", port); err != nil {
			return nil, fmt.Errorf("target %q has the port %q: want 1 to 65535", target, port)
		}
	}
	if !hasScheme {
		u.Scheme = "https"
		if plainHTTP || IsLoopback(u.Hostname()) {
			u.Scheme = "http"
		}
	}
	u.Path = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), "/v2"), "/")
	u.RawPath = ""
	return u, nil
}

// IsLoopback says whether host names this machine itself.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
