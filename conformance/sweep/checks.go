package sweep

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/wire"
)

// check is a requirement on every answer of its kind.
type check struct {
	requirement require.ID
	title       string // the rest of the title, after "Every response · "
	expected    string
	absent      string // the message if the run had no such answer
	// look says whether the requirement is about the answer. wrong is the received
	// value, if the requirement is not kept; otherwise it is empty.
	look func(ex *wire.Exchange) (about bool, wrong string)
	// recall stands for look, if the run's earlier exchanges matter.
	recall func(m *memory, ex *wire.Exchange) (about bool, wrong string)
	// later says, at the end of the run, whether what was wrong is still wrong: only then
	// all exchanges are known. It may be nil.
	later func(m *memory, ex *wire.Exchange) bool
	// doubtful says that another finding about the same kind of request may be the
	// cause. Then only that finding is reported.
	doubtful bool
}

// judge judges an answer by what the run knows when it comes.
func (c check) judge(m *memory, ex *wire.Exchange) (about bool, wrong string) {
	if c.recall != nil {
		return c.recall(m, ex)
	}
	return c.look(ex)
}

// checks is every check, in the order of reports.
var checks = slices.Concat(generalChecks, contentChecks, successChecks, listChecks)

// The checks of errors, warnings, and headers that any answer may have.
var generalChecks = []check{
	{
		requirement: require.ErrorsTooManyRetryAfter, title: "a 429 has a Retry-After header", expected: "a Retry-After header", absent: "no 429 came",
		look: func(ex *wire.Exchange) (bool, string) {
			return ex.Status == http.StatusTooManyRequests, missing(ex, "Retry-After")
		},
	},
	{
		requirement: require.SecurityAnonymousChallenge, title: "a 401 has a WWW-Authenticate header", expected: "a WWW-Authenticate header", absent: "no 401 came",
		look: func(ex *wire.Exchange) (bool, string) {
			return ex.Status == http.StatusUnauthorized, missing(ex, "WWW-Authenticate")
		},
	},
	{
		requirement: require.ErrorsBodyShape, title: "an error in JSON has a list of errors, each with a code", expected: `{"errors":[{"code":…}]}`, absent: noErrors,
		look: func(ex *wire.Exchange) (bool, string) {
			if _, ok := ErrorsIn(ex); ok || !SaysErrors(ex) {
				return SaysErrors(ex), ""
			}
			return true, fmt.Sprintf("Content-Type %q and the body %s", ex.MediaType(), ex.Body[:min(len(ex.Body), 200)])
		},
	},
	{
		requirement: require.ErrorsCodeFormat, title: "an error has a code of upper-case letters and underscores", expected: "a code of upper-case letters and underscores", absent: noErrors,
		look: entries(FormatOfCode),
	},
	{
		requirement: require.ErrorsCodeKnown, title: "an error has a code that the specification lists", expected: "one of the 14 codes of the specification", absent: noErrors,
		look: entries(KnownCode),
	},
	{
		requirement: require.ErrorsMessageText, title: "the message of an error is text", expected: "a message that is text", absent: noErrors,
		look: entries(TextMessage),
	},
	{requirement: require.ErrorsWarningCode, title: "a warning has the warn-code 299", expected: "the warn-code 299", absent: noWarning, look: warnings(CodeIs299)},
	{requirement: require.ErrorsWarningAgent, title: "a warning has the warn-agent -", expected: "the warn-agent -", absent: noWarning, look: warnings(AgentIsDash)},
	{requirement: require.ErrorsWarningDate, title: "a warning has no warn-date", expected: "no warn-date", absent: noWarning, look: warnings(HasNoDate)},
	{
		requirement: require.ErrorsWarningSize, title: "warnings have at most 4096 bytes together", expected: "at most 4096 bytes of warnings", absent: noWarning,
		look: func(ex *wire.Exchange) (bool, string) {
			values := ex.Header.Values("Warning")
			if size := len(strings.Join(values, "")); size > WarningLimit {
				return true, fmt.Sprintf("%d bytes", size)
			}
			return len(values) > 0, ""
		},
	},
	{
		requirement: require.ErrorsResponseLocation, title: "a Location is a URL reference", expected: "a URL reference", absent: "no Location came",
		look: func(ex *wire.Exchange) (bool, string) {
			if ex.Header.Get("Location") == "" {
				return false, ""
			}
			if _, err := ex.Location(); err != nil {
				return true, "Location: " + ex.Header.Get("Location")
			}
			return true, ""
		}, doubtful: true,
	},
	{
		requirement: require.PullManifestGetDigestValue, title: "the Docker-Content-Digest of a pulled manifest is a digest of the body", expected: "a digest of the body", absent: "no manifest came with a Docker-Content-Digest",
		look: digestOf(wire.EndManifest), doubtful: true,
	},
	{
		requirement: require.PullBlobGetDigestValue, title: "the Docker-Content-Digest of a pulled blob is a digest of the body", expected: "a digest of the body", absent: "no blob came with a Docker-Content-Digest",
		look: digestOf(wire.EndBlob), doubtful: true,
	},
}

// The messages of checks that found no such answer.
const (
	noErrors  = "no 4xx response had a JSON body"
	noWarning = "the registry sent no Warning"
)

func missing(ex *wire.Exchange, header string) string {
	if len(ex.Header.Values(header)) > 0 {
		return ""
	}
	return "no " + header + " header"
}

// entries judges each error of a refusal that has a list of them.
func entries(keeps func(Entry) (string, bool)) func(*wire.Exchange) (bool, string) {
	return func(ex *wire.Exchange) (bool, string) {
		if !SaysErrors(ex) {
			return false, ""
		}
		list, ok := ErrorsIn(ex)
		for _, e := range list {
			if received, kept := keeps(e); !kept {
				return true, received
			}
		}
		return ok, ""
	}
}

func warnings(keeps func(Warning) bool) func(*wire.Exchange) (bool, string) {
	return func(ex *wire.Exchange) (bool, string) {
		values := ex.Header.Values("Warning")
		for _, value := range values {
			for _, w := range WarningsIn(value) {
				if !keeps(w) {
					return true, "Warning: " + value
				}
			}
		}
		return len(values) > 0, ""
	}
}

// digestOf judges the Docker-Content-Digest of a pull of the whole content.
func digestOf(endpoint wire.Endpoint) func(*wire.Exchange) (bool, string) {
	return func(ex *wire.Exchange) (bool, string) {
		value := ex.Header.Get("Docker-Content-Digest")
		if ex.Endpoint != endpoint || ex.Method != http.MethodGet || ex.Status != http.StatusOK || value == "" || ex.Header.Get("Content-Encoding") != "" {
			return false, ""
		}
		// Specs judge parts of blobs, and what came is something else than the content.
		if ex.Request.Header.Get("Range") != "" || endpoint == wire.EndManifest && bytes.HasPrefix(ex.Body, []byte("\x1f\x8b")) {
			return false, ""
		}
		reference := ex.URL.Path[strings.LastIndex(ex.URL.Path, "/")+1:]
		if _, err := digest.Parse(reference); err != nil && strings.Contains(reference, ":") {
			return false, "" // there should be no such content
		}
		d, err := digest.Parse(value)
		switch {
		case err != nil:
			return true, "Docker-Content-Digest: " + value + ", which is not a valid digest"
		case d.Algorithm() == digest.SHA256 && d != ex.BodyDigest, d.Algorithm() != digest.SHA256 && !ex.Cut() && d.Algorithm().FromBytes(ex.Body) != d:
			if value == reference { // the content is wrong, which another check judges
				return false, ""
			}
			return true, fmt.Sprintf("Docker-Content-Digest: %s, with a body of %d bytes (%s)", value, ex.BodySize, ex.BodyDigest)
		}
		return true, ""
	}
}
