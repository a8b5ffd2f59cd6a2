package conformance_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"assay/conformance"
	"assay/conformance/client/traffic"
	"assay/conformance/requirements"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

// provoked are the rules for clients that Assay breaks on purpose, in the requests that
// the function chooses: it looks how a registry takes them.
var provoked = map[requirements.ID]struct {
	why    string
	chosen func(*traffic.Exchange) bool
}{
	requirements.ClientPullNameGrammar:       {"names that a registry has to refuse", status(http.StatusNotFound)},
	requirements.ClientPullManifestReference: {"references that are neither a tag nor a digest", status(http.StatusNotFound)},
	requirements.ClientPushManifestReference: {"references that are neither a tag nor a digest", status(http.StatusBadRequest)},
	requirements.ClientPullTagLength:         {"a tag of more than 128 characters", status(http.StatusBadRequest)},
	requirements.ClientPullTagGrammar:        {"tags that a registry has to refuse", status(http.StatusBadRequest, http.StatusNotFound)},
	requirements.ClientAccessProxyNs:         {"a registry that is no proxy ignores ns", hasQuery("ns", "registry.example")},
	requirements.ClientPullManifestAccept:    {"a manifest is sent whatever Accept says", hasHeader("Accept", "", "*/*", "text/html")},
	requirements.ClientPushSingleDigest:      {"digests that are malformed, or those of other content", status(http.StatusBadRequest)},
	requirements.ClientPushChunkedRangeFirst: {"a first chunk that does not begin with 0", status(http.StatusRequestedRangeNotSatisfiable)},
	requirements.ClientPushChunkedOrder:      {"chunks out of order, and to uploads that have ended", status(http.StatusRequestedRangeNotSatisfiable, http.StatusNotFound)},
	requirements.ClientPushBlobDigest:        {"digests that are malformed or missing", status(http.StatusBadRequest)},
	requirements.ClientPushManifestKind:      {"a mediaType of another kind of manifest", status(http.StatusBadRequest)},
	requirements.ClientPushChunkedRange:      {"two pieces of a blob without Content-Range, as some clients send them", status(http.StatusAccepted)},
	requirements.ClientPushManifestRequired: {"descriptors that are malformed, or whose type has a parameter", func(ex *traffic.Exchange) bool {
		return ex.Status == http.StatusBadRequest || bytes.Contains(ex.Sent, []byte(`;version=0.3"`)) || bytes.Contains(ex.Sent, []byte(`"subject":{"digest":""`))
	}},
	requirements.ClientPushManifestArtifactType:     {"types that are empty, or have a parameter", status(http.StatusCreated)},
	requirements.ClientPushChunkedDigest:            {"digests of other content", status(http.StatusBadRequest)},
	requirements.ClientPushManifestContentTypeEqual: {"a Content-Type that is not the mediaType", status(http.StatusBadRequest)},
	requirements.ClientPushManifestMediaType: {"a manifest without mediaType, which may leave it out", func(ex *traffic.Exchange) bool {
		doc, ok := traffic.Read(ex.Sent)
		return ok && doc.MediaType == "" && ex.Request.Header.Get("Content-Type") != ""
	}},
	requirements.ClientDiscoveryTagsLastTag: {"a tag in last that the repository does not have", func(ex *traffic.Exchange) bool {
		return traffic.IsTag(ex.Query("last"))
	}},
	requirements.ClientPushManifestContentTypeParameters: {
		"a Content-Type with a parameter", hasHeader("Content-Type", "application/vnd.oci.image.manifest.v1+json; charset=utf-8"),
	},
}

// status chooses requests that were answered with one of these: they were refused, as the
// spec wants it.
func status(wanted ...int) func(*traffic.Exchange) bool {
	return func(ex *traffic.Exchange) bool { return slices.Contains(wanted, ex.Status) }
}

func hasQuery(name, value string) func(*traffic.Exchange) bool {
	return func(ex *traffic.Exchange) bool { return ex.Query(name) == value }
}

func hasHeader(name string, values ...string) func(*traffic.Exchange) bool {
	return func(ex *traffic.Exchange) bool { return slices.Contains(values, ex.Request.Header.Get(name)) }
}

// What a run sends keeps the rules by which Assay judges clients, but for what it does on
// purpose.
func TestARunKeepsTheRulesForClients(t *testing.T) {
	recorder := traffic.NewRecorder()
	server := httptest.NewServer(recorder.Wrap(reference.New(reference.Options{}), false, nil))
	defer server.Close()
	run := execute(t, conformance.Config{Settings: access.Settings{Target: server.URL}, Spec: requirements.Draft, Seed: 1})
	for _, res := range run.Findings() {
		t.Errorf("a request may have been refused by mistake: %s", res.Evidence())
	}
	sent := traffic.Traffic{All: recorder.Exchanges()}
	if len(sent.All) < 1000 {
		t.Fatalf("only %s were recorded", reports.Count(len(sent.All), "request"))
	}
	for _, rule := range traffic.Rules() {
		except, left, used := provoked[rule.Requirement], sent, false
		for {
			_, broken := rule.Look(left)
			if broken == nil {
				break
			}
			ex := broken.Exchange
			if except.chosen == nil || !except.chosen(ex) {
				t.Errorf("%s %s: %d: expected %s, received %s (%s)", ex.Method, ex.URL.RequestURI(), ex.Status, rule.Expected, broken.Received, rule.Requirement)
			}
			used = true
			left.All = slices.DeleteFunc(slices.Clone(left.All), func(other *traffic.Exchange) bool { return other == ex })
		}
		if except.chosen != nil && !used {
			t.Errorf("%s is kept: %s is no exception any more", rule.Requirement, except.why)
		}
	}
}
