package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
)

// Exchange is one request and its response as they crossed the wire. When no
// response came, Err says why and Status is 0; Err can also stand beside a
// status, such as when the body broke off. After redirects it is the last
// answer; the earlier ones are in Hops.
type Exchange struct {
	Endpoint Endpoint
	// Repository is the name of the requested repository; empty for end-1.
	Repository string
	Method     string
	URL        *url.URL // of the last hop
	Request    Sent
	// Status is the response's status code; 0 when no response came.
	Status int
	Header http.Header
	// ContentLength is the announced length in bytes; -1 when none was.
	ContentLength int64
	// Body is the response body. It is empty when the request had a sink, and
	// the beginning when so much came that it was not kept whole: of more than
	// 256 KiB, unless it is a list, or a manifest up to 4 MiB, or the request
	// says so; see [Exchange.Cut] and [Exchange.Is].
	Body []byte
	// BodySize is the number of bytes of the body that were read.
	BodySize int64
	// BodyDigest is the sha256 of those bytes.
	BodyDigest digest.Digest
	Err        error
	Started    time.Time
	Duration   time.Duration // all hops and waits included
	// Queued is the part of Duration in which the request was not sent yet: because of
	// other requests, of the rate limit, or of a Retry-After of its host.
	Queued time.Duration
	// Throttled says that the answer is still 429, or 503 with Retry-After, after all
	// the waiting that is allowed. The target got too many requests and did not handle
	// this one.
	Throttled bool
	// Hops are the answers that came before this one: redirects, 429 and 503
	// that were waited for, and a connection that broke.
	Hops []Hop
	// beside is how many requests were in flight with it, itself included.
	beside int
}

// Hop is an answer that led to a further request, or the lack of one.
type Hop struct {
	Method   string
	URL      *url.URL
	Status   int
	Header   http.Header
	Body     []byte // of a refusal that has no more than 4 KiB
	Duration time.Duration
	Err      error // of a connection that broke; nil for a full answer
}

// OK says whether the status is one of success (2xx).
func (e *Exchange) OK() bool { return e.Status >= 200 && e.Status <= 299 && e.Err == nil }

// Location resolves the Location header against the URL that answered (RFC
// 9110, section 10.2.2); an error when it is missing or cannot be parsed.
func (e *Exchange) Location() (*url.URL, error) {
	value := e.Header.Get("Location")
	if value == "" {
		return nil, errors.New("no Location header")
	}
	location, err := e.resolve(value)
	if err != nil {
		return nil, fmt.Errorf("the Location %w", err)
	}
	return location, nil
}

// resolve makes a URL of a reference in the answer. The fragment is dropped,
// since it is never sent.
func (e *Exchange) resolve(reference string) (*url.URL, error) {
	ref, err := url.Parse(reference)
	if err != nil {
		return nil, fmt.Errorf("%q is not a URL reference", redactAddress(reference))
	}
	u := e.URL.ResolveReference(ref)
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Opaque != "" {
		return nil, fmt.Errorf("%q is not an http URL", redactAddress(reference))
	}
	u.Fragment, u.RawFragment = "", ""
	// net/url takes hosts in a reference that it does not take in a URL.
	if _, err := url.Parse(u.String()); err != nil {
		return nil, fmt.Errorf("%q is not an http URL", redactAddress(reference))
	}
	return u, nil
}

// JSON decodes the body into v; an error when it is not JSON of that shape.
func (e *Exchange) JSON(v any) error {
	if e.Cut() {
		return fmt.Errorf("the body of %d bytes is too long to be the JSON expected", e.BodySize)
	}
	if err := json.Unmarshal(e.Body, v); err != nil {
		return fmt.Errorf("the body is not the JSON expected: %w", err)
	}
	return nil
}

// MediaType is the Content-Type without its parameters, in lower case; empty
// when there is none.
func (e *Exchange) MediaType() string {
	value := e.Header.Get("Content-Type")
	if mt, _, err := mime.ParseMediaType(value); err == nil {
		return mt
	}
	before, _, _ := strings.Cut(value, ";")
	return strings.ToLower(strings.TrimSpace(before))
}

// IsJSON says whether the body is a JSON object or list, whatever its
// Content-Type says.
func (e *Exchange) IsJSON() bool {
	body := bytes.TrimSpace(e.Body)
	return len(body) > 0 && (body[0] == '{' || body[0] == '[') && json.Valid(body)
}

// String is the exchange in one line: "GET /v2/a/tags/list: 200 OK".
func (e *Exchange) String() string {
	if e == nil {
		return "no exchange"
	}
	where := RedactURL(e.URL)
	if e.Err != nil && e.Status == 0 {
		return fmt.Sprintf("%s %s: %v", e.Method, where, e.Err)
	}
	return fmt.Sprintf("%s %s: %s", e.Method, where, StatusText(e.Status))
}

// StatusText is a status code with its name: "202 Accepted".
func StatusText(status int) string {
	if status == 0 {
		return "no answer"
	}
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("%d %s", status, text)
	}
	return fmt.Sprint(status)
}
