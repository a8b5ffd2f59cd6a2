package proposal

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// methods are the methods of requests.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete}

// CheckRequest checks a request as it stands in a file: METHOD PATH.
func CheckRequest(request string) error {
	method, path, found := strings.Cut(request, " ")
	if !found || !slices.Contains(methods, method) {
		return fmt.Errorf("%q is no request: want METHOD PATH, such as GET referrers/${image.digest}; the methods are %s", request, strings.Join(methods, ", "))
	}
	parts, err := templateOf(path)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.source == "" && (strings.ContainsAny(p.text, "?#\\ ") || climbs(p.text)) {
			return fmt.Errorf("the path %q is not allowed: want a path below /v2/NAME/, without .., ?, # and spaces; the query has its own key", path)
		}
	}
	if len(parts) == 0 || strings.HasPrefix(path, "/") {
		return fmt.Errorf("the path %q is not allowed: it is below /v2/NAME/ and has no slash in front", path)
	}
	return nil
}

// CheckPath checks a path as it is sent: it may not leave the repository. reference is
// what the path has to contain if the request changes something.
func CheckPath(method, path string, own []string) error {
	if path == "" || strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#\\ \r\n\t") || climbs(path) || len(path) > longest {
		return fmt.Errorf("the path %.100q leaves the repository", path)
	}
	if method == http.MethodGet || method == http.MethodHead {
		return nil
	}
	if method == http.MethodPost && path == "blobs/uploads/" {
		return nil // the clean-up cancels the upload
	}
	if !slices.ContainsFunc(own, func(word string) bool { return word != "" && strings.Contains(path, word) }) {
		return fmt.Errorf("%s %.100s is not sent: it could change content of somebody else. Its path has to contain the nonce, or the digest of a document", method, path)
	}
	return nil
}

// climbs says whether a path has a part that leads to the folder above, in any spelling,
// or an empty part.
func climbs(path string) bool {
	for range 3 { // a path can be encoded several times
		unescaped, err := url.PathUnescape(path)
		if err != nil {
			return true
		}
		parts := strings.Split(strings.ReplaceAll(unescaped, "\\", "/"), "/")
		for i, part := range parts {
			if part == "." || part == ".." || part == "" && i > 0 && i < len(parts)-1 {
				return true
			}
		}
		if unescaped != path && strings.Count(unescaped, "/") != strings.Count(path, "/") {
			return true
		}
		path = unescaped
	}
	return false
}

// CheckField checks a parameter of the query, or a header field, as it is sent. A
// request may not name another repository, a tag of somebody else or a login.
func CheckField(name, value string) error {
	switch strings.ToLower(name) {
	case "from", "mount":
		return fmt.Errorf("the parameter %s is not allowed: it reaches into another repository", name)
	case "authorization", "proxy-authorization", "cookie", "host", "connection", "content-length", "transfer-encoding":
		return fmt.Errorf("the header field %s is not allowed: Assay sets it", name)
	case "tag":
		if !TagIsOurs(value) {
			return fmt.Errorf("the tag %q is not allowed: it may be a tag of somebody else. Want assay-… with a placeholder, such as assay-${nonce}", value)
		}
	}
	if strings.ContainsAny(name+value, "\r\n") {
		return fmt.Errorf("the field %q has the end of a line in it", name)
	}
	return nil
}
