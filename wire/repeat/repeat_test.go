package repeat

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"

	"assay/fixtures"
	"assay/wire"
)

var began = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// exchange is one that begins and ends so many milliseconds after the first one.
func exchange(method, address string, status, begin, end int, header http.Header) *wire.Exchange {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return &wire.Exchange{
		Method: method, URL: u, Status: status, Header: header, Repository: "team/one", Endpoint: wire.EndUploadStart,
		Started: began.Add(time.Duration(begin) * time.Millisecond), Duration: time.Duration(end-begin) * time.Millisecond,
	}
}

func story(exchanges ...*wire.Exchange) Story {
	return Story{
		Requirement: "push.a", Level: "MUST", Summary: "A summary; `it` has \"quotes\" and\na $line.", Link: "https://example.com/spec#a",
		Expected: "status 201", Received: "status 500 it's",
		Target: &url.URL{Scheme: "https", Host: "registry.example"}, Repositories: []string{"team/one", "team/one/two"},
		Exchanges: exchanges, Judged: exchanges[len(exchanges)-1], Check: Status(201),
	}
}

// expectShell says where the script is no shell.
func expectShell(t *testing.T, script string) {
	t.Helper()
	cmd := exec.Command("sh", "-n")
	cmd.Stdin = strings.NewReader(script)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, script)
	}
}

func TestLocationsAreTakenFromTheAnswers(t *testing.T) {
	const base = "https://registry.example/v2/team/one"
	start := exchange("POST", base+"/blobs/uploads/", 202, 0, 1, http.Header{"Location": {"/v2/team/one/blobs/uploads/abcdef?state=1"}})
	script := Script(story(start,
		exchange("PUT", base+"/blobs/uploads/abcdef?state=1&digest=sha256%3Aab", 201, 2, 3, http.Header{"Location": {"/v2/team/one/blobs/sha256:ab"}}),
		exchange("GET", base+"/blobs/sha256:ab", 200, 4, 5, nil),
		exchange("GET", "https://registry.example/v2/team/one/two/blobs/uploads/abcdef", 404, 6, 7, nil),
	))
	expectShell(t, script)
	for _, want := range []string{
		"#!/bin/sh\n# push.a (MUST)\n# A summary; `it` has \"quotes\" and\n# a $line.\n",
		"REGISTRY=${REGISTRY:-https://registry.example}\nREPOSITORY=${REPOSITORY:-team/one}\nREPOSITORY2=${REPOSITORY2:-team/one/two}\n",
		"\nsend 1 POST \"$REGISTRY/v2/$REPOSITORY/blobs/uploads/\" ",
		"\nlocation1=$(location 1)\n",
		"\nsend 2 PUT \"$(with \"$location1\" 'digest=sha256%3Aab')\" ",
		"\nsend 3 GET \"${location2:-$REGISTRY/v2/$REPOSITORY/blobs/sha256:ab}\" ",
		"\nsend 4 GET \"$REGISTRY/v2/$REPOSITORY2/blobs/uploads/$(session \"$location1\")\" ",
		"\tdiscard \"${location1:-}\"\n",
		"\nif status_is 4 201; then\n",
		`'the first time: status 500 it'\''s'`,
	} {
		if !strings.Contains(script, want) {
			t.Errorf("no %q in:\n%s", want, script)
		}
	}
}

func TestRequestsAtTheSameTimeAreSentAtTheSameTime(t *testing.T) {
	at := func(begin, end int) *wire.Exchange {
		return exchange("GET", "https://registry.example/v2/team/one/tags/list", 200, begin, end, nil)
	}
	all := groups([]*wire.Exchange{at(0, 10), at(5, 12), at(11, 20), at(20, 30), at(21, 22), at(22, 40)})
	var lengths []int
	for _, group := range all {
		lengths = append(lengths, len(group))
	}
	// The third begins after the first has ended, so it may depend on it.
	if want := []int{2, 1, 2, 1}; len(lengths) != len(want) || lengths[0] != want[0] || lengths[2] != want[2] {
		t.Errorf("%v, not %v", lengths, want)
	}
	if script := Script(story(at(0, 10), at(5, 12))); !strings.Contains(script, " -H Accept: &\nsend 2 ") || !strings.Contains(script, "&\nwait\n") {
		t.Error(script)
	}
}

func TestContentIsMadeByShortCommands(t *testing.T) {
	large := fixtures.NewBlob("nonce", 300_000).Data
	for name, data := range map[string][]byte{
		"text":       []byte("it's\n{\"a\": \"$b\"}\\n`"),
		"bytes":      {0, 1, 2, 0xff, '\n'},
		"large":      large[:60_000],
		"a chunk":    large[12_345:50_000],
		"with x":     []byte(`{"a":"` + strings.Repeat("x", 30_000) + `"}`),
		"no newline": fixtures.NewBlob("nonce", 1000).Data,
	} {
		command, ok := made(wire.Sent{Body: data, Size: int64(len(data))})
		if !ok || len(command) > 2000 {
			t.Errorf("%s: the command has %d characters, %v", name, len(command), ok)
			continue
		}
		out, err := exec.Command("sh", "-c", command).Output()
		if err != nil || digest.FromBytes(out) != digest.FromBytes(data) {
			t.Errorf("%s: %v, %d bytes of %d from %s", name, err, len(out), len(data), command)
		}
	}
	if command, ok := made(wire.Sent{Size: 1 << 30}); ok {
		t.Errorf("content that is not known is made by %s", command)
	}
}

func TestScriptsHaveNoSecret(t *testing.T) {
	ex := exchange("GET", "https://registry.example/v2/team/one/tags/list?token=hunter2222", 200, 0, 1, nil)
	ex.Request = wire.Sent{Header: http.Header{"Authorization": {"Bearer hunter2222"}, "X-Api-Key": {"hunter2222"}}, Auth: "Bearer", Scopes: []string{"repository:team/one:pull"}}
	script := Script(story(ex))
	expectShell(t, script)
	if strings.Contains(script, "hunter2222") {
		t.Error(script)
	}
	if !strings.Contains(script, "auth=Bearer scopes=\"repository:$REPOSITORY:pull\"\n") {
		t.Errorf("it asks for no token:\n%s", script)
	}
	// The functions themselves look like nothing that is secret.
	if wire.RedactText(library) != library {
		t.Error("the functions of the library are redacted")
	}
	expectShell(t, library)
}

func TestLearn(t *testing.T) {
	refused := exchange("PUT", "https://registry.example/v2/team/one/manifests/a", 201, 0, 1, http.Header{"X-Count": {"3"}})
	for name, tt := range map[string]struct {
		keeps             func(*wire.Exchange) bool
		expected, command string
		headers           int
	}{
		"a refusal": {func(ex *wire.Exchange) bool { return ex.Status >= 400 }, "a refusal", "status_is 1 '4??' '5??'", 0},
		"some":      {func(ex *wire.Exchange) bool { return ex.OK() && ex.Status != 201 || ex.Status == 429 }, "", "status_is 1 200 202 203 204 205 206 207 208 226 429", 0},
		"a header":  {func(*wire.Exchange) bool { return false }, "an OCI-Subject header, and X-Count: 2", "", 2},
	} {
		c := Learn(refused, tt.keeps, tt.expected, "")
		command := ""
		if len(c.kept) > 0 {
			command = c.command(1)
		}
		if command != tt.command || len(c.headers) != tt.headers || c.exact {
			t.Errorf("%s: %q, %v", name, command, c)
		}
	}
}

// A Location may lead to another host, which must not get the login of the registry.
func TestTheLoginIsForTheRegistryAlone(t *testing.T) {
	var got []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		got = append(got, req.Header.Get("Authorization"))
	}))
	defer other.Close()
	script := library + `
CURL=curl REGISTRY=$1 auth=Basic work=$2
printf 'user = "name:secret"\n' >"$work/login"
send 1 GET "$3/v2/"
`
	for _, registry := range []string{other.URL, "http://registry.example.com"} {
		if out, err := exec.Command("sh", "-c", script, "sh", registry, t.TempDir(), other.URL).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	if len(got) != 2 || got[0] == "" || got[1] != "" {
		t.Errorf("the registry and another host got %q", got)
	}
}
