package wire

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// ParseTarget turns "host[:port]" or a URL into the base URL of a registry. Without a
// scheme, the scheme is https, or http when plainHTTP is set or the host is a loopback
// address. It refuses other schemes, user names, queries and fragments, and the error
// says which part is wrong. A path in front of /v2/ is kept.
func ParseTarget(target string, plainHTTP bool) (*url.URL, error) {
	text := strings.TrimSpace(target)
	if text == "" {
		return nil, errors.New("no target: want host[:port] or a URL")
	}
	scheme, rest, hasScheme := strings.Cut(text, "://")
	if !hasScheme {
		rest = text
	}
	// This check is the first one, so that no error repeats a password.
	authority, _, _ := strings.Cut(rest, "/")
	if strings.Contains(authority, "@") {
		return nil, errors.New("the target holds a user name: give it with --username and --password-stdin")
	}
	u, err := url.Parse("//" + rest)
	if err != nil {
		return nil, fmt.Errorf("target %q: want host[:port] or a URL", RedactText(target))
	}
	u.Scheme, u.Host = strings.ToLower(scheme), strings.ToLower(u.Host)
	switch {
	case u.Hostname() == "":
		return nil, fmt.Errorf("target %q has no host: want host[:port] or a URL", RedactText(target))
	case strings.ContainsAny(rest, "?#"):
		return nil, fmt.Errorf("target %q has a query or a fragment: want host[:port] or a URL", RedactText(target))
	case hasScheme && u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("target %q has the scheme %q: want http or https", target, scheme)
	}
	if err := checkPort(u.Host); err != nil {
		return nil, fmt.Errorf("target %q %w", target, err)
	}
	if !hasScheme {
		u.Scheme = "https"
		if plainHTTP || IsLoopback(u.Hostname()) {
			u.Scheme = "http"
		}
	}
	u.Path = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/v2"), "/")
	u.RawPath = ""
	return u, nil
}

// checkPort says what is wrong with the port of the host. net/url accepts any digits,
// or none, as a port. It also reads an IPv6 address without brackets as a host with a
// port.
func checkPort(host string) error {
	if !strings.HasPrefix(host, "[") && strings.Count(host, ":") > 1 {
		return errors.New("has several colons: want an IPv6 address as [address]:port")
	}
	i := strings.LastIndex(host, ":")
	if i < 0 || strings.HasSuffix(host, "]") {
		return nil
	}
	if port, err := strconv.ParseUint(host[i+1:], 10, 16); err != nil || port == 0 {
		return fmt.Errorf("has the port %q: want 1 to 65535", host[i+1:])
	}
	return nil
}

// IsLoopback says whether host is this machine itself.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
