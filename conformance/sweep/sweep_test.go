package sweep

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/reports"
	"assay/wire"
)

const host = "registry.example"

var target = &url.URL{Scheme: "https", Host: host}

// nothing says that the spec sent no other request.
func nothing() []*wire.Exchange { return nil }

// answer is a GET that was answered; headers are names and values in turn.
func answer(endpoint wire.Endpoint, path string, status int, body string, headers ...string) *wire.Exchange {
	ex := &wire.Exchange{
		Endpoint: endpoint, Method: http.MethodGet, URL: &url.URL{Scheme: "https", Host: host, Path: path},
		Status: status, Header: http.Header{}, Body: []byte(body), BodySize: int64(len(body)), BodyDigest: digest.FromString(body),
	}
	for i := 0; i < len(headers); i += 2 {
		ex.Header.Add(headers[i], headers[i+1])
	}
	return ex
}

func planned(t *testing.T, version require.Version) []reports.Result {
	t.Helper()
	var all []reports.Result
	for _, s := range Specs() {
		if res, ok := suite.Planned(s, version); ok {
			all = append(all, res)
		}
	}
	return all
}

// found are the outcomes of the requirement.
func found(t *testing.T, s *Sweep, id require.ID, others ...reports.Result) (res reports.Result, ok bool) {
	t.Helper()
	for _, res := range s.Results(planned(t, require.Draft), others) {
		if res.Requirement == string(id) {
			return res, true
		}
	}
	return res, false
}

func TestEveryCheckSeesWhatIsWrongAndLeavesWhatIsRight(t *testing.T) {
	const asJSON = "application/json"
	right := digest.FromString("content").String()
	for name, tc := range map[string]struct {
		requirement  require.ID
		wrong, right *wire.Exchange
	}{
		"a 429": {
			require.ErrorsTooManyRetryAfter,
			answer(wire.EndTags, "/v2/a/tags/list", 429, ""), answer(wire.EndTags, "/v2/a/tags/list", 429, "", "Retry-After", "1"),
		},
		"a 401": {
			require.SecurityAnonymousChallenge,
			answer(wire.EndSupport, "/v2/", 401, ""), answer(wire.EndSupport, "/v2/", 401, "", "WWW-Authenticate", `Basic realm="a"`),
		},
		"an error that is a page": {
			require.ErrorsBodyShape,
			answer(wire.EndBlob, "/v2/a/blobs/x", 404, "<html>", "Content-Type", asJSON), answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"code":"BLOB_UNKNOWN"}]}`),
		},
		"an error that is cut": {
			require.ErrorsBodyShape,
			answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"co`, "Content-Type", "Application/Problem+JSON"),
			answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"code":"DENIED"}]}`, "Content-Type", asJSON),
		},
		"the code's format": {
			require.ErrorsCodeFormat,
			answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"code":"DENIED"},{"code":404}]}`), answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"code":"OTHER"}]}`),
		},
		"a code": {
			require.ErrorsCodeKnown,
			answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"code":"OTHER"}]}`), answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"code":"TAG_INVALID"}]}`),
		},
		"a message": {
			require.ErrorsMessageText,
			answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"code":"DENIED","message":{}}]}`), answer(wire.EndBlob, "/v2/a/blobs/x", 404, `{"errors":[{"code":"DENIED","message":""}]}`),
		},
		"a warning": {
			require.ErrorsWarningCode,
			answer(wire.EndSupport, "/v2/", 200, "", "Warning", `199 - "a"`), answer(wire.EndSupport, "/v2/", 200, "", "Warning", `299 - "a"`),
		},
		"a Location": {
			require.ErrorsResponseLocation,
			answer(wire.EndUploadStart, "/v2/", 202, "", "Location", "http://[::1"), answer(wire.EndUploadStart, "/v2/", 202, "", "Location", "../there?a=b"),
		},
		"the digest of a blob": {
			require.PullBlobGetDigestValue,
			answer(wire.EndBlob, "/v2/a/blobs/"+right, 200, "content", "Docker-Content-Digest", digest.FromString("other").String()), answer(wire.EndBlob, "/v2/a/blobs/"+right, 200, "content", "Docker-Content-Digest", right),
		},
		"the digest of a manifest": {
			require.PullManifestGetDigestValue,
			answer(wire.EndManifest, "/v2/a/manifests/x", 200, "content", "Docker-Content-Digest", digest.SHA512.FromString("other").String()),
			answer(wire.EndManifest, "/v2/a/manifests/x", 200, "content", "Docker-Content-Digest", digest.SHA512.FromString("content").String()),
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(target)
			if res, ok := found(t, s, tc.requirement); !ok || res.Outcome != reports.Unsupported || res.Message == "" {
				t.Errorf("nothing was seen, and the result is %+v", res)
			}
			s.Look(tc.right, nothing)
			if res, _ := found(t, s, tc.requirement); res.Outcome != reports.Pass {
				t.Errorf("what is right is %+v", res)
			}
			s.Look(tc.wrong, nothing)
			s.Look(tc.wrong, nothing)
			res, _ := found(t, s, tc.requirement)
			if res.Outcome != reports.Fail && res.Outcome != reports.Warn || res.Occurrences != 2 || res.Curl == "" || res.Received == "" || len(res.Exchanges) != 1 {
				t.Errorf("what is wrong is %+v", res)
			}
			if res, ok := found(t, s, tc.requirement, reports.Result{Requirement: string(tc.requirement), Outcome: reports.Fail}); ok {
				t.Errorf("what a spec reported is reported again: %+v", res)
			}
		})
	}
}

func TestWhatAnotherFindingMayExplainIsLeftOut(t *testing.T) {
	s := New(target)
	s.Look(answer(wire.EndBlob, "/v2/a/blobs/x", 200, "other", "Docker-Content-Digest", digest.FromString("content").String()), nothing)
	bytes := reports.Result{
		Requirement: string(require.PullBlobGetBytes), Outcome: reports.Fail,
		Exchanges: []reports.Exchange{{Method: "GET", URL: "https://registry.example/v2/a/blobs/y", Judged: true}},
	}
	if res, ok := found(t, s, require.PullBlobGetDigestValue, bytes); ok {
		t.Errorf("it is reported besides: %+v", res)
	}
}

func TestHopsAreLookedAtAndOtherHostsAreNot(t *testing.T) {
	s := New(target)
	ex := answer(wire.EndTags, "/v2/a/tags/list", 200, "{}")
	here, elsewhere := *ex.URL, url.URL{Scheme: "https", Host: "storage.example", Path: "/x"}
	ex.Hops = []wire.Hop{
		{Method: "GET", URL: &here, Status: 429, Header: http.Header{"Retry-After": {"0"}}, Body: []byte(`{"errors":[{"code":"RATE_LIMITED"}]}`)},
		{Method: "GET", URL: &elsewhere, Status: 429},
	}
	s.Look(ex, nothing)
	if res, _ := found(t, s, require.ErrorsTooManyRetryAfter); res.Outcome != reports.Pass {
		t.Errorf("the answer of another host was judged: %+v", res)
	}
	if res, _ := found(t, s, require.ErrorsCodeKnown); res.Outcome != reports.Fail {
		t.Errorf("the code of a 429 that was waited for was not judged: %+v", res)
	}
}
