package wire

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
)

// Endpoint is an endpoint of the distribution-spec, section "Endpoints".
type Endpoint string

// The endpoints by their meaning. The value is the number in the specification.
const (
	EndSupport      Endpoint = "end-1"
	EndBlob         Endpoint = "end-2"
	EndManifest     Endpoint = "end-3"
	EndUploadStart  Endpoint = "end-4a"
	EndUploadSingle Endpoint = "end-4b"
	EndUploadPatch  Endpoint = "end-5"
	EndUploadPut    Endpoint = "end-6"
	EndManifestPut  Endpoint = "end-7"
	EndTags         Endpoint = "end-8"
	EndManifestDel  Endpoint = "end-9"
	EndBlobDel      Endpoint = "end-10"
	EndMount        Endpoint = "end-11"
	EndReferrers    Endpoint = "end-12"
	EndUploadStatus Endpoint = "end-13"
	EndUploadCancel Endpoint = "end-14"
)

// Request is a request to send.
type Request struct {
	Endpoint Endpoint
	// Repository is the name of the repository; empty for end-1.
	Repository string
	Method     string
	URL        *url.URL
	Header     http.Header
	// Body opens the body, once per attempt; nil for none.
	Body func() io.Reader
	// Size is the body's length in bytes; -1 sends it without a length.
	Size int64
	// Scopes are the token scopes that the request needs, such as
	// "repository:a/b:pull".
	Scopes []string
	// Anonymous sends no credential.
	Anonymous bool
	// NoRedirect returns a redirect instead of following it.
	NoRedirect bool
	// Sink receives the response body instead of Exchange.Body. Its length is not
	// limited.
	Sink io.Writer
	// Whole keeps the response body whole, see [Whole].
	Whole bool
	// Moves is the amount of content, in bytes, that the request moves in either
	// direction. It is set only when moving it takes longer than a request may take.
	Moves int64

	bytes []byte // the body if it is held in memory, for the record
}

// Option changes a request before it is sent.
type Option func(*Request)

// WithHeader sets a header.
func WithHeader(name, value string) Option {
	return func(r *Request) { r.Header.Set(name, value) }
}

// WithoutHeader removes a header that the endpoint would send.
func WithoutHeader(name string) Option {
	return func(r *Request) { r.Header.Del(name) }
}

// WithQuery adds a query parameter at the end of the query.
func WithQuery(name, value string) Option {
	return func(r *Request) { r.URL = AddQuery(r.URL, name, value) }
}

// WithoutLength sends the body in HTTP chunks, without a Content-Length.
func WithoutLength() Option {
	return func(r *Request) { r.Size = -1 }
}

// Anonymous sends the request without any credential.
func Anonymous() Option {
	return func(r *Request) { r.Anonymous = true }
}

// NoRedirect returns a redirect as it is.
func NoRedirect() Option {
	return func(r *Request) { r.NoRedirect = true }
}

// Into writes the response body to w instead of keeping it.
func Into(w io.Writer) Option {
	return func(r *Request) { r.Sink = w }
}

// Moving gives the request additional time: the time to move size bytes of content at 4
// MiB a second.
func Moving(size int64) Option {
	return func(r *Request) { r.Moves = size }
}

// WithBody sends data.
func WithBody(data []byte) Option {
	return func(r *Request) {
		r.bytes = data
		r.Size = int64(len(data))
		r.Body = func() io.Reader { return bytes.NewReader(data) }
	}
}

// WithStream sends size bytes from the reader that open returns. open is called once
// per attempt, so that no content is kept in memory.
func WithStream(size int64, open func() io.Reader) Option {
	return func(r *Request) { r.bytes, r.Size, r.Body = nil, size, open }
}

// AddQuery returns u with one more query parameter. The existing query stays unchanged,
// letter by letter, since its exact form may matter to the registry that made the URL.
func AddQuery(u *url.URL, name, value string) *url.URL {
	added := *u
	pair := url.QueryEscape(name) + "=" + url.QueryEscape(value)
	if added.RawQuery != "" {
		pair = added.RawQuery + "&" + pair
	}
	added.RawQuery = pair
	return &added
}
