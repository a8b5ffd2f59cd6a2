package behaviour

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"assay/wire"
)

// Edit changes a request before it is sent.
type Edit func(*wire.Request)

// SetHeader sets a header.
func SetHeader(name, value string) Edit { return Edit(wire.WithHeader(name, value)) }

// DelHeader removes a header.
func DelHeader(name string) Edit { return Edit(wire.WithoutHeader(name)) }

// HeaderFrom makes a header of its value.
func HeaderFrom(name string, f func(string) string) Edit {
	return func(req *wire.Request) { req.Header.Set(name, f(req.Header.Get(name))) }
}

// AddParameter adds a parameter at the end of the query.
func AddParameter(name, value string) Edit { return Edit(wire.WithQuery(name, value)) }

// DelParameter removes a parameter from the query.
func DelParameter(name string) Edit {
	return Query(func(query string) string {
		var kept []string
		for pair := range strings.SplitSeq(query, "&") {
			if key, _, _ := strings.Cut(pair, "="); key != name && pair != "" {
				kept = append(kept, pair)
			}
		}
		return strings.Join(kept, "&")
	})
}

// OnlyParameters leaves the parameters that are named.
func OnlyParameters(names ...string) Edit {
	return Query(func(query string) string {
		var kept []string
		for pair := range strings.SplitSeq(query, "&") {
			if key, _, _ := strings.Cut(pair, "="); slices.Contains(names, key) {
				kept = append(kept, pair)
			}
		}
		return strings.Join(kept, "&")
	})
}

// Decoded is a query without percent-encodings, as far as it can be sent so.
func Decoded(query string) string {
	plain, err := url.QueryUnescape(query)
	if err != nil {
		return query
	}
	return strings.ReplaceAll(plain, " ", "+")
}

// SetParameter gives a parameter another value.
func SetParameter(name string, f func(string) string) Edit {
	return func(req *wire.Request) {
		value := req.URL.Query().Get(name)
		DelParameter(name)(req)
		AddParameter(name, f(value))(req)
	}
}

// Query makes a query of the one that there is.
func Query(f func(string) string) Edit {
	return func(req *wire.Request) {
		u := *req.URL
		u.RawQuery = f(u.RawQuery)
		req.URL = &u
	}
}

// Address changes the address.
func Address(f func(*url.URL)) Edit {
	return func(req *wire.Request) {
		u := *req.URL
		f(&u)
		req.URL = &u
	}
}

// Reference makes the last part of the path of the one that there is.
func Reference(f func(string) string) Edit {
	return Address(func(u *url.URL) {
		u.Path, u.RawPath = path.Dir(u.Path)+"/"+f(path.Base(u.Path)), ""
	})
}

// Repository makes the repository's name in the path of the one that there is.
func Repository(f func(string) string) Edit {
	return func(req *wire.Request) {
		Address(func(u *url.URL) {
			u.Path, u.RawPath = strings.Replace(u.Path, "/v2/"+req.Repository+"/", "/v2/"+f(req.Repository)+"/", 1), ""
		})(req)
	}
}

// Method sets the method.
func Method(method string) Edit { return func(req *wire.Request) { req.Method = method } }

// As makes it a request of another endpoint, without a body.
func As(e wire.Endpoint, method string) Edit {
	return func(req *wire.Request) {
		req.Endpoint, req.Method = e, method
		NoBody(req)
	}
}

// Deletion deletes instead of pushing.
func Deletion(req *wire.Request) { As(wire.EndManifestDel, http.MethodDelete)(req) }

// NoBody removes the body.
func NoBody(req *wire.Request) {
	req.Body, req.Size = nil, 0
	req.Header.Del("Content-Type")
	req.Header.Del("Content-Range")
}

// Body sends other content.
func Body(content []byte) Edit { return Edit(wire.WithBody(content)) }

// BodyFrom makes the content of the one that there is.
func BodyFrom(f func([]byte) []byte) Edit {
	return func(req *wire.Request) { wire.WithBody(f(bodyOf(req)))(req) }
}

// WithoutLength sends the body without its length.
func WithoutLength(req *wire.Request) {
	if req.Body == nil {
		req.Body = func() io.Reader { return bytes.NewReader(nil) }
	}
	req.Size = -1
}

// Endless reads answers to their end, however long they are, and keeps their beginning.
func Endless(req *wire.Request) {
	if req.Sink != nil {
		req.Sink = patient{req.Sink}
	}
}

// patient is a writer that never fails.
type patient struct{ to io.Writer }

func (p patient) Write(data []byte) (int, error) {
	_, _ = p.to.Write(data)
	return len(data), nil
}

// OneLater makes a range begin one byte later.
func OneLater(value string) string { return shifted(value, 1) }

// EndLater makes a range end one byte later.
func EndLater(value string) string {
	i := strings.LastIndex(value, "-")
	return value[:i+1] + shifted(value[i+1:], 1)
}

// shifted moves the first number of a range.
func shifted(value string, by int) string {
	at := firstNumber.FindStringIndex(value)
	if at == nil {
		return value
	}
	n, err := strconv.Atoi(value[at[0]:at[1]])
	if err != nil {
		return value
	}
	return value[:at[0]] + strconv.Itoa(n+by) + value[at[1]:]
}

var firstNumber = regexp.MustCompile(`\d+`)

// NoRedirect does not follow redirects.
func NoRedirect(req *wire.Request) { req.NoRedirect = true }

func bodyOf(req *wire.Request) []byte {
	if req.Body == nil {
		return nil
	}
	content, err := io.ReadAll(req.Body())
	if err != nil {
		return nil // it is held in memory
	}
	return content
}
