package sweep

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

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

func TestAChildOfAnIndexIsAnAnswerToAccept(t *testing.T) {
	s := New(target)
	s.Look(push("assay-1"), nothing)
	child := pull("GET", "/v2/a/manifests/assay-1", "{}")
	child.Request.Header.Set("Accept", image)
	child.Started = time.Unix(1, 0)
	s.Look(child, nothing)
	if isFound(t, s, require.PullManifestGetBytes) {
		t.Error("a registry may return a child of an index to those who accept images alone")
	}
}

// sent is a request of the repository a with its response; headers are those of the
// response, names and values in turn.
func sent(endpoint wire.Endpoint, method, path, body string, status int, headers ...string) *wire.Exchange {
	ex := answer(endpoint, path, status, "", headers...)
	ex.Method, ex.Repository = method, "a"
	ex.Request = wire.Sent{Header: http.Header{}, Body: []byte(body), Size: int64(len(body))}
	return ex
}

// pull is a GET or HEAD that accepts all types; a HEAD has no body.
func pull(method, path, body string, headers ...string) *wire.Exchange {
	ex := answer(wire.EndManifest, path, 200, body, headers...)
	ex.Method, ex.Repository = method, "a"
	ex.Request.Header = http.Header{"Accept": {"application/vnd.oci.image.index.v1+json, */*"}}
	return ex
}

const (
	image      = "application/vnd.oci.image.manifest.v1+json"
	ofManifest = `{"mediaType":"` + image + `"}`
)

// push is the push of the manifest by a tag, or by its digest.
func push(reference string) *wire.Exchange {
	ex := sent(wire.EndManifestPut, http.MethodPut, "/v2/a/manifests/"+reference, ofManifest, 201, "Location", "/v2/a/manifests/x")
	ex.Request.Header.Set("Content-Type", image)
	ex.Started = time.Unix(0, 0)
	return ex
}

func TestLaterAnswersAgreeWithPushes(t *testing.T) {
	d := digest.FromString(ofManifest).String()
	at, length := "/v2/a/manifests/", strconv.Itoa(len(ofManifest))
	for name, tc := range map[string]struct {
		requirement  require.ID
		right, wrong *wire.Exchange
	}{
		"bytes": {require.PullManifestGetBytes, pull("GET", at+d, ofManifest), pull("GET", at+d, ofManifest+" ")},
		"type": {
			require.PullManifestContentTypePushed,
			pull("GET", at+d, ofManifest, "Content-Type", image+"; charset=utf-8"), pull("GET", at+"assay-1", ofManifest, "Content-Type", "application/json"),
		},
		"type of HEAD": {
			require.PullManifestHeadContentType,
			pull("HEAD", at+d, "", "Content-Type", image), pull("HEAD", at+"assay-1", "", "Content-Type", "text/plain", "Docker-Content-Digest", d),
		},
		"digest of HEAD": {
			require.PullManifestHeadDigestValue,
			pull("HEAD", at+d, "", "Docker-Content-Digest", d), pull("HEAD", at+d, "", "Docker-Content-Digest", digest.FromString("other").String()),
		},
		"length of HEAD": {
			require.PullManifestHeadLength,
			pull("HEAD", at+d, "", "Content-Length", length), pull("HEAD", at+d, "", "Content-Length", "1"),
		},
		"another manifest by tag": {require.PullManifestGetBytes, pull("GET", at+"assay-1", ofManifest), pull("GET", at+"assay-1", "{}")},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(target)
			s.Look(push("assay-1"), nothing)
			for _, ex := range []*wire.Exchange{tc.right, tc.wrong} {
				ex.Started = time.Unix(1, 0)
			}
			s.Look(tc.right, nothing)
			if isFound(t, s, tc.requirement) {
				t.Error("what is right was found")
			}
			s.Look(tc.wrong, nothing)
			if !isFound(t, s, tc.requirement) {
				t.Error("what is wrong was not found")
			}
		})
	}
}

// isFound says whether any check of the requirement has a finding.
func isFound(t *testing.T, s *Sweep, id require.ID) bool {
	t.Helper()
	return slices.ContainsFunc(s.Results(planned(t, require.Draft), nil), func(res reports.Result) bool {
		return res.Requirement == string(id) && (res.Outcome == reports.Fail || res.Outcome == reports.Warn || res.Outcome == reports.Observed)
	})
}

// A tag that is gone is a finding only if nothing was deleted under it before.
func TestATagIsMissingOnlyIfNothingWasDeleted(t *testing.T) {
	d := digest.FromString(ofManifest).String()
	for name, tc := range map[string]struct {
		deleted string
		at      int64 // of the delete; the pull is at 10
		want    bool
	}{
		"nothing": {"", 0, true}, "the tag": {"assay-1", 5, false}, "the manifest": {d, 5, false}, "later": {"assay-1", 20, true}, "another tag": {"assay-2", 5, true},
	} {
		s := New(target)
		s.Look(push("assay-1"), nothing)
		missing := answer(wire.EndManifest, "/v2/a/manifests/assay-1", 404, "")
		missing.Started = time.Unix(10, 0)
		missing.Request.Header = http.Header{"Accept": wire.ManifestTypes}
		s.Look(missing, nothing)
		if tc.deleted != "" {
			del := sent(wire.EndManifestDel, http.MethodDelete, "/v2/a/manifests/"+tc.deleted, "", 202)
			del.Started = time.Unix(tc.at, 0)
			s.Look(del, nothing)
		}
		if got := isFound(t, s, require.PullManifestGetStatus); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSuccessHasTheStatusAndTheHeadersOfItsEndpoint(t *testing.T) {
	for id, wrong := range map[require.ID]*wire.Exchange{
		require.PushManifestStatus:             sent(wire.EndManifestPut, http.MethodPut, "/v2/a/manifests/v1", "{}", 200),
		require.PushManifestLocation:           sent(wire.EndManifestPut, http.MethodPut, "/v2/a/manifests/v1", "{}", 201),
		require.ManagementTagDeleteStatus:      sent(wire.EndManifestDel, http.MethodDelete, "/v2/a/manifests/v1", "", 200),
		require.ManagementManifestDeleteStatus: sent(wire.EndManifestDel, http.MethodDelete, "/v2/a/manifests/sha256:1", "", 200),
		require.PushBlobChunkCloseStatus:       sent(wire.EndUploadPut, http.MethodPut, "/v2/a/blobs/uploads/1", "", 204),
		require.PushBlobPostPutStatus:          sent(wire.EndUploadPut, http.MethodPut, "/v2/a/blobs/uploads/1", "x", 204),
		require.ErrorsResponseAllow:            sent(wire.EndTags, http.MethodPost, "/v2/a/tags/list", "", 405),
		require.DiscoveryTagsBody:              inA(answer(wire.EndTags, "/v2/a/tags/list", 200, `{"name":"b","tags":[]}`)),
		require.DiscoveryTagsComplete:          inA(answer(wire.EndTags, "/v2/a/tags/list", 200, `{"name":"a","tags":["v1","v1"]}`)),
		require.ReferencesListBody:             answer(wire.EndReferrers, "/v2/a/referrers/x", 200, `{}`),
		require.ReferencesFilterUnasked:        answer(wire.EndReferrers, "/v2/a/referrers/x", 200, `{"schemaVersion":2}`, filtersApplied, "artifactType"),
		require.ReferencesSubjectNone:          sent(wire.EndManifestPut, http.MethodPut, "/v2/a/manifests/v1", "{}", 201, "OCI-Subject", "sha256:1"),
		require.PushManifestDigestValue:        sent(wire.EndManifestPut, http.MethodPut, "/v2/a/manifests/v1", "{}", 201, "Docker-Content-Digest", "sha256:1"),
	} {
		s := New(target)
		s.Look(wrong, nothing)
		if !isFound(t, s, id) {
			t.Errorf("%s was not found", id)
		}
	}
}

// inA sets the repository of an answer.
func inA(ex *wire.Exchange) *wire.Exchange {
	ex.Repository = "a"
	return ex
}
