// Package matchers has Gomega matchers for exchanges, and the function Expect, with
// which specs judge. Each matcher describes the expected and the received value in
// words for the report.
package matchers

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	"github.com/opencontainers/go-digest"

	"assay/wire"
	"assay/wire/repeat"
)

// Check makes a matcher for an exchange. expected says in words what is
// expected; check returns what was received, and whether that is as expected.
func Check(expected string, check func(*wire.Exchange) (received string, ok bool)) types.GomegaMatcher {
	return &exchangeMatcher{expected: expected, check: check}
}

// CheckAgain is Check for a judgement that the script of a finding can make, too, by
// again.
func CheckAgain(again repeat.Check, expected string, check func(*wire.Exchange) (received string, ok bool)) types.GomegaMatcher {
	return &exchangeMatcher{expected: expected, check: check, again: &again}
}

type exchangeMatcher struct {
	expected string
	check    func(*wire.Exchange) (string, bool)
	received string
	again    *repeat.Check // nil if only Go code can make the judgement
}

// repeats returns how the script of a finding judges the exchange.
func (m *exchangeMatcher) repeats(ex *wire.Exchange) repeat.Check {
	switch {
	case ex.Err != nil:
		return repeat.Answered()
	case m.again != nil:
		return *m.again
	}
	return repeat.Learn(ex, func(other *wire.Exchange) bool { _, ok := m.check(other); return ok }, m.expected, m.received)
}

func (m *exchangeMatcher) Match(actual any) (bool, error) {
	ex, ok := actual.(*wire.Exchange)
	if !ok || ex == nil {
		return false, fmt.Errorf("expected a *wire.Exchange, received %T", actual)
	}
	// A 401 for which there is no credential is a response, and may be the expected one.
	asked := errors.Is(ex.Err, wire.ErrCredentials) && ex.Status == http.StatusUnauthorized
	if ex.Err != nil && !asked {
		m.received = "no usable response: " + ex.Err.Error()
		return false, nil
	}
	m.received, ok = m.check(ex)
	if asked {
		m.received += ": " + ex.Err.Error()
	}
	return ok, nil
}

func (m *exchangeMatcher) FailureMessage(actual any) string {
	return m.fail(actual, m.expected)
}

func (m *exchangeMatcher) NegatedFailureMessage(actual any) string {
	return m.fail(actual, "not "+m.expected)
}

func (m *exchangeMatcher) fail(actual any, expected string) string {
	ex, _ := actual.(*wire.Exchange)
	return fmt.Sprintf("%s\nexpected: %s\nreceived: %s", ex, expected, m.received)
}

// HaveStatus expects one of the status codes.
func HaveStatus(codes ...int) types.GomegaMatcher {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = wire.StatusText(c)
	}
	return CheckAgain(repeat.Status(codes...), "status "+strings.Join(names, " or "), func(ex *wire.Exchange) (string, bool) {
		return ex.StatusAndReason(), slices.Contains(codes, ex.Status)
	})
}

// HaveStatusNot expects any status except these.
func HaveStatusNot(codes ...int) types.GomegaMatcher {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = wire.StatusText(c)
	}
	return CheckAgain(repeat.StatusNot(codes...), "a status other than "+strings.Join(names, ", "), func(ex *wire.Exchange) (string, bool) {
		return ex.StatusAndReason(), !slices.Contains(codes, ex.Status)
	})
}

// BeAccepted expects any 2xx status: other specs judge which one it is.
func BeAccepted() types.GomegaMatcher {
	return CheckAgain(repeat.StatusLike("2??"), "success (any 2xx status)", func(ex *wire.Exchange) (string, bool) {
		return ex.StatusAndReason(), ex.OK()
	})
}

// BeRefused expects any status that is not 2xx. That the refusal is not a server
// error is another requirement (errors.semantics).
func BeRefused() types.GomegaMatcher {
	return CheckAgain(repeat.StatusLike("1??", "3??", "4??", "5??"), "a refusal (no 2xx status)", func(ex *wire.Exchange) (string, bool) {
		return ex.StatusAndReason(), !ex.OK()
	})
}

// BeRefusedAsMistake expects a refusal that calls the request the client's mistake:
// a 4xx status.
func BeRefusedAsMistake() types.GomegaMatcher {
	return CheckAgain(repeat.StatusLike("4??"), "a 4xx status", func(ex *wire.Exchange) (string, bool) {
		return ex.StatusAndReason(), ex.Status >= http.StatusBadRequest && ex.Status < http.StatusInternalServerError
	})
}

// HaveHeader expects a header with exactly this value.
func HaveHeader(name, value string) types.GomegaMatcher {
	return CheckAgain(repeat.Header(name, value), name+": "+value, func(ex *wire.Exchange) (string, bool) {
		return headerText(ex, name), ex.Header.Get(name) == value
	})
}

// HaveAnyHeader expects a header with any value that is not empty.
func HaveAnyHeader(name string) types.GomegaMatcher {
	return CheckAgain(repeat.AnyHeader(name), "a "+name+" header", func(ex *wire.Exchange) (string, bool) {
		return headerText(ex, name), ex.Header.Get(name) != ""
	})
}

// HaveHeaderOnAnyHop expects a header with any value that is not empty, in the response or
// in a redirect that led to it: the storage behind a registry does not know the
// registry's headers.
func HaveHeaderOnAnyHop(name string) types.GomegaMatcher {
	return CheckAgain(repeat.AnyHop(name), "a "+name+" header", func(ex *wire.Exchange) (string, bool) {
		told := headerText(ex, name)
		if len(ex.Hops) > 0 {
			told += ", nor one in the redirect to " + ex.URL.Host
		}
		return told, ex.Header.Get(name) != "" || slices.ContainsFunc(ex.Hops, func(h wire.Hop) bool { return h.Header.Get(name) != "" })
	})
}

// HaveNoHeader expects a header to be absent.
func HaveNoHeader(name string) types.GomegaMatcher {
	return CheckAgain(repeat.NoHeader(name), "no "+name+" header", func(ex *wire.Exchange) (string, bool) {
		return headerText(ex, name), len(ex.Header.Values(name)) == 0
	})
}

func headerText(ex *wire.Exchange, name string) string {
	values := ex.Header.Values(name)
	if len(values) == 0 {
		return "no " + name + " header"
	}
	return name + ": " + strings.Join(values, ", ")
}

// HaveLocation expects a Location that can be resolved to a URL.
func HaveLocation() types.GomegaMatcher {
	return CheckAgain(repeat.Location(), "a Location header with a URL", func(ex *wire.Exchange) (string, bool) {
		if _, err := ex.Location(); err != nil {
			return err.Error(), false
		}
		return headerText(ex, "Location"), true
	})
}

// HaveContentType expects the media type, with or without parameters.
func HaveContentType(mediaType string) types.GomegaMatcher {
	return CheckAgain(repeat.ContentType(mediaType), "Content-Type "+mediaType, func(ex *wire.Exchange) (string, bool) {
		return headerText(ex, "Content-Type"), strings.EqualFold(ex.MediaType(), mediaType)
	})
}

// HaveBody expects exactly these bytes.
func HaveBody(want []byte) types.GomegaMatcher {
	return CheckAgain(repeat.Body(want), fmt.Sprintf("the %d bytes that were pushed (%s)", len(want), digest.FromBytes(want)),
		func(ex *wire.Exchange) (string, bool) {
			return fmt.Sprintf("%d bytes (%s)", ex.BodySize, ex.BodyDigest), ex.Is(want)
		})
}

// HaveDigestOf expects Docker-Content-Digest to be a digest of the content, in any
// algorithm that the registry chose. An absent header is accepted.
func HaveDigestOf(content []byte) types.GomegaMatcher {
	return CheckAgain(repeat.DigestOf(content), "a Docker-Content-Digest that matches the content, or none", func(ex *wire.Exchange) (string, bool) {
		value := ex.Header.Get("Docker-Content-Digest")
		if value == "" {
			return headerText(ex, "Docker-Content-Digest"), true
		}
		d, err := digest.Parse(value)
		if err != nil {
			return headerText(ex, "Docker-Content-Digest") + ", which is not a valid digest", false
		}
		return headerText(ex, "Docker-Content-Digest"), d.Algorithm().FromBytes(content) == d
	})
}
