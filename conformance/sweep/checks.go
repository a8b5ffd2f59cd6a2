package sweep

import (
	"bytes"
	"fmt"
	"net/http"
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
	// doubtful says that another finding about the same kind of request may be the
	// cause. Then only that finding is reported.
	doubtful bool
}

// checks is every check, in the order of reports.
var checks = []check{
	{
		require.ErrorsTooManyRetryAfter, "a 429 has a Retry-After header", "a Retry-After header", "no 429 came",
		func(ex *wire.Exchange) (bool, string) {
			return ex.Status == http.StatusTooManyRequests, missing(ex, "Retry-After")
		}, false,
	},
	{
		require.SecurityAnonymousChallenge, "a 401 has a WWW-Authenticate header", "a WWW-Authenticate header", "no 401 came",
		func(ex *wire.Exchange) (bool, string) {
			return ex.Status == http.StatusUnauthorized, missing(ex, "WWW-Authenticate")
		}, false,
	},
	{
		require.ErrorsBodyShape, "an error in JSON has a list of errors, each with a code", `{"errors":[{"code":…}]}`, noErrors,
		func(ex *wire.Exchange) (bool, string) {
			if _, ok := ErrorsIn(ex); ok || !SaysErrors(ex) {
				return SaysErrors(ex), ""
			}
			return true, fmt.Sprintf("Content-Type %q and the body %s", ex.MediaType(), ex.Body[:min(len(ex.Body), 200)])
		}, false,
	},
	{
		require.ErrorsCodeFormat, "an error has a code of upper-case letters and underscores", "a code of upper-case letters and underscores", noErrors,
		entries(FormatOfCode), false,
	},
	{
		require.ErrorsCodeKnown, "an error has a code that the specification lists", "one of the 14 codes of the specification", noErrors,
		entries(KnownCode), false,
	},
	{
		require.ErrorsMessageText, "the message of an error is text", "a message that is text", noErrors,
		entries(TextMessage), false,
	},
	{require.ErrorsWarningCode, "a warning has the warn-code 299", "the warn-code 299", noWarning, warnings(CodeIs299), false},
	{require.ErrorsWarningAgent, "a warning has the warn-agent -", "the warn-agent -", noWarning, warnings(AgentIsDash), false},
	{require.ErrorsWarningDate, "a warning has no warn-date", "no warn-date", noWarning, warnings(HasNoDate), false},
	{
		require.ErrorsWarningSize, "warnings have at most 4096 bytes together", "at most 4096 bytes of warnings", noWarning,
		func(ex *wire.Exchange) (bool, string) {
			values := ex.Header.Values("Warning")
			if size := len(strings.Join(values, "")); size > WarningLimit {
				return true, fmt.Sprintf("%d bytes", size)
			}
			return len(values) > 0, ""
		}, false,
	},
	{
		require.ErrorsResponseLocation, "a Location is a URL reference", "a URL reference", "no Location came",
		func(ex *wire.Exchange) (bool, string) {
			if ex.Header.Get("Location") == "" {
				return false, ""
			}
			if _, err := ex.Location(); err != nil {
				return true, "Location: " + ex.Header.Get("Location")
			}
			return true, ""
		}, true,
	},
	{
		require.PullManifestGetDigestValue, "the Docker-Content-Digest of a pulled manifest is a digest of the body", "a digest of the body", "no manifest came with a Docker-Content-Digest",
		digestOf(wire.EndManifest), true,
	},
	{
		require.PullBlobGetDigestValue, "the Docker-Content-Digest of a pulled blob is a digest of the body", "a digest of the body", "no blob came with a Docker-Content-Digest",
		digestOf(wire.EndBlob), true,
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
			return true, fmt.Sprintf("Docker-Content-Digest: %s, with a body of %d bytes (%s)", value, ex.BodySize, ex.BodyDigest)
		}
		return true, ""
	}
}
